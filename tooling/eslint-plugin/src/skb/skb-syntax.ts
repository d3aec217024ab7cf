import type { TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { withoutTypes } from '../support/functions.ts';
import type { SkbTypes } from './skb-types.ts';

/** The expression whose value is missing when a test has an outcome. */
export function whenAbsent(test: TSESTree.Expression): { node: TSESTree.Node; outcome: boolean } | undefined {
  const bare = withoutTypes(test);
  if (bare.type === T.Identifier || bare.type === T.AssignmentExpression) return { node: nameIn(bare), outcome: false };
  if (bare.type !== T.BinaryExpression || !/^[!=]==?$/u.test(bare.operator)) return undefined;
  const outcome = bare.operator.startsWith('=');
  if (isNothing(bare.right)) return { node: nameIn(withoutTypes(bare.left)), outcome };
  return isNothing(bare.left) ? { node: nameIn(withoutTypes(bare.right)), outcome } : undefined;
}

/** Whether a name is only asked whether it stands for something. */
export function isComparedWithNothing({ parent }: TSESTree.Node): boolean {
  return parent?.type === T.BinaryExpression && (isNothing(parent.left) || isNothing(parent.right));
}

function nameIn(node: TSESTree.Node): TSESTree.Node {
  return node.type === T.AssignmentExpression ? node.left : node;
}

function isNothing(node: TSESTree.Node): boolean {
  if (node.type === T.Identifier) return node.name === 'undefined';
  return node.type === T.Literal && node.value === null && node.raw === 'null';
}

/** Whether a name is what a settling call is made on. */
export function isReceiverOfSettle(node: TSESTree.Identifier, types: SkbTypes): boolean {
  let at: TSESTree.Node = node;
  while (at.parent && withoutTypes(at.parent) === node) at = at.parent;
  const member = at.parent;
  if (member?.type !== T.MemberExpression || member.object !== at) return false;
  let call: TSESTree.Node = member;
  while (call.parent && withoutTypes(call.parent) === member) call = call.parent;
  return call.parent?.type === T.CallExpression && call.parent.callee === call && types.settleCall(call.parent) !== undefined;
}

/** Whether the value of an expression goes nowhere. */
export function isDiscarded(node: TSESTree.Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case T.ExpressionStatement:
      return true;
    case T.UnaryExpression:
      return parent.operator === 'void';
    case T.ChainExpression:
    case T.TSNonNullExpression:
    case T.TSAsExpression:
    case T.TSSatisfiesExpression:
    case T.LogicalExpression:
      return isDiscarded(parent);
    case T.ConditionalExpression:
      return parent.test !== node && isDiscarded(parent);
    case T.SequenceExpression:
      return parent.expressions.at(-1) !== node || isDiscarded(parent);
    default:
      return false;
  }
}

/** Whether a node lies in another. */
export function isInside(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1];
}
