import { errno } from '@netdevkit/errno';
import type { InIfaddr } from './in-device.ts';
import { isMulticast } from './ipv4-address.ts';

/** `igmp_max_memberships`: how many groups one socket may join. */
const MOST = 20;

/**
 * The groups that addresses with IFA_F_MCAUTOJOIN have joined: the kernel's own socket of each namespace. From
 * net/ipv4/igmp.c:ip_mc_join_group. Nothing is sent.
 */
export class Autojoin {
  /** By namespace number: group and device. */
  readonly #joined: Set<string>[] = [];

  /** Joins the group that an address is: 0, or a negative errno. */
  join(ifa: InIfaddr): number {
    if (!isMulticast(ifa.address)) return -errno.EINVAL;
    const joined = (this.#joined[ifa.inDevice.net.id] ??= new Set());
    const key = keyOf(ifa);
    if (joined.has(key)) return -errno.EADDRINUSE;
    if (joined.size >= MOST) return -errno.ENOBUFS;
    joined.add(key);
    return 0;
  }

  /** Leaves it. */
  leave(ifa: InIfaddr): void {
    this.#joined[ifa.inDevice.net.id]?.delete(keyOf(ifa));
  }
}

function keyOf({ address, inDevice }: InIfaddr): string {
  return `${String(address)}%${String(inDevice.dev.ifindex)}`;
}
