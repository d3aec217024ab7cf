import { linesOf } from '../support/comments.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'unknown' | 'malformed' | 'issue';

/** Tags of other houses. A list and not a pattern: `EBUSY:` and `IFLA_MTU:` open honest sentences. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['FIXME', 'XXX', 'HACK', 'BUG', 'TBD', 'KLUDGE', 'WTF', 'TEMP', 'REFACTOR', 'OPTIMIZE', 'OPTIMISE', 'PERF', 'REVIEW'],
  ...['NOTE', 'NOTES', 'INFO', 'HINT', 'IMPORTANT', 'WARNING', 'WARN', 'CAUTION', 'ATTENTION', 'DANGER', 'DEPRECATED', 'IDEA', 'QUESTION'],
  ...['UNSAFE', 'SAFE', 'PANIC', 'PANICS', 'INVARIANTS', 'CASTS'],
]);
const TAGS: ReadonlySet<string> = new Set(['SAFETY', 'INVARIANT', 'CAST', 'NB']);

/** Five tags, each spelt one way. */
export const commentTags: Rule<MessageId> = createRule({
  name: 'comment-tags',
  description: 'Require comments to use no tags but SAFETY, INVARIANT, CAST, NB and TODO(#n), spelt so',
  types: 'none',
  messages: {
    unknown: "'{{tag}}' is not a tag here: use SAFETY, INVARIANT, CAST, NB or TODO(#n), or write a sentence.",
    malformed: "Write the tag as '{{tag}}: …'.",
    issue: "Write 'TODO(#n): …' with the number of the issue.",
  },
  defaultOptions: [],
  create: (context) => ({
    Program: (): void => {
      for (const comment of context.sourceCode.getAllComments()) {
        linesOf(comment).forEach((line, index) => {
          const problem = problemOf(line);
          if (problem === undefined) return;
          const loc = { ...comment.loc, start: index === 0 ? comment.loc.start : { line: comment.loc.start.line + index, column: 0 } };
          context.report({ loc, ...problem });
        });
      }
    },
  }),
});

function problemOf(line: string): { messageId: MessageId; data: { tag: string } } | undefined {
  const [, word = '', rest = ''] = /^([A-Za-z]+)(.*)$/u.exec(line) ?? [];
  const tag = word.toUpperCase();
  const isMarked = /^\s*(?:\([^)]*\))?\s*:/u.test(rest);
  if (tag === 'TODO') return isTodo(word, rest) ? undefined : todoProblem(word, rest, isMarked);
  if (TAGS.has(tag)) {
    if (rest.startsWith(':') && word === tag) return undefined;
    // "Safety first." and "cast to u8" are prose; in capitals, or with a colon, it was meant as a tag.
    return isMarked || word === tag ? { messageId: 'malformed', data: { tag } } : undefined;
  }
  if (!OTHERS.has(word)) return undefined;
  return isMarked || rest === '' || /^(?:FIXME|XXX|HACK|KLUDGE)$/u.test(word) ? { messageId: 'unknown', data: { tag: word } } : undefined;
}

function isTodo(word: string, rest: string): boolean {
  return word === 'TODO' && /^\(#\d+\):\s*\S/u.test(rest);
}

function todoProblem(word: string, rest: string, isMarked: boolean): { messageId: MessageId; data: { tag: string } } | undefined {
  return word === 'TODO' || (isMarked && rest !== '') ? { messageId: 'issue', data: { tag: 'TODO' } } : undefined;
}
