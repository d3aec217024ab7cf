/**
 * The checksum of IP, ICMP, UDP and TCP (RFC 1071). C twins: `csum_partial`, `csum_fold` (include/net/checksum.h).
 *
 * @packageDocumentation
 */

import type { ReadonlyBytes } from './readonly-bytes.ts';

/** From so many octets on a view of them is worth while. */
const LONG = 128;
/** Octets whose sum, added to a sum, is exact: far from the 2^53 to which a number counts. */
const PART = 0x10_0000;

/**
 * Adds octets to a sum that is not folded yet.
 *
 * C twin: `csum_partial`.
 *
 * @param bytes - the octets; an odd one at the end counts as if a 0 followed
 * @param sum - of what stands before them, an even number of octets
 * @param start - where they start
 * @param end - where they end
 * @returns the sum, below 2^32; for {@link foldChecksum}, or for more octets
 *
 * @example
 * ```ts
 * import { foldChecksum, partialChecksum } from '@netdevkit/skbuff';
 *
 * const header = Uint8Array.of(0x45, 0, 0, 20, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1);
 * const checksum = foldChecksum(partialChecksum(header));
 * header[10] = checksum >> 8;
 * header[11] = checksum & 0xff;
 * ```
 */
export function partialChecksum(bytes: ReadonlyBytes, sum: number = 0, start: number = 0, end: number = bytes.length): number {
  let total = sum;
  let at = start;
  if (end - start >= LONG && bytes instanceof Uint8Array) {
    // A word of 32 bits is as good as two of 16: what is carried comes round again.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const last = Math.min(end, bytes.length) - 15;
    while (at < last) {
      for (const stop = Math.min(last, at + PART); at < stop; at += 16) {
        total += view.getUint32(at) + view.getUint32(at + 4) + view.getUint32(at + 8) + view.getUint32(at + 12);
      }
      total = carried(total);
    }
  }
  for (; at + 1 < end; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (at < end) total += (bytes[at] ?? 0) << 8;
  return carried(total);
}

/** The same sum below 2^32. */
function carried(sum: number): number {
  let total = sum;
  while (total >= 0x1_0000_0000) total = (total % 0x1_0000_0000) + Math.floor(total / 0x1_0000_0000);
  return total;
}

/**
 * Makes a checksum of a sum: what goes into a header, or 0 for the sum of octets with their checksum among them.
 *
 * C twin: `csum_fold`.
 *
 * @returns 16 bits, to be written in network order
 */
export function foldChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}

/**
 * The sum of the pseudo-header that ICMPv6, UDP and TCP put in front of themselves.
 *
 * C twins: `csum_tcpudp_nofold`, and the header's part of `csum_ipv6_magic`.
 *
 * @param source - the address, 4 or 16 octets
 * @param destination - the other's, as long
 * @param protocol - what is behind the IP header
 * @param length - octets of that
 */
export function pseudoHeaderChecksum(source: ReadonlyBytes, destination: ReadonlyBytes, protocol: number, length: number): number {
  const sum = partialChecksum(destination, partialChecksum(source));
  return sum + protocol + (length & 0xffff) + Math.floor(length / 0x1_0000);
}
