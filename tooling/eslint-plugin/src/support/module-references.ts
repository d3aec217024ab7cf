import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';

/** Somewhere that a file names another module. */
export interface ModuleReference {
  readonly specifier: string;
  /** The string. */
  readonly node: TSESTree.Node;
}

/** Calls back for each module that a file names in a string: imports, re-exports, import types, dynamic imports, `require`. */
export function moduleReferences(found: (reference: ModuleReference) => void): TSESLint.RuleListener {
  const named = (node: TSESTree.Node | null | undefined): void => {
    const specifier = node?.type === T.Literal ? node.value : node?.type === T.TemplateLiteral ? constantOf(node) : undefined;
    if (node !== null && node !== undefined && typeof specifier === 'string') found({ specifier, node });
  };
  return {
    ImportDeclaration: ({ source }) => named(source),
    ExportNamedDeclaration: ({ source }) => named(source),
    ExportAllDeclaration: ({ source }) => named(source),
    TSImportType: ({ source }) => named(source),
    TSExternalModuleReference: ({ expression }) => named(expression),
    ImportExpression: ({ source }) => named(source),
    CallExpression: ({ callee, arguments: [argument] }) => {
      if (callee.type === T.Identifier && callee.name === 'require') named(argument);
    },
    // `declare module 'x'` adds to what x declares.
    TSModuleDeclaration: ({ id }) => named(id),
  };
}

function constantOf(node: TSESTree.TemplateLiteral): string | undefined {
  return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
}
