import { errno, KernelError } from '@netdevkit/errno';
import type { Core } from './core.ts';
import type { Net } from './net/core/net-namespace.ts';

/** A descriptor of a namespace, for `IFLA_NET_NS_FD`; disposing it closes it. */
export interface NamespaceDescriptor extends Disposable {
  /** The number to send. */
  readonly fd: number;
}

/**
 * A network namespace: devices, names and sockets of its own.
 *
 * C twin: what `ip netns add` makes. Disposing it ends it: its devices are deleted and its sockets closed.
 */
export class NetNamespace implements Disposable {
  readonly #core: Core;
  readonly #net: Net;

  /** @internal */
  constructor(core: Core, net: Net) {
    this.#core = core;
    this.#net = net;
  }

  /** What it was called; empty for the initial one. */
  get name(): string {
    return this.#net.name;
  }

  /** The number that names it: what `readlink /proc/self/ns/net` shows. */
  get inum(): number {
    return this.#net.inum;
  }

  /** Whether it still stands. */
  get isAlive(): boolean {
    return this.#net.alive;
  }

  /** Opens a descriptor, for requests that name a namespace by one. */
  open(): NamespaceDescriptor {
    const fd = this.#core.namespaces.open(this.net());
    return {
      fd,
      [Symbol.dispose]: () => {
        this.#core.namespaces.close(fd);
      },
    };
  }

  /**
   * Says that a process is in this namespace, for requests that name one by a process (`IFLA_NET_NS_PID`).
   *
   * @param pid - the process's number
   */
  attach(pid: number): void {
    this.#core.namespaces.attach(pid, this.net());
  }

  [Symbol.dispose](): void {
    if (!this.#net.alive) return;
    if (this.#net.name === '') throw new KernelError('EBUSY', 'the initial namespace goes with its kernel', { op: 'netns' });
    this.#core.destroyNamespace(this.#net);
  }

  /** @internal */
  net(): Net {
    if (!this.#net.alive) throw new KernelError('ENOENT', `the namespace "${this.#net.name}" is gone`, { op: 'netns' });
    return this.#net;
  }
}

/**
 * Makes a namespace.
 *
 * @throws KernelError `EEXIST`: the name is taken; `ENOMEM`
 */
export function createNamespace(core: Core, name: string): Net {
  const net = core.namespaces.create(name);
  if (typeof net !== 'number') return net;
  throw new KernelError(net === -errno.EEXIST ? 'EEXIST' : 'ENOMEM', undefined, { op: 'netns add' });
}
