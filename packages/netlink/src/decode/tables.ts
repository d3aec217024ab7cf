import {
  memberSize,
  resolve,
  type AttributeSet,
  type Extension,
  type Field,
  type Format,
  type Names,
  type Struct,
  type SubMessage,
} from '../schema/index.ts';
import { setSignature, structSignature, type Code, type SetCode, type StructCode } from './code.ts';
import { Entry } from './entry.ts';
import { setProgram, structProgram } from './json-program.ts';
import { nthName } from './member-name.ts';
import { NameTable } from './name-table.ts';

/** Types above this are not in any schema: a table is an array, and must not be made long by one entry. */
const MAX_TYPE = 4095;

/** A set of attributes as an array by type. */
export class SetTable {
  /** As in the schema. */
  readonly name: string;
  /** By type. */
  readonly entries: readonly (Entry | undefined)[];
  /** Names of values or bits, by type. */
  readonly names: readonly (NameTable | undefined)[];
  /** For writers of JSON. */
  readonly program: Int32Array;
  /** What does the same in less time; it may come when the set is in use. */
  code: SetCode | undefined;
  readonly #byName: ReadonlyMap<string, Entry>;

  constructor(name: string, entries: readonly (Entry | undefined)[], code?: SetCode) {
    this.name = name;
    this.code = code;
    this.entries = entries;
    this.names = entries.map((entry) => entry?.names);
    this.program = setProgram(entries);
    this.#byName = new Map(entries.flatMap((entry) => (entry === undefined ? [] : [[entry.name, entry]])));
  }

  /** The attribute of that name. */
  named(name: string): Entry | undefined {
    return this.#byName.get(name);
  }
}

/** A structure with its members' places. */
export class StructTable {
  /** As in the schema. */
  readonly name: string;
  /** In their order. */
  readonly members: readonly Entry[];
  /** Octets, without a last member that takes what is left. */
  readonly size: number;
  /** Whether the last member takes what is left. */
  readonly isOpen: boolean;
  /** Names of values or bits, by place. */
  readonly names: readonly (NameTable | undefined)[];
  /** For writers of JSON. */
  readonly program: Int32Array;
  /** What does the same in less time; it may come when the structure is in use. */
  code: StructCode | undefined;
  readonly #byName: ReadonlyMap<string, Entry>;

  constructor(name: string, members: readonly Entry[], size: number, code?: StructCode) {
    this.name = name;
    this.code = code;
    this.members = members;
    this.size = size;
    this.isOpen = members.some((member) => member.size < 0);
    this.names = members.map((member) => member.names);
    this.program = structProgram(members);
    this.#byName = new Map(members.map((member) => [member.name, member]));
  }

  /** The member of that name. */
  named(name: string): Entry | undefined {
    return this.#byName.get(name);
  }
}

/** What octets hold. */
export interface FormatTable {
  /** The structure in front. */
  readonly header: StructTable | undefined;
  /** The attributes behind it. */
  readonly set: SetTable | undefined;
  /** What stands there instead of attributes. */
  readonly body: Entry | undefined;
}

/** Formats by the text of a selector. */
export class ChoiceTable {
  readonly #formats: ReadonlyMap<string, () => FormatTable>;

  constructor(formats: ReadonlyMap<string, () => FormatTable>) {
    this.#formats = formats;
  }

  /** What may stand in the selector; `'*'` for all others. */
  get selectors(): readonly string[] {
    return [...this.#formats.keys()];
  }

  /** The format for a selector's text, or that for all others. */
  format(selector: string | undefined): FormatTable | undefined {
    const format = (selector === undefined ? undefined : this.#formats.get(selector)) ?? this.#formats.get('*');
    return format?.();
  }
}

/**
 * Compiles schemas, each part when it is first needed: a program that meets no bridge never makes the tables of bridges.
 */
export class Tables {
  readonly #sets: Map<AttributeSet, SetTable> = new Map();
  readonly #structs: Map<Struct, StructTable> = new Map();
  readonly #choices: Map<SubMessage, ChoiceTable> = new Map();
  readonly #names: Map<Names, NameTable> = new Map();
  /** By the names of sets. */
  readonly #setCode: Map<string, SetCode[]> = new Map();
  /** By the names of structures. */
  readonly #structCode: Map<string, StructCode[]> = new Map();
  readonly #madeSets: Map<string, SetTable[]> = new Map();
  readonly #madeStructs: Map<string, StructTable[]> = new Map();
  readonly #moreAttributes: Map<AttributeSet, Record<number, Field>> = new Map();
  readonly #moreFormats: Map<SubMessage, Record<string, Format>> = new Map();
  readonly #otherMembers: Map<Struct, Map<string, Field>> = new Map();

  /**
   * Adds to sets and choices. What is compiled already is compiled again.
   *
   * @param extension - the additions
   */
  extend(extension: Extension): void {
    for (const [set, fields] of extension.sets ?? []) {
      this.#moreAttributes.set(set, { ...this.#moreAttributes.get(set), ...fields });
      this.#sets.delete(set);
    }
    for (const [message, formats] of extension.choices ?? []) {
      this.#moreFormats.set(message, { ...this.#moreFormats.get(message), ...formats });
      this.#choices.delete(message);
    }
    for (const [struct, members] of extension.structs ?? []) {
      const others = this.#otherMembers.get(struct) ?? new Map<string, Field>();
      for (const member of members) others.set(member.name, member);
      this.#otherMembers.set(struct, others);
      this.#structs.delete(struct);
    }
  }

  /**
   * Adds generated code: what is compiled already gets it, too.
   *
   * @param code - for sets and structures, which need not be of any schema here
   */
  adopt({ code }: Code): void {
    for (const one of code) {
      if ('name' in one) {
        append(this.#setCode, one.name, one);
        for (const table of this.#madeSets.get(one.name) ?? []) if (setSignature(table.entries) === one.signature) table.code = one;
      } else {
        append(this.#structCode, one.struct, one);
        for (const table of this.#madeStructs.get(one.struct) ?? []) if (structSignature(table.members) === one.signature) table.code = one;
      }
    }
  }

  /** A table of attributes with the code that there is for it. */
  #setTable(name: string, entries: readonly (Entry | undefined)[]): SetTable {
    const known = this.#setCode.get(name);
    const signature = known === undefined ? '' : setSignature(entries);
    const table = new SetTable(name, entries, known?.find((code) => code.signature === signature));
    append(this.#madeSets, name, table);
    return table;
  }

  #structTable(name: string, members: readonly Entry[], size: number): StructTable {
    const known = this.#structCode.get(name);
    const signature = known === undefined ? '' : structSignature(members);
    const table = new StructTable(name, members, size, known?.find((code) => code.signature === signature));
    append(this.#madeStructs, name, table);
    return table;
  }

  /** The table of a set. */
  set(set: AttributeSet): SetTable {
    const known = this.#sets.get(set);
    if (known !== undefined) return known;
    const entries: (Entry | undefined)[] = [];
    for (const [key, field] of Object.entries({ ...set.attributes, ...this.#moreAttributes.get(set) })) {
      const type = Number(key);
      if (!(type >= 0 && type <= MAX_TYPE)) throw new RangeError(`${set.name}.${field.name}: expected a type up to ${String(MAX_TYPE)}, got ${key}`);
      while (entries.length <= type) entries.push(undefined);
      entries[type] = new Entry(this, field, type, 0);
    }
    const table = this.#setTable(set.name, entries);
    this.#sets.set(set, table);
    return table;
  }

  /** The table of a structure. */
  struct(struct: Struct): StructTable {
    const known = this.#structs.get(struct);
    if (known !== undefined) return known;
    const members: Entry[] = [];
    let offset = 0;
    for (const declared of struct.members) {
      const field = this.#memberOf(struct, declared);
      if (members.some((member) => member.size < 0)) throw new RangeError(`${struct.name}.${field.name}: stands behind a member that takes what is left`);
      const nth = struct.members.slice(0, members.length).filter(({ name }) => name === field.name).length + 1;
      // Padding may have one name everywhere; its keys must differ.
      members.push(new Entry(this, nth === 1 ? field : { ...field, name: nthName(field.name, nth) }, -1, offset));
      offset += Math.max(0, memberSize(field));
    }
    for (const member of members) member.place(struct.name, members);
    const table = this.#structTable(struct.name, members, offset);
    this.#structs.set(struct, table);
    return table;
  }

  /** A member as the latest schema that says something of it has it. */
  #memberOf(struct: Struct, declared: Field): Field {
    const other = this.#otherMembers.get(struct)?.get(declared.name);
    if (other === undefined) return declared;
    if (memberSize(other) !== memberSize(declared)) throw new RangeError(`${struct.name}.${declared.name}: expected ${String(memberSize(declared))} octets, got ${String(memberSize(other))}`);
    return other;
  }

  /** The table of a choice. */
  choice(message: SubMessage): ChoiceTable {
    const known = this.#choices.get(message);
    if (known !== undefined) return known;
    const formats = new Map<string, () => FormatTable>();
    for (const [selector, format] of Object.entries({ ...message.formats, ...this.#moreFormats.get(message) })) {
      let compiled: FormatTable | undefined;
      formats.set(selector, () => (compiled ??= this.object(format)));
    }
    const table = new ChoiceTable(formats);
    this.#choices.set(message, table);
    return table;
  }

  /** The table of a format. */
  format(format: Format): FormatTable {
    return {
      header: format.header === undefined ? undefined : this.struct(resolve(format.header)),
      set: format.attributes === undefined ? undefined : this.set(resolve(format.attributes)),
      body: format.body === undefined ? undefined : new Entry(this, format.body, -1, 0),
    };
  }

  /**
   * The table of a format that is shown as one object: an attribute whose name the structure in front of it has is another
   * of that name.
   */
  object(of: Format): FormatTable {
    const format = this.format(of);
    const { header, set } = format;
    if (header === undefined || set === undefined) return format;
    const clashes = (entry: Entry | undefined): entry is Entry => entry !== undefined && header.named(entry.name) !== undefined;
    if (!set.entries.some(clashes)) return format;
    const entries = set.entries.map((entry) => (clashes(entry) ? entry.renamed(`${entry.name}#2`) : entry));
    return { ...format, set: this.#setTable(set.name, entries) };
  }

  /** The table of names. */
  names(names: Names): NameTable {
    let table = this.#names.get(names);
    if (table === undefined) {
      table = new NameTable(names);
      this.#names.set(names, table);
    }
    return table;
  }
}

function append<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}
