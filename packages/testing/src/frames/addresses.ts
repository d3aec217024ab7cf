/** Octets of an address as one of the ways to write it, or the octets themselves. */
export type Address = string | Uint8Array;

/**
 * The octets of a hardware address.
 *
 * @param address - such as `02:00:00:00:00:01`
 * @throws RangeError: it is no address of six octets
 */
export function macOctets(address: Address): Uint8Array {
  if (typeof address !== 'string') return sized(address, 6, 'hardware address');
  const parts = address.split(':');
  if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) throw invalid('hardware address', address);
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}

/**
 * The octets of an IPv4 address.
 *
 * @param address - such as `192.0.2.1`
 * @throws RangeError: it is none
 */
export function ipv4Octets(address: Address): Uint8Array {
  if (typeof address !== 'string') return sized(address, 4, 'IPv4 address');
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) throw invalid('IPv4 address', address);
  return Uint8Array.from(parts, Number);
}

/**
 * The octets of an IPv6 address.
 *
 * @param address - such as `2001:db8::1`; also with an IPv4 address at its end
 * @throws RangeError: it is none
 */
export function ipv6Octets(address: Address): Uint8Array {
  if (typeof address !== 'string') return sized(address, 16, 'IPv6 address');
  const sides = address.split('::').map((side) => groups(side, address));
  const [head = [], tail] = sides;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (sides.length > 2 || (tail === undefined ? missing !== 0 : missing < 1)) throw invalid('IPv6 address', address);
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** A hardware address as text. */
export function macText(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':');
}

/** An IPv4 address as text. */
export function ipv4Text(octets: Uint8Array): string {
  return octets.join('.');
}

/** An IPv6 address as text, as RFC 5952 has it. */
export function ipv6Text(octets: Uint8Array): string {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const words = Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i));
  const { at, length } = longestZeros(words);
  const text = (list: readonly number[]): string => list.map((word) => word.toString(16)).join(':');
  return length < 2 ? text(words) : `${text(words.slice(0, at))}::${text(words.slice(at + length))}`;
}

function groups(side: string, address: string): number[] {
  if (side === '') return [];
  return side.split(':').flatMap((group, index, all) => {
    if (index === all.length - 1 && group.includes('.')) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4Octets(group);
      return [(a << 8) | b, (c << 8) | d];
    }
    if (!/^[0-9a-f]{1,4}$/i.test(group)) throw invalid('IPv6 address', address);
    return [Number.parseInt(group, 16)];
  });
}

function longestZeros(words: readonly number[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < words.length; at++) {
    let length = 0;
    while (words[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  return best;
}

function sized(octets: Uint8Array, size: number, what: string): Uint8Array {
  if (octets.length !== size) throw new RangeError(`${what}: expected ${String(size)} octets, got ${String(octets.length)}`);
  return octets;
}

function invalid(what: string, got: string): RangeError {
  return new RangeError(`${what}: got ${JSON.stringify(got)}`);
}
