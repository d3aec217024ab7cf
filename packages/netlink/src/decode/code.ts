import type { Entry } from './entry.ts';
import type { JsonObject, MutableJsonObject } from './json-value.ts';
import type { JsonWalker } from './json-walker.ts';
import { Kind } from './kind.ts';
import type { ObjectWalker } from './object-walker.ts';
import type { SetTable, StructTable } from './tables.ts';
import type { TextWalker } from './text-walker.ts';

/**
 * Code that was generated for one set of attributes. Each function does what a walker would do at the same place, octet for
 * octet, and gives up at the first attribute that is out of the ordinary: it returns where that starts, and a walker goes on.
 */
export interface SetCode {
  /** The set's name. */
  readonly name: string;
  /** {@link setSignature} of the set that it was generated for: it serves no other. */
  readonly signature: string;
  /** Whether nothing in it is on a level of its own. */
  readonly isFlat: boolean;
  /** Writes attributes as JSON. */
  json(w: JsonWalker, table: SetTable, start: number, end: number): number;
  /** Writes them as lines of text. */
  text(w: TextWalker, table: SetTable, start: number, end: number): number;
  /** Puts them into an object. */
  object(w: ObjectWalker, table: SetTable, target: MutableJsonObject, start: number, end: number): number;
}

/** Code that was generated for one structure, all of whose octets are there. */
export interface StructCode {
  /** The structure's name. */
  readonly struct: string;
  /** {@link structSignature} of the structure that it was generated for. */
  readonly signature: string;
  /** Writes its members as JSON. */
  json(w: JsonWalker, table: StructTable, at: number): void;
  /** Writes them as text, on one line. */
  text(w: TextWalker, table: StructTable, at: number): void;
  /** Puts them into an object. */
  object(w: ObjectWalker, table: StructTable, at: number): JsonObject;
}

/** Generated code as a schema: what it is given to, decodes the same in less time. */
export interface Code {
  /** For sets and structures of other schemas. */
  readonly code: readonly (SetCode | StructCode)[];
}

/** What code has to know of a set: two that have one signature are decoded by the same code. */
export function setSignature(entries: readonly (Entry | undefined)[]): string {
  return digest(entries.map((entry) => (entry === undefined ? '' : described(entry))).join('\n'));
}

/** What code has to know of a structure. */
export function structSignature(members: readonly Entry[]): string {
  return digest(members.map(described).join('\n'));
}

function described(entry: Entry): string {
  const { name, kind, base, size, offset, familyAt, bigEndian, isHex, many, element, names } = entry;
  const inner = kind === Kind.RECORD && entry.struct !== undefined ? structSignature(entry.struct.members) : '';
  const of = element === undefined ? '' : described(element);
  return [name, kind, base, size, offset, familyAt, bigEndian, isHex, many, names?.most, inner, of].map(String).join();
}

const PRIME = 0x0100_0193;
const OTHER_PRIME = 0x85eb_ca6b | 0;

/** Two hashes of 32 bits. */
function digest(text: string): string {
  let first = 0x811c_9dc5 | 0;
  let second = 0x9e37_79b9 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, PRIME);
    second = Math.imul(second ^ unit, OTHER_PRIME);
    second ^= second >>> 13;
  }
  return `${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}`;
}
