import type { TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { tagFor } from '../support/comments.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'assertion' | 'nonNull' | 'empty';

/** Where the compiler is overruled, a comment says why it is wrong. */
export const requireCastComment: Rule<MessageId> = createRule({
  name: 'require-cast-comment',
  description: 'Require // CAST: above or behind each type assertion',
  types: 'none',
  messages: {
    assertion: 'Say in // CAST: above or behind why the value has this type.',
    nonNull: 'Say in // CAST: above or behind why the value is there.',
    empty: 'The comment says nothing: say what the compiler cannot know.',
  },
  defaultOptions: [],
  create: (context) => {
    const check = (node: TSESTree.Node, messageId: MessageId): void => {
      // A brand's SAFETY comment says more than a CAST comment would.
      const state = tagFor(node, context.sourceCode, ['CAST', 'SAFETY'], true);
      if (state !== 'present') context.report({ node, messageId: state === 'empty' ? 'empty' : messageId });
    };
    return {
      TSAsExpression: (node): void => {
        if (!isConst(node.typeAnnotation)) check(node, 'assertion');
      },
      TSTypeAssertion: (node): void => {
        if (!isConst(node.typeAnnotation)) check(node, 'assertion');
      },
      TSNonNullExpression: (node): void => {
        // `bytes[i]!` says that i is in range, which is what indexing always meant.
        if (node.expression.type !== T.MemberExpression || !node.expression.computed) check(node, 'nonNull');
      },
    };
  },
});

function isConst(type: TSESTree.TypeNode): boolean {
  return type.type === T.TSTypeReference && type.typeName.type === T.Identifier && type.typeName.name === 'const';
}
