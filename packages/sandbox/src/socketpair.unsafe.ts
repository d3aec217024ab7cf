import { kernelError } from '@netdevkit/errno';
import type { Descriptor, Libc } from '@netdevkit/libc/unsafe';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

/** Two sockets that are connected: what Node gives its children as their pipes. */
export interface Pair {
  /** This process's, a number for whoever takes charge of it. */
  readonly own: number;
  readonly theirs: Descriptor;
}

/**
 * Makes a {@link Pair}.
 *
 * @throws KernelError `EMFILE`, `ENFILE`
 */
export function socketpair(libc: Libc): Pair {
  const pair = new Int32Array(2);
  // SAFETY: room for two ints, which socketpair(2) writes before it returns.
  const result = libc.function('int socketpair(int domain, int type, int protocol, void *pair)')(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, new Uint8Array(pair.buffer));
  if (result < 0) throw kernelError(result, 'socketpair');
  return { own: pair[0] ?? -1, theirs: libc.descriptor(pair[1] ?? -1, 'stdio') };
}
