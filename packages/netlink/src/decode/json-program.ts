import type { EncodedText } from './encoded-text.ts';
import type { Entry } from './entry.ts';

/*
 * What a JSON writer needs of a table, in one array: objects that are spread over the heap cost it a cache miss for every
 * key. An entry is
 *
 *   | size or offset | how | length of the key in octets | words of the key | the words … |
 *
 * where "how" is a Kind up to S64, with BIG_ENDIAN added, or COMPLEX.
 */

/** Added to a kind: the number is in network order. */
export const BIG_ENDIAN = 16;
/** What is more than a number: the members' list has it. */
export const COMPLEX = 32;
/** Words of an entry before those of its key. */
export const ENTRY_WORDS = 4;
/** The most octets that one entry of a program writes. */
export const MOST_OCTETS = 320;

/** Longer keys are not copied word by word. */
const MOST_KEY = 256;

/**
 * The program of a set of attributes: begins with the place of each type's entry, or 0 for what is no plain number.
 *
 * @param entries - the attributes by type
 */
export function setProgram(entries: readonly (Entry | undefined)[]): Int32Array {
  const words: number[] = new Array<number>(Math.max(1, entries.length)).fill(0);
  entries.forEach((entry, type) => {
    if (entry === undefined || entry.many || entry.plainSize < 0 || entry.key.length > MOST_KEY) return;
    words[type] = words.length;
    append(words, entry.plainSize, howOf(entry), entry.key);
  });
  return Int32Array.from(words);
}

/**
 * The program of a structure: an entry for each member.
 *
 * @param members - in their order
 */
export function structProgram(members: readonly Entry[]): Int32Array {
  const words: number[] = [];
  for (const member of members) {
    const isPlain = member.plainSize > 0 && member.key.length <= MOST_KEY;
    append(words, member.offset, isPlain ? howOf(member) : COMPLEX, member.key);
  }
  return Int32Array.from(words);
}

function howOf(entry: Entry): number {
  return entry.kind + (entry.bigEndian ? BIG_ENDIAN : 0);
}

function append(words: number[], first: number, how: number, key: EncodedText): void {
  const all = [key.word0, key.word1, key.word2, key.word3, ...key.more].slice(0, (key.length + 3) >> 2);
  words.push(first, how, key.length, all.length, ...all);
}
