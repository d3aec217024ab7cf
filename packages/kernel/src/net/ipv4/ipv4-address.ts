/** `INADDR_LOOPBACK`: 127.0.0.1. IPv4 addresses are unsigned numbers in host order throughout. */
export const LOOPBACK_ADDRESS = 0x7f00_0001;
export const BROADCAST_ADDRESS = 0xffff_ffff;

/** `inet_make_mask`. */
export function maskOf(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffff_ffff << (32 - prefixLength)) >>> 0;
}

/** `ipv4_is_zeronet`: 0.0.0.0 and nothing else. */
export function isZeronet(address: number): boolean {
  return address === 0;
}

/** `ipv4_is_lbcast`. */
export function isLimitedBroadcast(address: number): boolean {
  return address === BROADCAST_ADDRESS;
}

/** `ipv4_is_multicast`: 224.0.0.0/4. */
export function isMulticast(address: number): boolean {
  return address >>> 28 === 0xe;
}

/** `ipv4_is_local_multicast`: 224.0.0.0/24. */
export function isLocalMulticast(address: number): boolean {
  return address >>> 8 === 0xe0_0000;
}

/** `ipv4_is_loopback`: 127.0.0.0/8. */
export function isLoopback(address: number): boolean {
  return address >>> 24 === 127;
}

/** `(a ^ b) & mask == 0`. */
export function matches(a: number, b: number, mask: number): boolean {
  return ((a ^ b) & mask) === 0;
}
