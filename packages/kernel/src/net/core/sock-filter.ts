import { BPF_MAXINSNS, SO_LOCK_FILTER, sock_filter, sock_fprog } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { UserMemory } from '../../user-memory.ts';
import { SocketFilter } from './filter.ts';
import type { Sock } from './sock.ts';

/**
 * The filter that a `struct sock_fprog` points to, read and checked: `__get_filter` (net/core/filter.c).
 *
 * @param memory - where the pointer leads
 * @returns the filter or a negative errno: -EINVAL, -EFAULT, -EPERM when the socket's filter is locked
 */
export function readFilter(sock: Sock, bytes: Uint8Array, memory: UserMemory | null): SocketFilter | number {
  if (bytes.length !== sock_fprog.SIZE) return -errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = sock_fprog.len(view, 0);
  const address = sock_fprog.filter(view, 0);
  if (isLocked(sock)) return -errno.EPERM;
  if (address === 0n || length === 0 || length > BPF_MAXINSNS) return -errno.EINVAL;
  const octets = memory?.read(address, length * sock_filter.SIZE);
  if (octets === undefined) return -errno.EFAULT;
  return SocketFilter.parse(octets) ?? -errno.EINVAL;
}

/** `sk_detach_filter`: 0; -EPERM when it is locked, -ENOENT when there is none. */
export function detachFilter(sock: Sock): number {
  if (isLocked(sock)) return -errno.EPERM;
  if (sock.filter === null) return -errno.ENOENT;
  sock.filter = null;
  return 0;
}

/** Whether SO_LOCK_FILTER is on, which nobody can turn off. */
function isLocked(sock: Sock): boolean {
  return sock.settings.flags.has(SO_LOCK_FILTER);
}
