import { isJsonList, isJsonObject, type JsonValue } from '@netdevkit/netlink';
import type { ComparableStep, Inbox, Item } from './decoded.ts';

/** Something that two kernels did differently. */
export interface Difference {
  readonly scenario: string;
  /** What was done. */
  readonly step: string;
  /**
   * What differs: `outcome`, `value`, or of what came to a socket `SOCKET.TYPE` (a message that only one of them sent),
   * `SOCKET.TYPE.attrs.mtu`, `SOCKET.datagrams`.
   */
  readonly path: string;
  /** What the real kernel has there; nothing if nothing. */
  readonly real: JsonValue | undefined;
  readonly embedded: JsonValue | undefined;
}

type Report = (path: string, real: JsonValue | undefined, embedded: JsonValue | undefined) => void;

/** What two kernels did differently in a scenario. */
export function differencesOf(scenario: string, real: readonly ComparableStep[], embedded: readonly ComparableStep[]): Difference[] {
  const differences: Difference[] = [];
  for (let at = 0; at < Math.max(real.length, embedded.length); at++) {
    const ours = embedded[at];
    const theirs = real[at];
    const step = theirs?.what ?? ours?.what ?? '';
    const report: Report = (path, left, right) => differences.push({ scenario, step, path, real: left, embedded: right });
    if (theirs === undefined || ours?.what !== theirs.what) {
      report('step', theirs?.what, ours?.what);
      continue;
    }
    if (ours.outcome !== theirs.outcome) report('outcome', theirs.outcome, ours.outcome);
    compareValues('value', theirs.value, ours.value, report);
    for (const socket of new Set([...theirs.inboxes.keys(), ...ours.inboxes.keys()])) {
      compareInboxes(socket, theirs.inboxes.get(socket), ours.inboxes.get(socket), report);
    }
  }
  return differences;
}

const NOTHING: Inbox = { items: [], datagrams: [] };

function compareInboxes(socket: string, real: Inbox = NOTHING, embedded: Inbox = NOTHING, report: Report): void {
  const pairs = align(real.items, embedded.items);
  for (const [theirs, ours] of pairs) {
    const type = theirs?.type ?? ours?.type ?? '';
    const path = `${socket}.${type}`;
    if (theirs === undefined || ours === undefined) report(path, theirs?.says, ours?.says);
    else compareItems(path, theirs, ours, report);
  }
  const isWhole = pairs.every(([theirs, ours]) => theirs !== undefined && ours !== undefined);
  if (isWhole) compareValues(`${socket}.datagrams`, [...real.datagrams], [...embedded.datagrams], report);
}

function compareItems(path: string, real: Item, embedded: Item, report: Report): void {
  let same = true;
  compareValues(path, real.says, embedded.says, (at, left, right) => {
    same = false;
    report(at, left, right);
  });
  // What the meaning does not show: the order of attributes, marks of nests, what they are filled up with.
  if (same && real.octets !== embedded.octets) report(`${path}.octets`, real.octets, embedded.octets);
}

function compareValues(path: string, real: JsonValue | undefined, embedded: JsonValue | undefined, report: Report): void {
  if (isJsonObject(real) && isJsonObject(embedded)) {
    for (const key of new Set([...Object.keys(real), ...Object.keys(embedded)])) compareValues(`${path}.${key}`, real[key], embedded[key], report);
  } else if (isJsonList(real) && isJsonList(embedded) && real.length === embedded.length && real.some(isJsonObject)) {
    for (const [at, value] of real.entries()) compareValues(`${path}.${String(at)}`, value, embedded[at], report);
  } else if (JSON.stringify(real) !== JSON.stringify(embedded)) report(path, real, embedded);
}

/** Pairs what is alike, in its order; what one of them alone has stands alone. Longest common subsequence, by type. */
function align(real: readonly Item[], embedded: readonly Item[]): (readonly [Item | undefined, Item | undefined])[] {
  const isAlike = (a: Item | undefined, b: Item | undefined): boolean => a !== undefined && a.type === b?.type;
  if (real.length === embedded.length && real.every((item, at) => isAlike(item, embedded[at]))) return real.map((item, at) => [item, embedded[at]]);
  const width = embedded.length + 1;
  const longest = new Uint32Array((real.length + 1) * width);
  for (let i = real.length - 1; i >= 0; i--) {
    for (let j = embedded.length - 1; j >= 0; j--) {
      const down = longest[(i + 1) * width + j] ?? 0;
      const across = longest[i * width + j + 1] ?? 0;
      // Of items of one type those that say the same belong together.
      const same = isAlike(real[i], embedded[j]) ? (longest[(i + 1) * width + j + 1] ?? 0) + weight(real[i], embedded[j]) : 0;
      longest[i * width + j] = Math.max(down, across, same);
    }
  }
  const pairs: (readonly [Item | undefined, Item | undefined])[] = [];
  let i = 0;
  let j = 0;
  while (i < real.length || j < embedded.length) {
    const here = longest[i * width + j] ?? 0;
    const same = isAlike(real[i], embedded[j]) ? (longest[(i + 1) * width + j + 1] ?? 0) + weight(real[i], embedded[j]) : -1;
    if (i < real.length && j < embedded.length && same === here) pairs.push([real[i++], embedded[j++]]);
    else if (j >= embedded.length || (i < real.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))) pairs.push([real[i++], undefined]);
    else pairs.push([undefined, embedded[j++]]);
  }
  return pairs;
}

function weight(real: Item | undefined, embedded: Item | undefined): number {
  return real?.octets === embedded?.octets ? 4 : 1;
}
