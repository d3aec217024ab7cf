/**
 * Gives a part of a view as octets, without copying.
 *
 * @param view - The bytes.
 * @param at - Octets from the start of the view.
 * @param size - Number of octets.
 * @returns An array over the same memory.
 * @throws {@link RangeError} When the part does not lie inside the view, even if the buffer behind it goes on.
 */
export function octets(view: DataView, at: number, size: number): Uint8Array {
  // The array's constructor checks against the buffer alone: a view of one message must not show its neighbour.
  if (!(at >= 0 && at + size <= view.byteLength)) {
    throw new RangeError(`${size} octets at ${at} lie outside a view of ${view.byteLength}`);
  }
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}

/**
 * Copies octets into a member of a record and clears the rest of it, as C's `strncpy` does.
 *
 * @param view - The bytes.
 * @param at - Octets from the start of the view.
 * @param size - Number of octets that the member has.
 * @param value - The octets; at most `size`.
 * @throws {@link RangeError} When the value is longer than the member, or the member does not lie inside the view.
 */
export function setOctets(view: DataView, at: number, size: number, value: Uint8Array): void {
  if (value.byteLength > size) throw new RangeError(`expected at most ${size} octets, got ${value.byteLength}`);
  const target = octets(view, at, size);
  target.set(value);
  target.fill(0, value.byteLength);
}

/**
 * Gives the offset of an element of an array.
 *
 * @param at - Offset of the array.
 * @param index - Number of the element, from 0.
 * @param length - Number of elements.
 * @param size - Octets that an element takes.
 * @throws {@link RangeError} When there is no such element.
 */
export function element(at: number, index: number, length: number, size: number): number {
  if (!(index >= 0 && index < length && Number.isInteger(index))) throw new RangeError(`expected an index below ${length}, got ${index}`);
  return at + index * size;
}
