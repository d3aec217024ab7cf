import type { net_device } from '@netdevkit/bindings/raw';
import type { In6 } from './ipv6-address.ts';

/** Octets of a block that is hashed, and of a hardware address in it: `MAX_ADDR_LEN`. */
const BLOCK = 64;
const MAX_ADDR_LEN = 32;
const INITIAL: readonly number[] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/**
 * The address that a device has in a subnet by a secret (RFC 7217). From net/ipv6/addrconf.c:ipv6_generate_stable_address.
 *
 * @param prefix - the subnet, of which the first 64 bits count
 */
export function stableAddress(dev: net_device, secret: In6, prefix: In6): In6 {
  const block = new Uint8Array(BLOCK);
  block.set(secret, 0);
  block.set(prefix.subarray(0, 8), 16);
  block.set(dev.perm_addr.subarray(0, Math.min(dev.addr_len, MAX_ADDR_LEN)), 24);
  const [first = 0, second = 0] = transform(block);
  const address = prefix.slice(0, 16);
  const view = new DataView(address.buffer);
  // The words of a hash are numbers, whose octets are taken as they stand in memory.
  view.setUint32(8, first, true);
  view.setUint32(12, second, true);
  return address;
}

/** SHA-1 of one block, without padding: lib/crypto's `sha1_transform` on a fresh state. */
function transform(block: Uint8Array): number[] {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  const words = Array.from({ length: 16 }, (_, i) => view.getUint32(4 * i, false));
  for (let i = 16; i < 80; i++) words.push(rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1));
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = INITIAL;
  for (const [i, word] of words.entries()) {
    const [mixed, constant] = round(i, b, c, d);
    const next = (rotate(a, 5) + mixed + e + constant + word) >>> 0;
    [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
  }
  return [a, b, c, d, e].map((value, i) => (value + (INITIAL[i] ?? 0)) >>> 0);
}

function round(i: number, b: number, c: number, d: number): readonly [mixed: number, constant: number] {
  if (i < 20) return [(b & c) | (~b & d), 0x5a82_7999];
  if (i < 40) return [b ^ c ^ d, 0x6ed9_eba1];
  if (i < 60) return [(b & c) | (b & d) | (c & d), 0x8f1b_bcdc];
  return [b ^ c ^ d, 0xca62_c1d6];
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
}
