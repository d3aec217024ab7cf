import { ESLintUtils, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { sectionOf } from '../support/docs.ts';
import { RawLayer } from '../support/raw.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'missing' | 'empty';

/** A class that holds a raw object says what it keeps true of it. */
export const requireInvariantsSection: Rule<MessageId> = createRule({
  name: 'require-invariants-section',
  description: 'Require an # Invariants section in the doc comment of each class that holds a raw object',
  types: 'needs',
  messages: {
    missing: "'{{name}}' holds a raw object in '{{field}}': its doc comment needs an # Invariants section.",
    empty: "The # Invariants section of '{{name}}' is empty: say what holds of '{{field}}' between calls.",
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    const raw = RawLayer.of(services);
    if (raw === undefined) return {};
    return {
      'ClassDeclaration, ClassExpression': (node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): void => {
        const field = fieldsOf(node).find((candidate) => raw.isRawObject(services.getTypeAtLocation(candidate)));
        if (field === undefined) return;
        const state = sectionOf(node.type === T.ClassExpression ? statementOf(node) : node, context.sourceCode, 'Invariants');
        if (state === 'present') return;
        context.report({
          node: node.id ?? field,
          messageId: state === 'empty' ? 'empty' : 'missing',
          data: { name: node.id?.name ?? 'The class', field: context.sourceCode.getText(field) },
        });
      },
    };
  },
});

/** The names of a class's fields, parameter properties included. */
function fieldsOf({ body }: TSESTree.ClassDeclaration | TSESTree.ClassExpression): TSESTree.Node[] {
  return body.body.flatMap((element) => {
    if (element.type === T.PropertyDefinition || element.type === T.AccessorProperty) return [element.key];
    if (element.type !== T.MethodDefinition || element.kind !== 'constructor') return [];
    return element.value.params.flatMap((parameter) => {
      if (parameter.type !== T.TSParameterProperty) return [];
      return [parameter.parameter.type === T.AssignmentPattern ? parameter.parameter.left : parameter.parameter];
    });
  });
}

/** Where a class expression's doc comment stands: above the statement that names it. */
function statementOf(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  while (at.parent && !/(?:Statement|Declaration|Definition)$/u.test(at.type)) at = at.parent;
  return at;
}
