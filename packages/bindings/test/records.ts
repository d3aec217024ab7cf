/** What a member holds: an integer of up to 32 bits, a wider one, or octets. */
export type Value = number | bigint | Uint8Array;

/** A member of a generated record, found by reflection. */
export interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Octets of one element; the same as `size` unless the member is an array of integers. */
  readonly width: number;
  /** Indexes of its elements: one for a plain member, none for a nested record or an array of no declared length. */
  readonly indexes: readonly number[];
  /** Values to write, among them the smallest and the largest. */
  readonly samples: readonly Value[];
  /** For a nested record: gives its offset. */
  readonly nested: ((at: number) => unknown) | undefined;
  read(view: DataView, at: number, index: number): unknown;
  write(view: DataView, at: number, index: number, value: Value | undefined): void;
}

/** A generated record. */
export interface GeneratedRecord {
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}

/** Finds the records among a module's exports. */
export function records(exports: object): GeneratedRecord[] {
  return Object.entries<unknown>({ ...exports }).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null || !('SIZE' in value) || !('FIELDS' in value)) return [];
    const all = new Map(Object.entries<unknown>({ ...value }));
    const fields = Object.entries<unknown>(Object(value.FIELDS));
    return [{ name, size: Number(value.SIZE), members: fields.map(([member, field]) => reflect(all, member, field)) }];
  });
}

function reflect(record: ReadonlyMap<string, unknown>, name: string, field: unknown): Member {
  const layout = new Map(Object.entries<unknown>(Object(field)));
  const offset = Number(layout.get('offset'));
  const size = Number(layout.get('size'));
  const type = String(layout.get('type'));
  const getter = callable(record.get(name));
  const setter = callable(record.get(`set_${name}`));
  const nested = getter && !setter ? (at: number) => getter(at) : undefined;
  const elements = setter?.length === 4 ? Number(/\[(\d+)\]$/u.exec(type)?.[1]) : 1;
  const at = (view: DataView, start: number, index: number): unknown[] => (elements > 1 ? [view, start, index] : [view, start]);
  const width = size / elements;
  return {
    name,
    offset,
    size,
    width,
    indexes: setter ? Array.from({ length: elements }, (_, index) => index) : [],
    samples: setter && getter ? samples(width, getter(...at(new DataView(new Uint8Array(1024).fill(0xff).buffer), 0, 0))) : [],
    nested,
    read: (view, start, index) => getter?.(...at(view, start, index)),
    write: (view, start, index, value) => {
      setter?.(...at(view, start, index), value);
    },
  };
}

function callable(value: unknown): ((...args: readonly unknown[]) => unknown) & { readonly length: number } | undefined {
  if (typeof value !== 'function') return undefined;
  const call = (...args: readonly unknown[]): unknown => Reflect.apply(value, undefined, args);
  return Object.defineProperty(call, 'length', { value: value.length });
}

/** Chooses values by what the getter gives for octets that are all ones: -1 for a signed integer. */
function samples(width: number, ones: unknown): Value[] {
  const bits = BigInt(width * 8);
  if (typeof ones === 'bigint') return ones < 0n ? signed(bits) : [0n, 1n, 2n ** bits - 1n, 0x0102_0304_0506_0708n];
  if (typeof ones === 'number') return (ones < 0 ? signed(bits) : [0n, 1n, 2n ** bits - 1n, 0x0102_0304n % 2n ** bits]).map(Number);
  return [new Uint8Array(width), Uint8Array.from({ length: width }, (_, index) => index + 1), new Uint8Array(width).fill(0xff)];
}

function signed(bits: bigint): bigint[] {
  return [0n, -1n, -(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
