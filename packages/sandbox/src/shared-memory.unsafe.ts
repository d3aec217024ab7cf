import { ftruncateSync } from 'node:fs';
import type { Descriptor, Libc, Memory } from '@netdevkit/libc/unsafe';

const MFD_CLOEXEC = 1;

/** Memory that programs can map. */
export interface SharedMemory extends Disposable {
  /** What `readlink /proc/PID/fd/N` says of a program's descriptor of it. */
  readonly identity: string;
  readonly descriptor: Descriptor;
  readonly memory: Memory;
}

/**
 * Makes a file that is in memory only.
 *
 * C twin: `memfd_create(2)`.
 *
 * @throws KernelError `EMFILE`, `ENOMEM`
 */
export function makeMemfd(libc: Libc, name: string): Descriptor {
  // SAFETY: a string that ends in a zero and is read before the call returns.
  return libc.descriptor(libc.function('int memfd_create(void *name, uint flags)')(new TextEncoder().encode(`${name}\0`), MFD_CLOEXEC), 'memfd');
}

/**
 * Makes memory that programs can map, zeroed.
 *
 * @param name - unique among those that are to be told apart
 * @param length - octets, a whole number of pages
 * @throws KernelError `EMFILE`, `ENOMEM`
 */
export function shareMemory(libc: Libc, name: string, length: number): SharedMemory {
  const descriptor = makeMemfd(libc, name);
  try {
    ftruncateSync(descriptor.fd, length);
    const memory = libc.map({ fd: descriptor.fd, length });
    return {
      identity: `/memfd:${name} (deleted)`,
      descriptor,
      memory,
      [Symbol.dispose]: () => {
        memory.close();
        descriptor.close();
      },
    };
  } catch (error) {
    descriptor.close();
    throw error;
  }
}
