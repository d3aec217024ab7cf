import { ESLintUtils, type ParserServicesWithTypeInformation, type TSESLint, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { Borrows, type BorrowKind } from '../borrow/borrows.ts';
import { Closures, functionsBetween } from '../borrow/closures.ts';
import type { FunctionNode } from '../flow/transfer.ts';
import { analyseSkbs } from '../skb/skb-analysis.ts';
import {
  functionAround,
  functionOf,
  FUNCTIONS,
  isArgument,
  parameterName,
  returnsNothing,
  variableOf,
  withoutTypes,
} from '../support/functions.ts';
import { createRule, type Rule } from '../support/rule.ts';
import { Stores } from '../support/stores.ts';

type MessageId = 'stored' | 'storedView' | 'storedSkb' | 'captured' | 'returned' | 'suspended';

/** The functions that call, or use, what they are given after the callback has returned. */
const LATER = /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|nextTick)$/u;

/** What a callback is lent, it gives back when it returns. */
export const noEscapingBorrow: Rule<MessageId> = createRule({
  name: 'no-escaping-borrow',
  description: 'Forbid a callback to hold on to what it is lent: devices, skbs, contexts',
  types: 'needs',
  messages: {
    stored: "'{{name}}' is lent to this callback: it may not be stored.",
    storedView: "'{{name}}' shows octets that are the skb's: store a copy of them.",
    storedSkb: "'{{name}}' may be stored only on paths that return {{name}}.keep().",
    captured: "'{{name}}' is lent to this callback: a function that may run later may not use it.",
    returned: "'{{name}}' is lent to this callback: it may not be returned.",
    suspended: "'{{name}}' is lent to this callback: it does not last until an async or generator function goes on.",
  },
  defaultOptions: [],
  create: (context) => {
    const { sourceCode } = context;
    const services = ESLintUtils.getParserServices(context);
    const borrows = new Borrows(sourceCode, services);
    const stores = new Stores(sourceCode, services);
    const report = (node: TSESTree.Node, messageId: MessageId): void =>
      context.report({ node, messageId, data: { name: node.type === T.Identifier ? node.name : sourceCode.getText(node) } });
    const reportStored = (node: TSESTree.Node, kind: BorrowKind | undefined, at: TSESTree.Node): void => {
      // Of skbs, the paths decide.
      if (kind === undefined || kind === 'skb') return;
      context.report({ node: at, messageId: kind === 'view' ? 'storedView' : 'stored', data: { name: sourceCode.getText(node) } });
    };

    return {
      [FUNCTIONS]: (fn: FunctionNode): void => {
        for (const { kind, loc, name } of analyseSkbs(fn, sourceCode, services)) {
          if (kind === 'stored') context.report({ loc, messageId: 'storedSkb', data: { name } });
        }
        for (const node of lentTo(fn, borrows, sourceCode)) {
          if (fn.async || fn.generator) report(node, 'suspended');
          if (node.parent.type === T.TSParameterProperty) report(node, 'stored');
        }
        if (fn.body.type !== T.BlockStatement) checkReturn(fn, fn.body, borrows, services, report);
      },
      ReturnStatement: (node): void => {
        const fn = functionAround(node);
        if (fn !== undefined && node.argument !== null) checkReturn(fn, node.argument, borrows, services, report);
      },
      AssignmentExpression: (node): void => {
        if (functionAround(node) === undefined || !stores.isStoringTarget(node.left)) return;
        // What a pattern takes out of an object is not the object.
        const values = takesOut(node) ? stores.targetsIn(node.left) : [node.right];
        for (const value of values) reportStored(value, borrows.kindOf(value), node);
      },
      PropertyDefinition: (node): void => {
        if (node.value !== null) reportStored(node.value, borrows.kindOf(node.value), node);
      },
      CallExpression: (node): void => {
        const isStored = stores.isStoringCall(node);
        const isLater = runsLater(node);
        for (const argument of node.arguments) {
          const value = argument.type === T.SpreadElement ? argument.argument : argument;
          const kind = isStored || isLater ? borrows.kindOf(value) : undefined;
          if (isStored) reportStored(value, kind, argument);
          else if (kind !== undefined) report(argument, 'captured');
        }
      },
      'Program:exit': (): void => {
        for (const node of captures(sourceCode, borrows, new Closures(sourceCode, services))) report(node, 'captured');
      },
    };
  },
});

/** The parameters of a function that are lent to it. */
function lentTo(fn: FunctionNode, borrows: Borrows, sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.Identifier[] {
  return fn.params.flatMap((parameter) => {
    const id = parameterName(parameter);
    const variable = id === undefined ? undefined : variableOf(id, sourceCode);
    return id !== undefined && variable !== undefined && borrows.kindOfVariable(variable) !== undefined ? [id] : [];
  });
}

/** Whether an assignment takes a value apart that is there already; a literal is there for its parts alone. */
function takesOut({ left, right }: TSESTree.AssignmentExpression): boolean {
  const isPattern = left.type === T.ObjectPattern || left.type === T.ArrayPattern;
  return isPattern && right.type !== T.ObjectExpression && right.type !== T.ArrayExpression;
}

function checkReturn(
  fn: FunctionNode,
  value: TSESTree.Expression,
  borrows: Borrows,
  services: ParserServicesWithTypeInformation,
  report: (node: TSESTree.Node, messageId: 'returned') => void,
): void {
  const kind = borrows.kindOf(value);
  // A view is returned to whoever lent the skb. What a function that is handed to a call returns stays with that call.
  if (kind === undefined || kind === 'view' || isArgument(fn) || returnsNothing(fn, services)) return;
  report(value, 'returned');
}

/** Whether a call uses its arguments later: a timer, or `bind`, which makes a function of them. */
function runsLater({ callee }: TSESTree.CallExpression): boolean {
  const bare = withoutTypes(callee);
  const name = bare.type === T.MemberExpression ? bare.property : bare;
  return name.type === T.Identifier && (LATER.test(name.name) || (bare.type === T.MemberExpression && name.name === 'bind'));
}

/** The uses of what is lent to a function, in functions inside it that may run later: the first of each name in each. */
function captures(sourceCode: Readonly<TSESLint.SourceCode>, borrows: Borrows, closures: Closures): TSESTree.Node[] {
  const found: TSESTree.Node[] = [];
  for (const variable of sourceCode.scopeManager?.scopes.flatMap(({ variables }) => variables) ?? []) {
    const owner = functionOf(variable);
    if (owner === undefined) continue;
    const seen = new Set<FunctionNode>();
    for (const reference of variable.references) {
      const { identifier } = reference;
      // To be given a value is no use of the one before.
      if (!reference.isRead()) continue;
      const closure = functionsBetween(identifier, owner).find((fn) => !closures.isImmediate(fn));
      if (closure === undefined || seen.has(closure)) continue;
      seen.add(closure);
      if (borrows.kindOfVariable(variable) !== undefined) found.push(identifier);
    }
  }
  return found;
}
