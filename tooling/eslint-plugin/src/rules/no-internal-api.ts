import { ESLintUtils, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import type ts from 'typescript';
import { packageNameOf } from '../support/packages.ts';
import { createRule, type Rule } from '../support/rule.ts';
import { isDeclaredBy, resolveAlias } from '../support/types.ts';

type MessageId = 'internal' | 'construct';

/** What the packages of the kit share among themselves is not for drivers. */
export const noInternalApi: Rule<MessageId> = createRule({
  name: 'no-internal-api',
  description: 'Forbid a driver to use what the packages of the kit mark as @internal',
  types: 'needs',
  messages: {
    internal: "'{{name}}' is marked @internal: it is for the packages of the kit.",
    construct: "'{{name}}' is made by the kit alone: its constructor is marked @internal.",
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();

    const check = (node: TSESTree.Node, symbol: ts.Symbol | undefined): void => {
      if (symbol === undefined) return;
      const target = resolveAlias(symbol, checker);
      if (isInternal(target, checker)) context.report({ node, messageId: 'internal', data: { name: target.name } });
    };
    const checkConstruction = (node: TSESTree.Expression): void => {
      const signatures = services.getTypeAtLocation(node).getConstructSignatures();
      if (signatures.some(isInternalSignature)) {
        context.report({ node, messageId: 'construct', data: { name: context.sourceCode.getText(node) } });
      }
    };

    return {
      ImportSpecifier: (node): void => check(node, services.getSymbolAtLocation(node.local)),
      MemberExpression: (node): void => {
        const type = services.getTypeAtLocation(node.property);
        const name = node.computed && type.isStringLiteral() ? type.value : undefined;
        const named = name === undefined ? undefined : services.getTypeAtLocation(node.object).getProperty(name);
        check(node.property, named ?? services.getSymbolAtLocation(node.property));
      },
      ObjectPattern: (node): void => {
        const type = services.getTypeAtLocation(node);
        for (const property of node.properties) {
          if (property.type === T.Property && property.key.type === T.Identifier) check(property, type.getProperty(property.key.name));
        }
      },
      NewExpression: (node): void => checkConstruction(node.callee),
      'ClassDeclaration, ClassExpression': (node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): void => {
        if (node.superClass !== null) checkConstruction(node.superClass);
      },
    };
  },
});

const KIT = /^@netdevkit\//u;

function isInternal(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return isDeclaredBy(symbol, KIT) && symbol.getJsDocTags(checker).some(({ name }) => name === 'internal');
}

function isInternalSignature(signature: ts.Signature): boolean {
  // A class without a constructor has a signature without a declaration.
  const file = signature.declaration?.getSourceFile().fileName;
  const isOfKit = file !== undefined && packageNameOf(file)?.startsWith('@netdevkit/') === true;
  return isOfKit && signature.getJsDocTags().some(({ name }) => name === 'internal');
}
