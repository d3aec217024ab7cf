const INT = 4;

/** An `int`, in host order. */
export function octetsOfInt(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(INT);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

/** An `int` out of octets, the missing ones of which are 0. */
export function intOf(bytes: Uint8Array): number {
  const value = new Uint8Array(INT);
  value.set(bytes.subarray(0, INT));
  return new DataView(value.buffer).getInt32(0, true);
}

/** A view of the same octets. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
