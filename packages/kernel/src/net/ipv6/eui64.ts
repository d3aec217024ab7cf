import { ARPHRD_ETHER, ARPHRD_FDDI, ETH_ALEN } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';

/**
 * The interface identifier that follows from a device's hardware address. From net/ipv6/addrconf.c:ipv6_generate_eui64.
 *
 * @returns `null` for a device that has none
 */
export function eui64({ type, addr_len, dev_addr }: net_device): Uint8Array | null {
  if ((type !== ARPHRD_ETHER && type !== ARPHRD_FDDI) || addr_len !== ETH_ALEN) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = dev_addr;
  return Uint8Array.of(a ^ 2, b, c, 0xff, 0xfe, d, e, f);
}

/**
 * An interface identifier that says nothing of the hardware: IN6_ADDR_GEN_MODE_RANDOM. Unlike Linux, which draws it by lot,
 * it follows from the device's name and index, so that a kernel does the same each time.
 */
export function randomIdentifier({ name, ifindex }: net_device): Uint8Array {
  const identifier = new Uint8Array(8);
  let hash = 0x811c_9dc5 ^ ifindex;
  for (let i = 0; i < 8; i++) {
    for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x0100_0193);
    hash ^= hash >>> 13;
    identifier[i] = hash & 0xff;
  }
  return identifier;
}
