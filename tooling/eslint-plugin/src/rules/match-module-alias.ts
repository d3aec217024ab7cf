import { ESLintUtils, type ParserServicesWithTypeInformation, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { asRecord, manifestOf } from '../support/packages.ts';
import { createRule, type Rule } from '../support/rule.ts';
import { isDeclaredBy, resolveAlias } from '../support/types.ts';

type MessageId = 'mismatch' | 'unknown' | 'malformed';

/** A module is found by the aliases in its package.json, and loaded under those in its source. */
export const matchModuleAlias: Rule<MessageId> = createRule({
  name: 'match-module-alias',
  description: "Require the aliases in a driver's package.json to be those that its module declares",
  types: 'needs',
  messages: {
    mismatch: 'The module declares the aliases {{declared}}, but "netdevkit": { "alias": … } in package.json lists {{listed}}.',
    unknown: 'Write the aliases as an array of strings, so that package.json can be compared with them.',
    malformed: '"netdevkit": { "alias": … } in package.json must be an array of strings.',
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    return {
      CallExpression: (node): void => {
        const [argument] = node.arguments;
        if (argument?.type !== T.ObjectExpression || !isDefineModule(node, services)) return;
        const property = aliasOf(argument);
        const value = property?.value;
        const declared = value === undefined ? [] : stringsOf(value, services);
        if (declared === undefined) {
          context.report({ node: value ?? node, messageId: 'unknown' });
          return;
        }
        const listed = listedAliases(context.filename);
        if (listed === undefined) context.report({ node: property ?? node.callee, messageId: 'malformed' });
        else if (!isSame(declared, listed)) {
          const data = { declared: show(declared), listed: show(listed) };
          context.report({ node: property ?? node.callee, messageId: 'mismatch', data });
        }
      },
    };
  },
});

function isDefineModule({ callee }: TSESTree.CallExpression, services: ParserServicesWithTypeInformation): boolean {
  const name = callee.type === T.MemberExpression ? callee.property : callee;
  const symbol = services.getSymbolAtLocation(name);
  if (symbol === undefined) return false;
  const target = resolveAlias(symbol, services.program.getTypeChecker());
  return target.name === 'defineModule' && isDeclaredBy(target, '@netdevkit/module');
}

function aliasOf(object: TSESTree.ObjectExpression): TSESTree.Property | undefined {
  for (const property of object.properties) {
    if (property.type === T.Property && property.key.type === T.Identifier && property.key.name === 'alias') return property;
    if (property.type === T.Property && property.key.type === T.Literal && property.key.value === 'alias') return property;
  }
  return undefined;
}

/** The strings of an array, as far as it or its type tells. */
function stringsOf(node: TSESTree.Node, services: ParserServicesWithTypeInformation): string[] | undefined {
  if (node.type === T.ArrayExpression) {
    const values = node.elements.map((element) => (element === null ? undefined : stringOf(element, services)));
    return values.every((value) => value !== undefined) ? values : undefined;
  }
  if (node.type === T.TSAsExpression) return stringsOf(node.expression, services);
  const checker = services.program.getTypeChecker();
  const type = services.getTypeAtLocation(node);
  if (!checker.isTupleType(type)) return undefined;
  // The elements of a tuple are its properties with a number for a name.
  const elements = type.getProperties().filter(({ name }) => /^\d+$/u.test(name)).map((element) => checker.getTypeOfSymbol(element));
  return elements.every((element) => element.isStringLiteral()) ? elements.map(({ value }) => value) : undefined;
}

function stringOf(node: TSESTree.Node, services: ParserServicesWithTypeInformation): string | undefined {
  if (node.type === T.Literal) return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === T.TemplateLiteral && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  const type = services.getTypeAtLocation(node);
  return type.isStringLiteral() ? type.value : undefined;
}

/** What package.json lists; nothing when it says nothing of it. */
function listedAliases(filename: string): string[] | undefined {
  const netdevkit = manifestOf(filename)?.json?.['netdevkit'];
  const alias = netdevkit === undefined ? [] : asRecord(netdevkit)?.['alias'] ?? [];
  return Array.isArray(alias) && alias.every((value) => typeof value === 'string') ? alias : undefined;
}

function isSame(declared: readonly string[], listed: readonly string[]): boolean {
  const wanted = new Set(declared);
  return wanted.size === new Set(listed).size && listed.every((alias) => wanted.has(alias));
}

function show(aliases: readonly string[]): string {
  return aliases.length === 0 ? 'none' : aliases.map((alias) => `'${alias}'`).join(', ');
}
