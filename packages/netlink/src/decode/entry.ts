import { memberSize, resolve, type Field } from '../schema/index.ts';
import { EncodedText, JsonKey } from './encoded-text.ts';
import { Kind } from './kind.ts';
import type { NameTable } from './name-table.ts';
import { notationOf, type Notation } from './notation.ts';
import type { ChoiceTable, FormatTable, SetTable, StructTable, Tables } from './tables.ts';

const NUMBERS: Readonly<Record<string, number>> = {
  u8: Kind.U8,
  u16: Kind.U16,
  u32: Kind.U32,
  u64: Kind.U64,
  s8: Kind.S8,
  s16: Kind.S16,
  s32: Kind.S32,
  s64: Kind.S64,
  uint: Kind.UINT,
  sint: Kind.SINT,
};

const OTHERS: Readonly<Record<string, number>> = {
  string: Kind.STRING,
  strings: Kind.STRINGS,
  flag: Kind.FLAG,
  bitfield32: Kind.BITFIELD32,
  pad: Kind.PAD,
  unused: Kind.UNUSED,
  record: Kind.RECORD,
  packed: Kind.PACKED,
  nest: Kind.NEST,
  indexed: Kind.INDEXED,
  typed: Kind.TYPED,
  'sub-message': Kind.SUB_MESSAGE,
  sized: Kind.SIZED,
};

const HINTS: Readonly<Record<string, number>> = {
  hex: Kind.BINARY,
  mac: Kind.MAC,
  fddi: Kind.MAC,
  ipv4: Kind.IPV4,
  ipv6: Kind.IPV6,
  'ipv4-or-v6': Kind.IP,
  uuid: Kind.UUID,
  sockaddr: Kind.NOTATION,
  mpls: Kind.NOTATION,
  'tc-handle': Kind.NOTATION,
  'c-string': Kind.NOTATION,
  escaped: Kind.NOTATION,
};

/** A compiled field: an attribute, a member, an element of an array. One class, so that all code that reads them sees one shape. */
export class Entry {
  /** {@link Kind}. */
  readonly kind: number;
  /** Whether it is more than one value: a {@link Kind} from `RECORD` to `SIZED`. */
  readonly isComposite: boolean;
  /** What a number is underneath its names: a {@link Kind} up to `SINT`. */
  readonly base: number;
  /** Whether it is a number of up to 32 bits, perhaps with names. */
  readonly isSmall: boolean;
  /** The octets of a number without names, which can be written as it is read; -1 for everything else. */
  readonly plainSize: number;
  /** The attribute's type; -1 for what is none. */
  readonly type: number;
  /** As in the schema. */
  readonly name: string;
  /** Its name as a key of JSON. */
  readonly key: JsonKey;
  /** Where a member starts in its structure. */
  readonly offset: number;
  /** The octets of a number or a member; -1 for what takes all there is. */
  readonly size: number;
  /** Whether numbers are in network order. */
  readonly bigEndian: boolean;
  /** Whether a number is better read in hexadecimal. */
  readonly isHex: boolean;
  /** Whether the attribute comes any number of times. */
  readonly many: boolean;
  /** Names of values or bits. */
  readonly names: NameTable | undefined;
  /** What the types of typed nests are called. */
  readonly levels: readonly string[];
  /** The attribute or member that says what a sub-message is. */
  readonly selector: string;
  /** An element of an array. */
  readonly element: Entry | undefined;
  /** How octets are written that have a notation of their own. */
  readonly notation: Notation | undefined;
  /** Where the address family stands, relative to an address. */
  familyAt = 0;
  /** Whether an EtherType in network order stands for it there. */
  isFamilyEtherType = false;
  readonly #tables: Tables;
  readonly #field: Field;
  #label: EncodedText | undefined;
  #set: SetTable | undefined;
  #struct: StructTable | undefined;
  #choice: ChoiceTable | undefined;
  #format: FormatTable | undefined;

  constructor(tables: Tables, field: Field, type: number, offset: number) {
    this.#tables = tables;
    this.#field = field;
    this.base = NUMBERS[field.type] ?? -1;
    this.kind = kindOf(field, this.base);
    this.isComposite = this.kind >= Kind.RECORD && this.kind <= Kind.SIZED;
    this.isSmall = this.base >= 0 && this.base < Kind.U64;
    this.plainSize = this.kind <= Kind.S64 ? memberSize(field) : -1;
    this.type = type;
    this.name = field.name;
    this.key = new JsonKey(field.name);
    this.offset = offset;
    this.size = memberSize(field);
    this.bigEndian = field.bigEndian ?? false;
    this.isHex = field.hint === 'hex';
    this.many = field.many ?? false;
    this.names = field.names === undefined ? undefined : tables.names(field.names);
    this.levels = field.levels ?? [];
    this.selector = field.selector ?? '';
    this.notation = this.kind === Kind.NOTATION ? notationOf(field.hint) : undefined;
    this.element = field.element === undefined ? undefined : new Entry(tables, field.element, type, 0);
  }

  /** The same attribute under another name. */
  renamed(name: string): Entry {
    return new Entry(this.#tables, { ...this.#field, name }, this.type, this.offset);
  }

  /** Its name, ready to be copied. */
  get label(): EncodedText {
    return (this.#label ??= new EncodedText(this.name));
  }

  /** The attributes inside. */
  get set(): SetTable | undefined {
    if (this.#set === undefined && this.#field.set !== undefined) this.#set = this.#tables.set(resolve(this.#field.set));
    return this.#set;
  }

  /** The structure. */
  get struct(): StructTable | undefined {
    if (this.#struct === undefined && this.#field.struct !== undefined) this.#struct = this.#tables.struct(resolve(this.#field.struct));
    return this.#struct;
  }

  /** What a sub-message may be. */
  get choice(): ChoiceTable | undefined {
    if (this.#choice === undefined && this.#field.message !== undefined) this.#choice = this.#tables.choice(resolve(this.#field.message));
    return this.#choice;
  }

  /** What each of several structures holds. */
  get format(): FormatTable | undefined {
    if (this.#format === undefined && this.#field.format !== undefined) this.#format = this.#tables.object(this.#field.format);
    return this.#format;
  }

  /**
   * Finds what a member refers to in its structure.
   *
   * @param struct - the structure's name
   * @param members - its members
   */
  place(struct: string, members: readonly Entry[]): void {
    const { family } = this.#field;
    if (family === undefined) return;
    const member = members.find(({ name }) => name === family);
    if (member === undefined) throw new RangeError(`${struct}.${this.name}: no member "${family}"`);
    this.familyAt = member.offset - this.offset;
    this.isFamilyEtherType = member.bigEndian && member.size === 2;
  }
}

function kindOf(field: Field, base: number): number {
  if (base >= 0) {
    if (field.names !== undefined) return field.names.isFlags ? Kind.FLAGS : Kind.ENUM;
    return field.hint === 'ipv4' ? Kind.IPV4 : base;
  }
  if (field.type === 'binary') {
    if (field.family !== undefined) return Kind.IP_OF_FAMILY;
    return HINTS[field.hint ?? 'hex'] ?? Kind.BINARY;
  }
  return OTHERS[field.type] ?? Kind.BINARY;
}
