import { partialChecksum, foldChecksum, type DropReason, type ReadonlyBytes } from '@netdevkit/skbuff';

/** Octets of an Ethernet address. */
export const ETH_ALEN = 6;
/** Octets of an Ethernet header. */
export const ETH_HLEN = 14;

/**
 * What becomes of a frame: an answer, a reason to drop it, or `undefined` when there is nothing to say to it.
 */
export type Answer = Uint8Array | DropReason | undefined;

/** What an answer is made from. */
export interface Host {
  /** The address of the host behind the device, 6 octets. */
  readonly address: Uint8Array;
}

/** A number of 16 bits, in network order; 0 beyond the end. */
export function u16(bytes: ReadonlyBytes, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Writes a number of 16 bits, in network order. */
export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

/** Whether a frame is for a group of hosts, or all. */
export function isToGroup(frame: ReadonlyBytes): boolean {
  return ((frame[0] ?? 0) & 1) === 1;
}

/** Whether a range holds one octet throughout. */
export function isAll(bytes: ReadonlyBytes, start: number, end: number, octet: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== octet) return false;
  return true;
}

/** Whether two ranges hold the same octets. */
export function isSame(bytes: ReadonlyBytes, at: number, other: ReadonlyBytes, otherAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== other[otherAt + i]) return false;
  return true;
}

/** Copies a few octets: quicker than by a view of them. */
export function copy(from: ReadonlyBytes, at: number, to: Uint8Array, toAt: number, length: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[at + i] ?? 0;
}

/** A frame back to the one that another came from, with room for so many octets behind its header. */
export function frameBack(request: ReadonlyBytes, host: Host, type: number, length: number): Uint8Array {
  const frame = new Uint8Array(ETH_HLEN + length);
  copy(request, ETH_ALEN, frame, 0, ETH_ALEN);
  copy(host.address, 0, frame, ETH_ALEN, ETH_ALEN);
  putU16(frame, 2 * ETH_ALEN, type);
  return frame;
}

/** The checksum of a range, with what was summed before it. */
export function checksum(bytes: ReadonlyBytes, start: number, end: number, sum = 0): number {
  return foldChecksum(partialChecksum(bytes, sum, start, end));
}
