import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T, AST_TOKEN_TYPES } from '@typescript-eslint/utils';
import { commentsAbove, linesOf } from './comments.ts';

/** Whether a doc comment has a section, and whether the section says something. */
export type SectionState = 'present' | 'empty' | 'missing' | 'undocumented';

/** The doc comment of a declaration, `export` and decorators included. */
function docOf(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.Comment | undefined {
  const { parent } = node;
  const outer =
    parent?.type === T.ExportNamedDeclaration || parent?.type === T.ExportDefaultDeclaration ? parent : node;
  return commentsAbove(outer, sourceCode).findLast((comment) => comment.type === AST_TOKEN_TYPES.Block && comment.value.startsWith('*'));
}

/** Looks for a `# Name` heading in a declaration's doc comment, with text before the next heading or block tag. */
export function sectionOf(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>, name: string): SectionState {
  const doc = docOf(node, sourceCode);
  if (doc === undefined) return 'undocumented';
  const lines = linesOf(doc);
  // `@remarks # Invariants`: TSDoc lets a block tag open the line.
  const at = lines.findIndex((line) => line.replace(/^@remarks\s+/u, '') === `# ${name}`);
  if (at === -1) return 'missing';
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => /^(?:#+\s|@[a-z])/u.test(line));
  return (end === -1 ? rest : rest.slice(0, end)).some((line) => line !== '') ? 'present' : 'empty';
}

/** Whether a declaration or member has a doc comment that says something, or that says whose it is or where to read on. */
export function isDocumented(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  const doc = docOf(node, sourceCode);
  if (doc === undefined) return false;
  const [first = ''] = linesOf(doc).filter((line) => line !== '');
  return first !== '' && !/^@(?!internal\b|inheritDoc\b)/u.test(first);
}
