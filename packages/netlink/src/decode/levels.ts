import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import type { Entry } from './entry.ts';
import { fits } from './fits.ts';
import { Kind } from './kind.ts';
import { readNumber } from './numbers.ts';
import { ShortStrings } from './short-strings.ts';
import type { LeafRecorder } from './stencil.ts';
import type { SetTable, StructTable } from './tables.ts';
import { textEnd } from './text-octets.ts';
import { TypeCounter } from './type-counter.ts';

/** Nests deeper than this are shown as octets: no family goes half as deep, and a hostile message must not end the stack. */
export const MAX_DEPTH = 24;

// Constants of this module are constants for V8, too; imported ones are loaded each time.
const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;

/** One level of a message while it is walked. */
export class Level {
  /** Counts its attributes, for whoever begins to. */
  readonly types: TypeCounter = new TypeCounter();
  /** What its attributes are. */
  set: SetTable | undefined;
  /** Where they start. */
  start = 0;
  /** Where they end. */
  end = 0;
  /** The structure in front of them. */
  header: StructTable | undefined;
  /** Where that starts. */
  headerAt = 0;
  /** The type that was last looked for, and where its payload starts: many sub-messages ask for one selector. */
  soughtType = -1;
  soughtAt = -1;
}

/** The levels that a walk is inside of: what a sub-message is, is said by an attribute of one of them. */
export class Levels {
  /** Strings that come again and again. */
  readonly strings: ShortStrings = new ShortStrings();
  readonly #levels: Level[] = Array.from({ length: MAX_DEPTH + 2 }, () => new Level());
  #depth = -1;

  /** Leaves all of them. */
  reset(): void {
    this.#depth = -1;
  }

  /** Whether a nest of this level is too deep to be entered; {@link MAX_DEPTH} leaves room for what is entered without asking. */
  get isDeep(): boolean {
    return this.#depth >= MAX_DEPTH;
  }

  /** Where the innermost ends. */
  get end(): number {
    return this.#levels[this.#depth]?.end ?? 0;
  }

  /** Enters a level, whose types nobody has counted yet. */
  enter(table: SetTable | undefined, start: number, end: number, header: StructTable | undefined, headerAt: number): Level {
    const level = this.#levels[++this.#depth] ?? new Level();
    // Stores of objects cost more than comparisons, and one level mostly holds the same set.
    if (level.set !== table) level.set = table;
    if (level.header !== header) level.header = header;
    level.start = start;
    level.end = end;
    level.headerAt = headerAt;
    level.soughtType = -1;
    return level;
  }

  /** Leaves a level. */
  leave(): void {
    this.#depth--;
  }

  /**
   * The text of a selector: an attribute of this level or of one further out, or a member of a header.
   *
   * @param name - the attribute's, or the member's
   * @param bytes - what holds the message
   * @param view - the same
   * @param recorder - is told which octets say it
   */
  select(name: string, bytes: Uint8Array, view: DataView, recorder?: LeafRecorder): string | undefined {
    for (let depth = this.#depth; depth >= 0; depth--) {
      const level = this.#levels[depth];
      const entry = level?.set?.named(name);
      if (level !== undefined && entry !== undefined) {
        const at = seek(level, view, entry.type);
        if (at >= 0) {
          const size = view.getUint16(at - HEADER, true);
          recorder?.consult(at - HEADER, size);
          return this.#text(entry, bytes, view, at, size - HEADER);
        }
      }
      const member = level?.header?.named(name);
      if (level !== undefined && member !== undefined && member.size > 0) {
        const at = level.headerAt + member.offset;
        if (at + member.size <= level.start) {
          recorder?.consult(at, member.size);
          return this.#text(member, bytes, view, at, member.size);
        }
      }
    }
    return undefined;
  }

  #text(entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number): string | undefined {
    if (!fits(entry, bytes, at, length)) return undefined;
    if (entry.kind === Kind.STRING) return this.strings.get(bytes, at, textEnd(bytes, at, at + length));
    if (entry.base < 0) return undefined;
    const value = readNumber(view, at, length, entry.base, entry.bigEndian);
    const name = entry.kind === Kind.ENUM && typeof value === 'number' ? entry.names?.name(value) : undefined;
    return name ?? String(value);
  }
}

/** Where the payload of the first attribute of a type starts; -1 if there is none. */
function seek(level: Level, view: DataView, type: number): number {
  if (level.soughtType === type) return level.soughtAt;
  level.soughtType = type;
  level.soughtAt = -1;
  let at = level.start;
  while (level.end - at >= HEADER) {
    const head = view.getUint32(at, true);
    const size = head & 0xffff;
    if (size < HEADER || size > level.end - at) break;
    if (((head >>> 16) & TYPE_MASK) === type) {
      level.soughtAt = at + HEADER;
      break;
    }
    at += (size + 3) & ~3;
  }
  return level.soughtAt;
}
