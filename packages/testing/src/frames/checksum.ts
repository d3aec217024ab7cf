/**
 * The Internet checksum (RFC 1071): 0 over octets that hold their own, when they are whole.
 *
 * @param parts - octets; each part but the last has an even number of them
 * @returns 16 bits, to be stored in network order
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/**
 * What UDP, TCP and ICMPv6 sum up besides themselves (RFC 768, RFC 8200 section 8.1).
 *
 * @param source - address, 4 or 16 octets
 * @param destination - address of the same length
 * @param protocol - its number
 * @param length - of header and payload, in octets
 */
export function pseudoHeader(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): Uint8Array {
  const size = source.length;
  const octets = new Uint8Array(2 * size + (size === 4 ? 4 : 8));
  const view = new DataView(octets.buffer);
  octets.set(source, 0);
  octets.set(destination, size);
  if (size === 4) {
    octets[9] = protocol;
    view.setUint16(10, length);
  } else {
    view.setUint32(32, length);
    octets[39] = protocol;
  }
  return octets;
}
