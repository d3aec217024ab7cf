import type { PacketCursor } from '@netdevkit/netlink';
import { problemOf } from '../input/read-input.ts';
import type { Arbitrary } from './arbitrary.ts';
import { ConversationOrder } from './conversation-order.ts';
import { editScriptOfIds, type Edit } from './edit-script.ts';
import { FingerprintCollector, type Fingerprints } from './fingerprints.ts';
import { LineDigest } from './line-digest.ts';
import { LineList } from './line-list.ts';
import { LineNumbers } from './line-numbers.ts';
import { Normaliser } from './normaliser.ts';
import { readMessages } from './read-messages.ts';
import type { Spool } from './spool.ts';
import { CONTEXT, unified, type DiffPaint, type Side } from './unified.ts';

/** So many messages are shown: their lines have to be in memory, and nobody reads more. */
const MOST_SHOWN = 2048;

/** What came of a comparison. */
export interface Comparison {
  /** Whether there is no difference. */
  readonly isEqual: boolean;
  /** Reads the differences, and gives them as `diff -u` writes them. */
  readonly hunks: () => Promise<Iterable<string>>;
  /** How many differing messages are not shown. */
  readonly hidden: number;
  /** What is wrong with the captures. */
  readonly problems: readonly string[];
}

/**
 * Compares two captures as conversations. Each is read once for a few octets of each message, and, where the
 * differences are asked for, once more for their lines.
 *
 * @param from - the first capture
 * @param to - the second
 * @param kept - what is arbitrary and to be compared all the same
 * @param paint - colours lines
 * @throws Failure: a capture cannot be read
 */
export async function compare(from: Spool, to: Spool, kept: ReadonlySet<Arbitrary>, paint: DiffPaint): Promise<Comparison> {
  const problems: string[] = [];
  const numbers = new LineNumbers();
  const first = await read(from, kept, numbers, problems);
  const second = await read(to, kept, numbers, problems);
  const { shown, hidden } = shownOf(editScriptOfIds(first.fingerprints.ids, second.fingerprints.ids, numbers.size));
  const hunks = async (): Promise<Iterable<string>> => {
    const known = new Map<string, string>();
    const fromSide = await sideOf(from.path, kept, first, shown.map(({ fromStart, fromEnd }) => [fromStart, fromEnd] as const), hidden > 0, known);
    const toSide = await sideOf(to.path, kept, second, shown.map(({ toStart, toEnd }) => [toStart, toEnd] as const), hidden > 0, known);
    return unified(shown, fromSide, toSide, paint);
  };
  return { isEqual: shown.length === 0, hunks, hidden, problems };
}

/** What was found out of a capture when it was read for the first time. */
interface Read {
  readonly fingerprints: Fingerprints;
  readonly normaliser: Normaliser;
}

async function read({ name, path }: Spool, kept: ReadonlySet<Arbitrary>, numbers: LineNumbers, problems: string[]): Promise<Read> {
  const collector = new FingerprintCollector(numbers);
  const order = new ConversationOrder();
  const digest = new LineDigest();
  const normaliser = new Normaliser(kept, digest);
  const end = await readMessages(path, (cursor) => {
    normaliser.add(cursor);
    const { lines } = digest;
    collector.add(digest.take(), lines, order.number(cursor), order.isAlone);
    return true;
  });
  const problem = problemOf(name, end);
  if (problem !== undefined) problems.push(problem);
  return { fingerprints: collector.sorted(), normaliser };
}

/** As many of the differences as there is room for, the last perhaps cut off. */
function shownOf(edits: Iterable<Edit>): { readonly shown: Edit[]; readonly hidden: number } {
  const shown: Edit[] = [];
  let left = MOST_SHOWN;
  let hidden = 0;
  for (const { fromStart, fromEnd, toStart, toEnd } of edits) {
    // Of both as much, where there is too much.
    const removed = Math.min(fromEnd - fromStart, Math.max(left >> 1, left - (toEnd - toStart)));
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
  { fingerprints, normaliser: before }: Read,
  ranges: readonly (readonly [number, number])[],
  isCut: boolean,
  known: Map<string, string>,
): Promise<Side> {
  // What follows a difference that is cut off is not what is the same.
  const length = isCut ? (ranges.at(-1)?.[1] ?? 0) : fingerprints.ids.length;
  const changed = new Map<number, boolean>();
  for (const [start, end] of ranges) {
    for (let at = Math.max(0, start - CONTEXT - 1); at < Math.min(length, end + CONTEXT); at++) if (changed.get(at) !== true) changed.set(at, start <= at && at < end);
  }
  const messages = new Map([...changed.keys()].map((message) => [fingerprints.placeOf(message), message]));
  const texts = new Map<number, readonly string[]>();
  const list = new LineList(known);
  const normaliser = new Normaliser(kept, list, before);
  let place = 0;
  const visit = (cursor: PacketCursor): boolean => {
    const message = messages.get(place++);
    if (message === undefined) normaliser.pass(cursor);
    else {
      normaliser.add(cursor);
      const lines = list.take();
      texts.set(message, changed.get(message) === true ? lines : ends(lines));
    }
    return texts.size < messages.size;
  };
  if (messages.size > 0) await readMessages(path, visit);
  // Between two differences that are shown together lie no more messages than are shown around each.
  return { length, linesBefore: (message) => fingerprints.linesBefore(message), lines: (message) => texts.get(message) ?? [] };
}

/** Of a message that only stands around a difference, no more is shown than its first lines or its last. */
function ends(lines: readonly string[]): readonly string[] {
  return lines.length > 2 * CONTEXT ? [...lines.slice(0, CONTEXT), ...lines.slice(-CONTEXT)] : lines;
}
