// The format is in Documentation/bpf/btf.rst of the kernel.
const MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
const TYPE_SIZE = 12;
const MAX_DEPTH = 64;

const KINDS = [
  'void',
  'int',
  'ptr',
  'array',
  'struct',
  'union',
  'enum',
  'fwd',
  'typedef',
  'volatile',
  'const',
  'restrict',
  'func',
  'func_proto',
  'var',
  'datasec',
  'float',
  'decl_tag',
  'type_tag',
  'enum64',
] as const;

/** Kind of a BTF type. */
export type BtfKind = (typeof KINDS)[number];

/** A type as BTF records it. */
export interface BtfType {
  readonly id: number;
  readonly kind: BtfKind;
  /** Empty when the type has no name. */
  readonly name: string;
  /** Octets that a value takes; 0 for kinds that have no size of their own. */
  readonly size: number;
  /** The type that a typedef, a qualifier or a pointer refers to; 0 is `void`. */
  readonly target: number;
}

/** A member of a struct or union. */
export interface BtfMember {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly type: number;
  /** Distance from the start of the record, in bits. */
  readonly bitOffset: number;
  /** Width of a bit-field in bits; 0 for any other member. */
  readonly bitWidth: number;
}

/** An array's element type and number of elements. */
export interface BtfArray {
  readonly element: number;
  readonly length: number;
}

/**
 * The type information that a compiler, or the running kernel, gives in the BPF Type Format.
 *
 * Types are decoded when they are asked for: a kernel has over a hundred thousand.
 *
 * @remarks
 * # Invariants
 *
 * Each entry of `#offsets` is the offset of a type that lies, with what follows it, wholly inside `#view`.
 *
 * @example
 * ```ts
 * const btf = new Btf(readFileSync('/sys/kernel/btf/vmlinux'));
 * const [ifinfomsg] = btf.find('struct', 'ifinfomsg');
 * ```
 */
export class Btf {
  readonly #view: DataView;
  readonly #strings: Uint8Array;
  readonly #offsets: number[] = [0];
  readonly #decoder = new TextDecoder();
  #index: Map<string, number[]> | undefined;

  /**
   * Reads the header and finds every type.
   *
   * @param bytes - The contents of `/sys/kernel/btf/vmlinux` or of an object's `.BTF` section, little-endian.
   * @throws {@link TypeError} When the bytes are not little-endian BTF of version 1.
   * @throws {@link RangeError} When a section or a type lies outside the bytes, or a kind is unknown.
   */
  constructor(bytes: Uint8Array) {
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength < HEADER_SIZE || header.getUint16(0, true) !== MAGIC || header.getUint8(2) !== 1) {
      throw new TypeError('not little-endian BTF of version 1');
    }
    const start = header.getUint32(4, true);
    const types = part(bytes, start + header.getUint32(8, true), header.getUint32(12, true));
    this.#strings = part(bytes, start + header.getUint32(16, true), header.getUint32(20, true));
    this.#view = new DataView(types.buffer, types.byteOffset, types.byteLength);
    let at = 0;
    while (at < types.byteLength) {
      if (at + TYPE_SIZE > types.byteLength) throw new RangeError(`type ${this.#offsets.length} is cut off`);
      const next = at + TYPE_SIZE + this.#extra(at);
      if (next > types.byteLength) throw new RangeError(`type ${this.#offsets.length} is cut off`);
      // INVARIANT: the type and what follows it end at or before the end of the view.
      this.#offsets.push(at);
      at = next;
    }
  }

  /** Number of types, without `void`. */
  get count(): number {
    return this.#offsets.length - 1;
  }

  /**
   * Gives one type.
   *
   * @param id - Its number; 0 is `void`.
   * @throws {@link RangeError} When there is no such type, or its name lies outside the strings.
   */
  type(id: number): BtfType {
    if (id === 0) return { id: 0, kind: 'void', name: 'void', size: 0, target: 0 };
    const at = this.#at(id);
    const kind = this.#kind(at);
    const sizeOrType = this.#view.getUint32(at + 8, true);
    const sized = kind === 'int' || kind === 'struct' || kind === 'union' || kind === 'enum' || kind === 'enum64' || kind === 'float';
    return { id, kind, name: this.#string(this.#view.getUint32(at, true)), size: sized ? sizeOrType : 0, target: sized ? 0 : sizeOrType };
  }

  /**
   * Finds the types of a kind and name; a kernel may have several records of one name.
   *
   * @returns The types, in the order of their numbers.
   */
  find(kind: BtfKind, name: string): BtfType[] {
    this.#index ??= this.#buildIndex();
    return (this.#index.get(`${kind} ${name}`) ?? []).map((id) => this.type(id));
  }

  /**
   * Lists the members of a struct or union.
   *
   * @throws {@link TypeError} When the type is neither.
   */
  members(id: number): BtfMember[] {
    const at = this.#expect(id, 'struct', 'union');
    const bitFields = this.#view.getUint32(at + 4, true) >>> 31 === 1;
    return this.#entries(at, 12, (entry) => {
      const offset = this.#view.getUint32(entry + 8, true);
      return {
        name: this.#string(this.#view.getUint32(entry, true)),
        type: this.#view.getUint32(entry + 4, true),
        bitOffset: bitFields ? offset & 0xffffff : offset,
        bitWidth: bitFields ? offset >>> 24 : 0,
      };
    });
  }

  /**
   * Gives an array's element type and length.
   *
   * @throws {@link TypeError} When the type is no array.
   */
  array(id: number): BtfArray {
    const at = this.#expect(id, 'array') + TYPE_SIZE;
    return { element: this.#view.getUint32(at, true), length: this.#view.getUint32(at + 8, true) };
  }

  /**
   * Tells whether an integer type is signed.
   *
   * @throws {@link TypeError} When the type is no integer.
   */
  signed(id: number): boolean {
    return (this.#view.getUint32(this.#expect(id, 'int') + TYPE_SIZE, true) & 0x0100_0000) !== 0;
  }

  /** Gives every enumerator of every enumeration, by name; of equal names the first. */
  enumerators(): Map<string, bigint> {
    const found = new Map<string, bigint>();
    for (const at of this.#offsets.slice(1)) {
      const kind = this.#kind(at);
      if (kind !== 'enum' && kind !== 'enum64') continue;
      const signed = this.#view.getUint32(at + 4, true) >>> 31 === 1;
      for (const [name, bits] of this.#entries(at, kind === 'enum' ? 8 : 12, (entry) => this.#enumerator(entry, kind))) {
        if (found.has(name)) continue;
        const width = kind === 'enum' ? 32 : 64;
        found.set(name, signed ? BigInt.asIntN(width, bits) : bits);
      }
    }
    return found;
  }

  /**
   * Follows typedefs and qualifiers to the type behind them.
   *
   * @param visit - Is given the name of each typedef on the way.
   * @throws {@link RangeError} When the chain does not end.
   */
  resolve(id: number, visit?: (typedef: string) => void): BtfType {
    let type = this.type(id);
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      switch (type.kind) {
        case 'typedef':
          visit?.(type.name);
          break;
        case 'volatile':
        case 'const':
        case 'restrict':
        case 'type_tag':
          break;
        default:
          return type;
      }
      type = this.type(type.target);
    }
    throw new RangeError(`type ${id} refers to itself`);
  }

  #enumerator(entry: number, kind: 'enum' | 'enum64'): [string, bigint] {
    const low = BigInt(this.#view.getUint32(entry + 4, true));
    const high = kind === 'enum' ? 0n : BigInt(this.#view.getUint32(entry + 8, true));
    return [this.#string(this.#view.getUint32(entry, true)), (high << 32n) | low];
  }

  #entries<T>(at: number, size: number, read: (entry: number) => T): T[] {
    const count = this.#view.getUint32(at + 4, true) & 0xffff;
    return Array.from({ length: count }, (_, index) => read(at + TYPE_SIZE + index * size));
  }

  #buildIndex(): Map<string, number[]> {
    const index = new Map<string, number[]>();
    for (let id = 1; id < this.#offsets.length; id++) {
      const { kind, name } = this.type(id);
      if (name === '') continue;
      const key = `${kind} ${name}`;
      const ids = index.get(key);
      if (ids) ids.push(id);
      else index.set(key, [id]);
    }
    return index;
  }

  #expect(id: number, ...kinds: readonly BtfKind[]): number {
    const at = this.#at(id);
    const kind = this.#kind(at);
    if (!kinds.includes(kind)) throw new TypeError(`type ${id} is of kind ${kind}, not ${kinds.join(' or ')}`);
    return at;
  }

  #at(id: number): number {
    const at = id > 0 ? this.#offsets[id] : undefined;
    if (at === undefined) throw new RangeError(`there is no type ${id}`);
    return at;
  }

  #kind(at: number): BtfKind {
    const kind = KINDS[(this.#view.getUint32(at + 4, true) >>> 24) & 0x1f];
    if (kind === undefined || kind === 'void') throw new RangeError('unknown kind of type');
    return kind;
  }

  /** Octets that follow the common part of a type. */
  #extra(at: number): number {
    const count = this.#view.getUint32(at + 4, true) & 0xffff;
    switch (this.#kind(at)) {
      case 'int':
      case 'var':
      case 'decl_tag':
        return 4;
      case 'array':
        return 12;
      case 'struct':
      case 'union':
      case 'datasec':
      case 'enum64':
        return count * 12;
      case 'enum':
      case 'func_proto':
        return count * 8;
      default:
        return 0;
    }
  }

  #string(offset: number): string {
    const end = this.#strings.indexOf(0, offset);
    if (offset >= this.#strings.byteLength || end < 0) throw new RangeError('a name lies outside the strings');
    return this.#decoder.decode(this.#strings.subarray(offset, end));
  }
}

function part(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.byteLength) throw new RangeError('a section lies outside the bytes');
  return bytes.subarray(offset, offset + length);
}
