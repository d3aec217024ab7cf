import type { Btf, BtfMember, BtfType } from './btf.ts';

// Deeper nesting than any header has.
const MAX_DEPTH = 64;

/** An integer, or a pointer, in memory. */
export interface Scalar {
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** The C type says that the value is in network order (`__be16`). */
  readonly bigEndian: boolean;
}

/** A member of a record that has accessors. */
export interface Field {
  /** Its name; for a member of a nested anonymous record the name that C's users write (`ifr_name`). */
  readonly name: string;
  /** Path from the record to the member, in C. */
  readonly path: string;
  /** Octets from the start of the record. */
  readonly offset: number;
  /** Octets that it takes; 0 for an array of no declared length. */
  readonly size: number;
  /** The C type, for documentation. */
  readonly type: string;
  /** What the member is: an integer, octets, an array of integers, or a record that has accessors of its own. */
  readonly value:
    | { readonly kind: 'scalar'; readonly scalar: Scalar }
    | { readonly kind: 'bytes' }
    | { readonly kind: 'array'; readonly scalar: Scalar; readonly length: number }
    | { readonly kind: 'record' };
}

/** Layout of a record. */
export interface Layout {
  readonly name: string;
  readonly kind: 'struct' | 'union';
  readonly size: number;
  readonly fields: readonly Field[];
}

/**
 * Works out the layout of a record of the UAPI.
 *
 * @param btf - The types.
 * @param name - The record's tag.
 * @param own - Tags of the records that have accessors; other nested records are flattened into this one.
 * @param macros - What each macro expands to: C's users write `ifr_name` for `ifr_ifrn.ifrn_name`.
 * @throws {@link RangeError} When there is no such record, or it has a member that no accessor can read.
 */
export function layout(btf: Btf, name: string, own: ReadonlySet<string>, macros: ReadonlyMap<string, string>): Layout {
  const [record] = [...btf.find('struct', name), ...btf.find('union', name)];
  if (!record) throw new RangeError(`no header declares struct ${name}`);
  const fields = [...flatten(btf, record, 0, '', own)].flatMap((field) => {
    // Several macros may stand for one member: ifr_ifindex and ifr_metric are both ifr_ifru.ifru_ivalue.
    const shortcuts = field.path.includes('.') ? [...macros].filter(([, path]) => path === field.path) : [];
    if (shortcuts.length === 0) return [{ ...field, name: field.path.slice(field.path.lastIndexOf('.') + 1) }];
    return shortcuts.map(([shortcut]) => ({ ...field, name: shortcut }));
  });
  const names = new Set(fields.map((field) => field.name));
  if (names.size !== fields.length) throw new RangeError(`two members of struct ${name} have one name`);
  return { name, kind: record.kind === 'union' ? 'union' : 'struct', size: record.size, fields };
}

function* flatten(btf: Btf, record: BtfType, base: number, prefix: string, own: ReadonlySet<string>, depth = 0): Generator<Field> {
  if (depth > MAX_DEPTH) throw new RangeError(`${record.name} contains itself`);
  for (const member of btf.members(record.id)) {
    const target = btf.resolve(member.type);
    const path = member.name === '' ? prefix : `${prefix}${member.name}`;
    const offset = base + byteOffset(member, record);
    if ((target.kind === 'struct' || target.kind === 'union') && !own.has(target.name)) {
      yield* flatten(btf, target, offset, member.name === '' ? prefix : `${path}.`, own, depth + 1);
    } else {
      yield { name: member.name, path, offset, ...describe(btf, member.type, record) };
    }
  }
}

function byteOffset(member: BtfMember, record: BtfType): number {
  if (member.bitWidth !== 0 || member.bitOffset % 8 !== 0) throw new RangeError(`${record.name}.${member.name} is a bit-field`);
  return member.bitOffset / 8;
}

function describe(btf: Btf, type: number, record: BtfType): Pick<Field, 'size' | 'type' | 'value'> {
  const target = btf.resolve(type);
  if (target.kind === 'array') {
    const { element, length } = btf.array(target.id);
    const { size, scalar } = integer(btf, element, record);
    const shared = { size: size * length, type: `${spell(btf, element)}[${length === 0 ? '' : String(length)}]` };
    // An array of no declared length has whatever elements follow the record, which the caller must know.
    if (scalar.bits === 8 || length === 0) return { ...shared, value: { kind: 'bytes' } };
    return { ...shared, value: { kind: 'array', scalar, length } };
  }
  if (target.kind === 'struct' || target.kind === 'union') {
    return { size: target.size, type: `${target.kind} ${target.name}`, value: { kind: 'record' } };
  }
  const { size, scalar } = integer(btf, type, record);
  return { size, type: spell(btf, type), value: { kind: 'scalar', scalar } };
}

function integer(btf: Btf, type: number, record: BtfType): { size: number; scalar: Scalar } {
  let bigEndian = false;
  const target = btf.resolve(type, (typedef) => {
    bigEndian ||= /^__be\d+$/u.test(typedef);
  });
  const size = target.kind === 'ptr' ? 8 : target.size;
  const bits = size * 8;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw new RangeError(`${record.name} has a member of ${size} octets`);
  if (target.kind !== 'int' && target.kind !== 'ptr' && target.kind !== 'enum') {
    throw new RangeError(`${record.name} has a member of kind ${target.kind}`);
  }
  return { size, scalar: { bits, signed: target.kind === 'int' && btf.signed(target.id), bigEndian } };
}

// Qualifiers are left out: to a reader of octets they mean nothing.
function spell(btf: Btf, id: number, stars = '', depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError(`type ${id} refers to itself`);
  const type = btf.type(id);
  switch (type.kind) {
    case 'ptr':
      return spell(btf, type.target, `${stars}*`, depth + 1);
    case 'struct':
    case 'union':
    case 'enum':
      return `${type.kind} ${type.name} ${stars}`.trim();
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
      return spell(btf, type.target, stars, depth + 1);
    default:
      return `${type.name} ${stars}`.trim();
  }
}
