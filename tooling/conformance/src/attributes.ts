import { NLA_HDRLEN, NLA_F_NESTED, nlattr } from '@netdevkit/bindings';

/** An attribute that is to be sent, right or wrong. */
export interface Attribute {
  readonly type: number;
  readonly payload: Uint8Array;
  /** What its header says its length is; by default the truth. */
  readonly said?: number;
}

function numeric(type: number, size: number, write: (view: DataView) => void): Attribute {
  const payload = new Uint8Array(size);
  write(new DataView(payload.buffer));
  return { type, payload };
}

/** A number of 8 bits. */
export function u8(type: number, value: number): Attribute {
  return numeric(type, 1, (view) => { view.setUint8(0, value); });
}

/** A number of 16 bits. */
export function u16(type: number, value: number): Attribute {
  return numeric(type, 2, (view) => { view.setUint16(0, value, true); });
}

/** A number of 16 bits in network order. */
export function be16(type: number, value: number): Attribute {
  return numeric(type, 2, (view) => { view.setUint16(0, value); });
}

/** A number of 32 bits; a negative one in two's complement. */
export function u32(type: number, value: number): Attribute {
  return numeric(type, 4, (view) => { view.setUint32(0, value, true); });
}

/** A number of 64 bits. */
export function u64(type: number, value: bigint): Attribute {
  return numeric(type, 8, (view) => { view.setBigUint64(0, value, true); });
}

/** A text, and its NUL. */
export function text(type: number, value: string): Attribute {
  return { type, payload: new TextEncoder().encode(`${value}\0`) };
}

/** A text without a NUL. */
export function bare(type: number, value: string): Attribute {
  return { type, payload: new TextEncoder().encode(value) };
}

/** Octets. */
export function octets(type: number, payload: Uint8Array | readonly number[]): Attribute {
  return { type, payload: Uint8Array.from(payload) };
}

/** An attribute that is there or not. */
export function flag(type: number): Attribute {
  return { type, payload: new Uint8Array(0) };
}

/** A nest as rtnetlink's older requests have them: without its mark. */
export function nest(type: number, ...inside: readonly Attribute[]): Attribute {
  return { type, payload: writeAttributes(inside) };
}

/** A nest with its mark, NLA_F_NESTED. */
export function nested(type: number, ...inside: readonly Attribute[]): Attribute {
  return nest(type | NLA_F_NESTED, ...inside);
}

/** The octets of attributes, one after another. */
export function writeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const sizes = attributes.map(({ payload }) => NLA_HDRLEN + ((payload.length + 3) & ~3));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, { type, payload, said }] of attributes.entries()) {
    nlattr.set_nla_len(view, at, said ?? NLA_HDRLEN + payload.length);
    nlattr.set_nla_type(view, at, type);
    bytes.set(payload, at + NLA_HDRLEN);
    at += sizes[index] ?? 0;
  }
  return bytes;
}
