/** One type for {@link buildBtf}: the words of its common part and of what follows it. */
export interface RawType {
  readonly name?: string;
  readonly kind: number;
  /** Number of members; with `flag`, bit 31 is set. */
  readonly count?: number;
  readonly flag?: boolean;
  readonly sizeOrType?: number;
  /** The words that follow; a string stands for its offset among the names. */
  readonly extra?: ReadonlyArray<number | string>;
}

export const INT = 1;
export const PTR = 2;
export const ARRAY = 3;
export const STRUCT = 4;
export const UNION = 5;
export const ENUM = 6;
export const TYPEDEF = 8;
export const CONST = 10;
export const ENUM64 = 19;

/** Makes BTF by hand, so that what no compiler writes can be tested too. */
export function buildBtf(types: readonly RawType[]): Uint8Array {
  let names = '\0';
  const offsetOf = (name: string): number => {
    if (name === '') return 0;
    const at = names.length;
    names += `${name}\0`;
    return at;
  };
  const words = types.flatMap(({ name = '', kind, count = 0, flag = false, sizeOrType = 0, extra = [] }) => [
    offsetOf(name),
    ((flag ? 0x8000_0000 : 0) | (kind << 24) | count) >>> 0,
    sizeOrType,
    ...extra.map((word) => (typeof word === 'string' ? offsetOf(word) : word)),
  ]);
  const body = new Uint8Array(Uint32Array.from(words).buffer);
  const strings = new TextEncoder().encode(names);
  const header = new DataView(new ArrayBuffer(24));
  header.setUint16(0, 0xeb9f, true);
  header.setUint8(2, 1);
  header.setUint32(4, 24, true);
  header.setUint32(12, body.byteLength, true);
  header.setUint32(16, body.byteLength, true);
  header.setUint32(20, strings.byteLength, true);
  return Uint8Array.from([...new Uint8Array(header.buffer), ...body, ...strings]);
}

/** The `struct point { int x; union { short y; unsigned short z; }; char tag[3]; }` of the tests, with its parts. */
export const POINT: readonly RawType[] = [
  { name: 'int', kind: INT, sizeOrType: 4, extra: [0x0100_0020] },
  { name: 'short', kind: INT, sizeOrType: 2, extra: [0x0100_0010] },
  { name: 'u16', kind: INT, sizeOrType: 2, extra: [0x10] },
  { kind: UNION, count: 2, sizeOrType: 2, extra: ['y', 2, 0, 'z', 9, 0] },
  { name: 'char', kind: INT, sizeOrType: 1, extra: [0x0100_0008] },
  { kind: ARRAY, extra: [5, 1, 3] },
  { name: 'point', kind: STRUCT, count: 3, sizeOrType: 12, extra: ['x', 1, 0, '', 4, 32, 'tag', 6, 48] },
  { name: 'color', kind: ENUM, count: 2, flag: true, sizeOrType: 4, extra: ['RED', 0, 'BLUE', 0xffff_ffff] },
  { name: '__be16', kind: TYPEDEF, sizeOrType: 3 },
  { name: 'wide', kind: ENUM64, count: 1, sizeOrType: 8, extra: ['HUGE', 1, 2] },
];
