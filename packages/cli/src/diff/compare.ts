import { problemOf } from '../input/read-input.ts';
import type { Arbitrary } from './arbitrary.ts';
import { ConversationOrder } from './conversation-order.ts';
import { editScript, type Edit } from './edit-script.ts';
import { FingerprintCollector, type Fingerprints } from './fingerprints.ts';
import { readLines } from './read-lines.ts';
import type { Spool } from './spool.ts';
import { CONTEXT, unified, type DiffPaint, type Side } from './unified.ts';

/** So many messages of a capture are shown: their lines have to be in memory. */
const MOST_SHOWN = 20_000;

/** What came of a comparison. */
export interface Comparison {
  /** Whether there is no difference. */
  readonly isEqual: boolean;
  /** The differences, as `diff -u` writes them. */
  readonly hunks: Iterable<string>;
  /** How many differing messages are not shown. */
  readonly hidden: number;
  /** What is wrong with the captures. */
  readonly problems: readonly string[];
}

/**
 * Compares two captures as conversations. Each is read twice: once for a few octets of each message, and where these differ
 * once more for the lines.
 *
 * @param from - the first capture
 * @param to - the second
 * @param kept - what is arbitrary and to be compared all the same
 * @param paint - colours lines
 * @throws Failure: a capture cannot be read
 */
export async function compare(from: Spool, to: Spool, kept: ReadonlySet<Arbitrary>, paint: DiffPaint): Promise<Comparison> {
  const problems: string[] = [];
  const sides: Fingerprints[] = [];
  for (const { name, path } of [from, to]) {
    const collector = new FingerprintCollector();
    const order = new ConversationOrder();
    const end = await readLines(path, kept, (lines, cursor) => {
      collector.add(lines, order.number(cursor));
    });
    const problem = problemOf(name, end);
    if (problem !== undefined) problems.push(problem);
    sides.push(collector.sorted());
  }
  const [first, second] = sides;
  if (first === undefined || second === undefined) throw new Error('compare: expected two captures');
  const edits = editScript(first.hashes, second.hashes);
  if (edits.length === 0) return { isEqual: true, hunks: [], hidden: 0, problems };
  const { shown, hidden } = shownOf(edits);
  const fromSide = await sideOf(from.path, kept, first, shown.map(({ fromStart, fromEnd }) => [fromStart, fromEnd] as const), hidden > 0);
  const toSide = await sideOf(to.path, kept, second, shown.map(({ toStart, toEnd }) => [toStart, toEnd] as const), hidden > 0);
  return { isEqual: false, hunks: unified(shown, fromSide, toSide, paint), hidden, problems };
}

/** As many of the differences as there is room for, the last perhaps cut off. */
function shownOf(edits: readonly Edit[]): { readonly shown: Edit[]; readonly hidden: number } {
  const shown: Edit[] = [];
  let left = MOST_SHOWN;
  let hidden = 0;
  for (const { fromStart, fromEnd, toStart, toEnd } of edits) {
    const removed = Math.min(fromEnd - fromStart, left);
    const added = Math.min(toEnd - toStart, left - removed);
    if (removed + added > 0) shown.push({ fromStart, fromEnd: fromStart + removed, toStart, toEnd: toStart + added });
    left -= removed + added;
    hidden += fromEnd - fromStart - removed + (toEnd - toStart - added);
  }
  return { shown, hidden };
}

/** The lines of messages in ranges and around them. */
async function sideOf(
  path: string,
  kept: ReadonlySet<Arbitrary>,
  { lineCounts, places }: Fingerprints,
  ranges: readonly (readonly [number, number])[],
  isCut: boolean,
): Promise<Side> {
  const linesBefore = new Float64Array(lineCounts.length + 1);
  lineCounts.forEach((count, index) => {
    linesBefore[index + 1] = (linesBefore[index] ?? 0) + count;
  });
  // What follows a difference that is cut off is not what is the same.
  const length = isCut ? (ranges.at(-1)?.[1] ?? 0) : places.length;
  const messages = new Map<number, number>();
  for (const [start, end] of ranges) {
    for (let at = Math.max(0, start - CONTEXT - 1); at < Math.min(length, end + CONTEXT); at++) messages.set(places[at] ?? 0, at);
  }
  const texts = new Map<number, readonly string[]>();
  let place = 0;
  await readLines(path, kept, (lines) => {
    const message = messages.get(place++);
    if (message !== undefined) texts.set(message, lines);
  });
  // Between two differences that are shown together lie no more messages than are shown around each.
  return { length, linesBefore: (message) => linesBefore[message] ?? 0, lines: (message) => texts.get(message) ?? [] };
}
