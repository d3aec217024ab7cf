import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { sectionOf } from '../support/docs.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'missing' | 'empty';

/** The contract of an unsafe function is written where it is declared. */
export const requireSafetySection: Rule<MessageId> = createRule({
  name: 'require-safety-section',
  description: 'Require a # Safety section in the doc comment of each exported unsafe function',
  types: 'none',
  messages: {
    missing: "'{{name}}' is unsafe: its doc comment needs a # Safety section with the caller's duties.",
    empty: "The # Safety section of '{{name}}' is empty: list the caller's duties.",
  },
  defaultOptions: [],
  create: (context) => {
    const exported = new Set<string>();
    const check = (declaration: TSESTree.Node, id: TSESTree.Identifier): void => {
      const state = sectionOf(declaration, context.sourceCode, 'Safety');
      if (state === 'present') return;
      context.report({ node: id, messageId: state === 'empty' ? 'empty' : 'missing', data: { name: id.name } });
    };
    return {
      Program: ({ body }): void => {
        for (const statement of body) for (const name of localNames(statement)) exported.add(name);
      },
      FunctionDeclaration: (node): void => {
        // Of an overloaded function the signatures are what callers read.
        if (node.id === null || !isUnsafe(node.id.name) || isOverloaded(node, context.sourceCode)) return;
        if (isExported(node, node.id.name, exported)) check(node, node.id);
      },
      TSDeclareFunction: (node): void => {
        if (node.id !== null && isUnsafe(node.id.name) && isExported(node, node.id.name, exported)) check(node, node.id);
      },
      VariableDeclarator: (node): void => {
        const { id, init, parent } = node;
        if (id.type !== T.Identifier || !isUnsafe(id.name) || !isFunction(init)) return;
        if (isExported(parent, id.name, exported)) check(parent, id);
      },
      MethodDefinition: (node): void => {
        const { key, accessibility } = node;
        if (key.type === T.Identifier && isUnsafe(key.name) && accessibility !== 'private') check(node, key);
      },
    };
  },
});

function isUnsafe(name: string): boolean {
  return /.Unsafe$/u.test(name);
}

/** The names that `export { a, b as c }` gives away. */
function localNames(statement: TSESTree.ProgramStatement): string[] {
  if (statement.type !== T.ExportNamedDeclaration || statement.source !== null) return [];
  return statement.specifiers.map(({ local }) => local.name);
}

function isExported({ parent }: TSESTree.Node, name: string, exported: ReadonlySet<string>): boolean {
  if (parent?.type === T.ExportNamedDeclaration || parent?.type === T.ExportDefaultDeclaration) return true;
  return parent?.type === T.Program && exported.has(name);
}

function isOverloaded(node: TSESTree.FunctionDeclaration, sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  return sourceCode.ast.body.some((statement) => {
    const declared = statement.type === T.ExportNamedDeclaration ? statement.declaration : statement;
    return declared?.type === T.TSDeclareFunction && declared.id?.name === node.id?.name;
  });
}

function isFunction(node: TSESTree.Node | null): boolean {
  return node?.type === T.ArrowFunctionExpression || node?.type === T.FunctionExpression;
}
