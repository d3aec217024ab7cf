/** Octets as hexadecimal digits: C's `%*phN`. */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** A number in network order as C prints it on a little-endian machine with `%08X`: 10.0.0.0 is 0000000A. */
export function swapped(address: number): string {
  const octets = [address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff, address >>> 24];
  return octets.map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** `%pK`, for which this kernel has no addresses: a number that is the socket's own. */
export function pointer(inode: number): string {
  return inode.toString(16).padStart(16, '0');
}
