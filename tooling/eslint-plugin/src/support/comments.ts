import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';

/** Whether a comment with a tag is where it should be, and says something. */
export type TagState = 'present' | 'empty' | 'missing';

const CLASS_ELEMENTS: ReadonlySet<string> = new Set([
  T.MethodDefinition,
  T.PropertyDefinition,
  T.AccessorProperty,
  T.StaticBlock,
  T.TSAbstractMethodDefinition,
  T.TSAbstractPropertyDefinition,
  T.TSAbstractAccessorProperty,
]);

/** The comments directly above a node, or before it on its line: nothing but line breaks between them, and no blank line. */
export function commentsAbove(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.Comment[] {
  const first = sourceCode.getFirstToken(node);
  if (first === null) return [];
  const before = sourceCode.getTokenBefore(first);
  const group: TSESTree.Comment[] = [];
  let line = first.loc.start.line;
  for (const comment of sourceCode.getCommentsBefore(first).toReversed()) {
    if (comment.loc.end.line < line - 1) break;
    // What follows code on its line speaks of that code.
    if (before?.loc.end.line === comment.loc.start.line && comment.loc.end.line < first.loc.start.line) break;
    group.unshift(comment);
    line = comment.loc.start.line;
  }
  return group;
}

/** The lines of a comment, without what starts each line of a block. */
export function linesOf(comment: TSESTree.Comment): string[] {
  return comment.value.split(/\r?\n/u).map((line) => line.replace(/^[\s*]+/u, '').trimEnd());
}

/** Looks for `TAG: text` at the start of a line of a group of comments; the text may start on the next line. */
export function tagIn(group: readonly TSESTree.Comment[], tag: string): TagState {
  const lines = group.flatMap(linesOf);
  const at = lines.findIndex((line) => line.startsWith(`${tag}:`));
  if (at === -1) return 'missing';
  return `${lines[at]?.slice(tag.length + 1) ?? ''}${lines[at + 1] ?? ''}`.trim() === '' ? 'empty' : 'present';
}

/**
 * Looks for a tagged comment directly above an expression or anything around it, up to its statement or class member.
 *
 * @param tags - any of them will do
 * @param sameLine - whether the comment may also stand behind the code, on the line where the expression starts or ends
 */
export function tagFor(
  node: TSESTree.Node,
  sourceCode: Readonly<TSESLint.SourceCode>,
  tags: readonly string[],
  sameLine = false,
): TagState {
  const groups = anchorsOf(node, sourceCode).map((anchor) => commentsAbove(anchor, sourceCode));
  if (sameLine) groups.push(...commentsBehind(node, sourceCode));
  let state: TagState = 'missing';
  for (const group of groups) {
    for (const tag of tags) {
      const found = tagIn(group, tag);
      if (found === 'present') return found;
      if (found === 'empty') state = found;
    }
  }
  return state;
}

function commentsBehind(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.Comment[][] {
  return sourceCode
    .getAllComments()
    .filter(
      (comment) =>
        comment.range[0] >= node.range[0] &&
        (comment.loc.start.line === node.loc.start.line || comment.loc.start.line === node.loc.end.line),
    )
    .map((comment) => [comment]);
}

/** The expression and what is around it, up to the statement or class member that a comment can stand above. */
function anchorsOf(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.Node[] {
  const anchors: TSESTree.Node[] = [];
  for (let at: TSESTree.Node | undefined = node; at && at.type !== T.Program; at = at.parent) {
    anchors.push(at);
    if (CLASS_ELEMENTS.has(at.type)) break;
    if (isStatement(at) && !isPartOfStatement(at) && startsLine(at, sourceCode)) break;
  }
  return anchors;
}

function isStatement(node: TSESTree.Node): boolean {
  return /(?:Statement|Declaration)$/u.test(node.type) || node.type === T.TSExportAssignment;
}

/** Whether a comment can stand directly above: not so for the rest of `if (failed) undo();`, whose comment is above the `if`. */
function startsLine(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  return sourceCode.getTokenBefore(node)?.loc.end.line !== node.loc.start.line;
}

/** Whether a statement has another around it that the comment stands above: `export`, the head of a `for`, a label. */
function isPartOfStatement(node: TSESTree.Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case T.ExportNamedDeclaration:
    case T.ExportDefaultDeclaration:
    case T.LabeledStatement:
      return true;
    case T.ForStatement:
      return parent.init === node;
    case T.ForInStatement:
    case T.ForOfStatement:
      return parent.left === node;
    default:
      return false;
  }
}
