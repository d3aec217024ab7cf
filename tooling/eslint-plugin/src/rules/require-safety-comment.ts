import { ESLintUtils, type ParserServicesWithTypeInformation, type TSESLint, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { isBrand } from '../support/brands.ts';
import { tagFor } from '../support/comments.ts';
import { RawLayer, unsafeCallee } from '../support/raw.ts';
import { createRule, type Rule } from '../support/rule.ts';
import { isStandardLibrary } from '../support/types.ts';

type MessageId = 'call' | 'brand' | 'keep' | 'empty';

/** Each unsafe statement carries its proof. */
export const requireSafetyComment: Rule<MessageId> = createRule({
  name: 'require-safety-comment',
  description: 'Require // SAFETY: directly above each statement that calls a raw function, makes a brand or keeps a raw object',
  types: 'needs',
  messages: {
    call: "Say in // SAFETY: directly above why the contract of '{{name}}' holds here.",
    brand: 'Say in // SAFETY: directly above why the value deserves this brand.',
    keep: 'Say in // SAFETY: or // INVARIANT: directly above why the raw object outlives what keeps it.',
    empty: 'The comment directly above says nothing: name the invariant that is relied on.',
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    const raw = RawLayer.of(services);
    const require = requirement(context);
    return {
      'CallExpression, NewExpression': (node: TSESTree.CallExpression | TSESTree.NewExpression): void => {
        const name = unsafeCallee(node) ?? raw?.reference(node.callee)?.name;
        if (name !== undefined) require(node, 'call', ['SAFETY'], { name });
        else if (raw !== undefined && collects(node, raw, services)) require(node, 'keep', ['SAFETY', 'INVARIANT']);
      },
      'TSAsExpression, TSTypeAssertion': (node: TSESTree.TSAsExpression | TSESTree.TSTypeAssertion): void => {
        const checker = services.program.getTypeChecker();
        const makes = isBrand(services.getTypeAtLocation(node), checker) && !isBrand(services.getTypeAtLocation(node.expression), checker);
        if (makes) require(node, 'brand', ['SAFETY']);
      },
      AssignmentExpression: (node): void => {
        if (raw === undefined || node.left.type !== T.MemberExpression) return;
        if (raw.isRawObject(services.getTypeAtLocation(node.right))) require(node, 'keep', ['SAFETY', 'INVARIANT']);
      },
      PropertyDefinition: (node): void => {
        if (raw === undefined || node.value === null) return;
        if (raw.isRawObject(services.getTypeAtLocation(node.value))) require(node, 'keep', ['SAFETY', 'INVARIANT']);
      },
    };
  },
});

type Require = (node: TSESTree.Node, messageId: MessageId, tags: readonly string[], data?: Record<string, string>) => void;

function requirement(context: Readonly<TSESLint.RuleContext<MessageId, readonly []>>): Require {
  return (node, messageId, tags, data = {}) => {
    const state = tagFor(node, context.sourceCode, tags);
    if (state !== 'present') context.report({ node, messageId: state === 'empty' ? 'empty' : messageId, data });
  };
}

/** Whether a call puts a raw object into a collection of the language's. */
function collects(
  node: TSESTree.CallExpression | TSESTree.NewExpression,
  raw: RawLayer,
  services: ParserServicesWithTypeInformation,
): boolean {
  const { callee } = node;
  if (node.type !== T.CallExpression || callee.type !== T.MemberExpression || callee.property.type !== T.Identifier) return false;
  if (!/^(?:add|set|push|unshift)$/u.test(callee.property.name)) return false;
  if (!isStandardLibrary(services.getSymbolAtLocation(callee.property), services.program)) return false;
  return node.arguments.some((argument) => argument.type !== T.SpreadElement && raw.isRawObject(services.getTypeAtLocation(argument)));
}
