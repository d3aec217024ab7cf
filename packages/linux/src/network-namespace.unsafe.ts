/// <reference types="node" />
import { fstatSync } from 'node:fs';
import { KernelError, isKernelError, errno, kernelError } from '@netdevkit/errno';
import type { Descriptor } from '@netdevkit/libc/unsafe';
import type { System } from './system.unsafe.ts';

const CLONE_NEWNET = 0x4000_0000;
/** The namespace of this thread: `/proc/self` is that of the process's first one. */
const OWN = '/proc/thread-self/ns/net';
/** Where `ip netns` keeps names. */
const NAMES = '/run/netns';

/** Which network namespace: by its name as `ip netns` knows it, by the id of a process in it, or by a path such as `/proc/1/ns/net`. */
export type NamespaceReference = { readonly name: string } | { readonly pid: number } | { readonly path: string };

/**
 * A network namespace of the host.
 *
 * It exists at least as long as this object is open.
 */
export class HostNamespace implements Disposable {
  readonly #system: System;
  readonly #descriptor: Descriptor;
  readonly #description: string;

  constructor(system: System, descriptor: Descriptor, description: string) {
    this.#system = system;
    system.open.add(this);
    this.#descriptor = descriptor;
    this.#description = description;
  }

  /** The descriptor: for this package, and for `IFLA_NET_NS_FD`. */
  get fd(): number {
    return this.#descriptor.fd;
  }

  /** The descriptor, as what owns it: for this package. */
  get descriptor(): Descriptor {
    return this.#descriptor;
  }

  /** What it was asked for by. */
  get description(): string {
    return this.#description;
  }

  /** Its number: the same for every descriptor of one namespace, and shown as `net:[…]`. */
  get inode(): number {
    return fstatSync(this.fd).ino;
  }

  /** Lets go of it. A second call does nothing. */
  close(): void {
    this.#system.open.delete(this);
    this.#descriptor.close();
  }

  /** Lets go of it, as {@link close} does; the namespace stays while anything else holds it. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a namespace.
 *
 * @throws KernelError `ENOENT`: there is none; `EACCES`: it may not be seen; `EINVAL`: the path leads to something else
 */
export function openNamespace(system: System, reference: NamespaceReference): HostNamespace {
  const path = pathOf(reference);
  const namespace = openFile(system, path, describeReference(reference));
  // Anything that can be opened is a file. What a link in /proc/self/fd says is no help: where a namespace has a name, that.
  if (system.namespaceType(namespace.descriptor) !== CLONE_NEWNET) {
    namespace.close();
    throw new KernelError('EINVAL', `${path} is no network namespace`, { op: 'namespace' });
  }
  return namespace;
}

/**
 * Makes a namespace, which ends when nobody has it open any more.
 *
 * @throws KernelError `EPERM`: it needs CAP_SYS_ADMIN; `ENOSPC`: there are too many
 */
export function createNamespace(system: System): HostNamespace {
  const what = 'making a network namespace';
  return away(system, what, (own) => {
    const result = system.unshare(CLONE_NEWNET);
    if (result < 0) throw denied(result, what);
    try {
      return openFile(system, OWN, 'a new namespace');
    } finally {
      comeBack(system, own);
    }
  });
}

/**
 * Runs something in a namespace, such as opening a socket: what is opened there stays there.
 *
 * A namespace belongs to a thread, so this thread goes there and comes back before anything else can run in it, signals
 * included; the process's other threads, those of libuv's pool among them, stay where they are.
 *
 * @param system - the system calls
 * @param namespace - where to
 * @param callback - what to do there; it is not asynchronous, and short
 * @throws KernelError `EPERM`: entering, or coming back, needs CAP_SYS_ADMIN; what the callback throws
 */
export function within<T>(system: System, namespace: HostNamespace, callback: () => T): T {
  const what = `entering the network namespace ${namespace.description}`;
  return away(system, what, (own) => {
    const result = system.setns(namespace.descriptor, CLONE_NEWNET);
    if (result < 0) throw denied(result, what);
    try {
      return callback();
    } finally {
      comeBack(system, own);
    }
  });
}

function away<T>(system: System, what: string, callback: (own: Descriptor) => T): T {
  using own = openFile(system, OWN, 'this namespace');
  return system.libc.withSignalsBlocked(() => {
    // Whoever owns a namespace may enter it from anywhere, but not everybody may come back: tried while there is no need to.
    const result = system.setns(own.descriptor, CLONE_NEWNET);
    if (result < 0) throw denied(result, `${what}, and coming back,`);
    return callback(own.descriptor);
  });
}

/** What was tried before cannot fail for want of rights; were it to, nothing here could go on where it should. */
function comeBack(system: System, own: Descriptor): void {
  const result = system.setns(own, CLONE_NEWNET);
  if (result < 0) throw new KernelError('ENOTRECOVERABLE', 'this thread is left in another network namespace', { op: 'setns', cause: kernelError(result, 'setns') });
}

function pathOf(reference: NamespaceReference): string {
  if ('path' in reference) return reference.path;
  if ('pid' in reference) {
    const { pid } = reference;
    if (!Number.isInteger(pid) || pid <= 0) throw new RangeError(`pid: expected a positive integer, got ${String(pid)}`);
    return `/proc/${String(pid)}/ns/net`;
  }
  const { name } = reference;
  if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new TypeError(`name: expected the name of a namespace, got ${JSON.stringify(name)}`);
  return `${NAMES}/${name}`;
}

function describeReference(reference: NamespaceReference): string {
  if ('path' in reference) return reference.path;
  return 'pid' in reference ? `of process ${String(reference.pid)}` : reference.name;
}

function openFile(system: System, path: string, what: string): HostNamespace {
  const result = system.openRead(path);
  if (result < 0) {
    const message = result === -errno.ENOENT ? `there is no network namespace ${what}` : undefined;
    throw new KernelError(kernelError(result, 'open').code, message, { op: `open ${path}` });
  }
  return new HostNamespace(system, system.libc.descriptor(result, 'network namespace'), what);
}

function denied(result: number, what: string): KernelError {
  const error = kernelError(result, what);
  if (!isKernelError(error, 'EPERM')) return error;
  return new KernelError('EPERM', `${what} needs CAP_SYS_ADMIN: run it as root, or below \`unshare -Urn\``, { op: 'setns', cause: error });
}
