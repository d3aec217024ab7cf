/**
 * The checksum of IP, ICMP, UDP and TCP (RFC 1071). C twins: `csum_partial`, `csum_fold` (include/net/checksum.h).
 *
 * @packageDocumentation
 */

import type { ReadonlyBytes } from './readonly-bytes.ts';

/** Octets of a part, an even number: the sum of half of them is a small integer. */
const PART = 0x8000;

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
  while (at + 1 < end) {
    // In parts and by octets of equal weight, so that small integers are all that is added.
    const stop = Math.min(end - 1, at + PART);
    let even = 0;
    let odd = 0;
    for (; at + 6 < stop; at += 8) {
      even += (bytes[at] ?? 0) + (bytes[at + 2] ?? 0) + (bytes[at + 4] ?? 0) + (bytes[at + 6] ?? 0);
      odd += (bytes[at + 1] ?? 0) + (bytes[at + 3] ?? 0) + (bytes[at + 5] ?? 0) + (bytes[at + 7] ?? 0);
    }
    for (; at < stop; at += 2) {
      even += bytes[at] ?? 0;
      odd += bytes[at + 1] ?? 0;
    }
    total += even * 0x100 + odd;
  }
  if (at < end) total += (bytes[at] ?? 0) << 8;
  // A number counts to 2^53 exactly, so carries are taken care of once for all octets that fit into memory.
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
