/** Four gigabytes less one octet: what stands further on has no place in 32 bits, which cursors count with. */
export const MOST_OCTETS = 0xffff_ffff;

/**
 * A view of the same octets.
 *
 * @throws RangeError: there are more than {@link MOST_OCTETS}
 */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length > MOST_OCTETS) throw new RangeError(`expected at most ${String(MOST_OCTETS)} octets at once, got ${String(bytes.length)}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
