import { ESLintUtils, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { RawLayer } from '../support/raw.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'value' | 'destructured' | 'dynamic' | 'spread';

/** A raw function under another name escapes every rule that looks at calls. */
export const noRawFunctionValue: Rule<MessageId> = createRule({
  name: 'no-raw-function-value',
  description: 'Forbid raw functions to be used as values: call them where they are named',
  types: 'needs',
  messages: {
    value: "'{{name}}' is a raw function: call it here, it may not be used as a value.",
    destructured: "'{{name}}' is a raw function: it may not be bound to a name of its own.",
    dynamic: 'Which raw function this is cannot be seen: name it.',
    spread: "A copy of the kernel's functions escapes the rules for them.",
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    const raw = RawLayer.of(services);
    if (raw === undefined) return {};
    return {
      MemberExpression: (node): void => {
        const reference = raw.reference(node);
        if (reference?.dynamic === true) context.report({ node: node.property, messageId: 'dynamic' });
        else if (reference !== undefined && !isCalled(node)) {
          context.report({ node: node.property, messageId: 'value', data: { name: reference.name } });
        }
      },
      Identifier: (node): void => {
        if (isCalled(node) || !isValue(node)) return;
        const reference = raw.reference(node);
        if (reference !== undefined) context.report({ node, messageId: 'value', data: { name: reference.name } });
      },
      ObjectPattern: (node): void => {
        for (const { node: at, name } of raw.destructured(node)) {
          if (at.type === T.RestElement) context.report({ node: at, messageId: 'spread' });
          else context.report({ node: at, messageId: name === '[…]' ? 'dynamic' : 'destructured', data: { name } });
        }
      },
      SpreadElement: (node): void => {
        if (raw.isKernel(services.getTypeAtLocation(node.argument))) context.report({ node, messageId: 'spread' });
      },
    };
  },
});

function isCalled(node: TSESTree.MemberExpression | TSESTree.Identifier): boolean {
  const { parent } = node;
  // `(kernel.f)!(skb)` and `kernel?.f(skb)` call what they name.
  if (parent.type === T.TSNonNullExpression && parent.parent.type === T.CallExpression) return parent.parent.callee === parent;
  return parent.type === T.CallExpression && parent.callee === node;
}

/** Whether a name is read here: not declared, imported, exported, a member's name or part of a type. */
function isValue(node: TSESTree.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case T.MemberExpression:
      return parent.object === node || parent.computed;
    case T.Property:
      return parent.value === node;
    case T.MethodDefinition:
    case T.PropertyDefinition:
      return parent.key !== node || parent.computed;
    case T.ImportSpecifier:
    case T.ImportDefaultSpecifier:
    case T.ImportNamespaceSpecifier:
    case T.ExportSpecifier:
    case T.FunctionDeclaration:
    case T.TSDeclareFunction:
    case T.TSTypeQuery:
    case T.TSQualifiedName:
    case T.TSMethodSignature:
    case T.TSPropertySignature:
      return false;
    default:
      return true;
  }
}
