import type { JsonValue } from '../decode/json-value.ts';
import type { PacketCursor } from '../decode/packet-cursor.ts';
import { Compiler } from './compile.ts';
import type { Condition } from './condition.ts';
import type { Expression } from './expression.ts';
import { fieldOf, fieldValue, FIELD_NAMES, type Field } from './field.ts';
import { FilterError } from './filter-error.ts';
import { suggestion } from './names.ts';
import { pathsIn } from './paths-in.ts';
import { parseFieldName, parseFilter } from './parser.ts';
import { Subject } from './subject.ts';
import type { FilterFamily } from './word.ts';

/**
 * What a filter has to know of a message, from the least to the most: what is said of its packet, its header, its names
 * (which takes the schema of its family), or what is inside.
 */
export type FilterNeeds = 'packet' | 'header' | 'names' | 'payload';

const NEEDS: readonly FilterNeeds[] = ['packet', 'header', 'names', 'payload'];

/** What may be known when a filter is compiled. */
export interface FilterOptions {
  /** All families that there are. With them a word that is none of them is an error, without them a generic family. */
  readonly families?: readonly FilterFamily[];
}

/** A compiled filter. It serves one caller at a time. */
export class Filter {
  /** What it was compiled from. */
  readonly text: string;
  /** The same, parsed. */
  readonly expression: Expression;
  /** What it has to know. One that does not need the payload never decodes a message. */
  readonly needs: FilterNeeds;
  readonly #condition: Condition;
  readonly #subject: Subject;

  /**
   * @param text - the expression
   * @param options - what is known
   * @throws FilterError: it is no filter
   */
  constructor(text: string, options: FilterOptions = {}) {
    this.text = text;
    this.expression = parseFilter(text);
    this.#condition = new Compiler(text, options.families).compile(this.expression);
    this.needs = NEEDS[this.#condition.needs] ?? 'payload';
    this.#subject = new Subject(pathsIn(this.expression));
  }

  /**
   * Whether the filter lets a message through, or octets that are none.
   *
   * @param cursor - stands at it
   */
  matches(cursor: PacketCursor): boolean {
    this.#subject.begin(cursor);
    return this.#condition.test(this.#subject);
  }
}

/**
 * Compiles a filter expression, such as `route and type == RTM_NEWLINK and attr.ifname ~ "veth*"`. The language is in the
 * package's README.
 *
 * @param text - the expression
 * @param options - what is known
 * @throws FilterError: it is no filter; the message says what is wrong, `pointer()` where
 * @example
 * ```ts
 * const filter = compileFilter('error != 0 or attr.ifname == "eth0"');
 * cursor.reset(packet);
 * while (cursor.next()) if (filter.matches(cursor)) console.log(decodeStep(cursor));
 * ```
 */
export function compileFilter(text: string, options: FilterOptions = {}): Filter {
  return new Filter(text, options);
}

/** Reads some fields of each message. It serves one caller at a time. */
export class FieldReader {
  /** The fields' names, as they were given. */
  readonly names: readonly string[];
  readonly #fields: readonly Field[];
  readonly #subject: Subject;

  /**
   * @param names - fields as in filters: `frame`, `type`, `attr.linkinfo.kind`
   * @throws FilterError: there is no such field
   */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#fields = names.map((name) => {
      const parsed = parseFieldName(name);
      const field = fieldOf(parsed);
      if (field === undefined) throw new FilterError(`no such field: ${name}${suggestion(parsed.path[0] ?? '', FIELD_NAMES)}`, name, 0);
      return field;
    });
    this.#subject = new Subject(this.#fields.flatMap((field) => (field.kind === 'value' ? [field.path] : [])));
  }

  /**
   * The values of the fields, in the order of {@link names}.
   *
   * @param cursor - stands at a message, or at octets that are none
   * @returns as JSON lines have them; `undefined` for what is absent
   */
  read(cursor: PacketCursor): (JsonValue | undefined)[] {
    this.#subject.begin(cursor);
    return this.#fields.map((field) => fieldValue(field, this.#subject));
  }
}
