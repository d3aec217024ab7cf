import { closeSync, openSync, statSync } from 'node:fs';
import type { Kernel, NetNamespace } from '@netdevkit/kernel';

/** A network namespace of the host that a program is in, and the embedded kernel's that it stands for. */
interface Twin {
  readonly namespace: NetNamespace;
  /** Keeps the host's alive, so that its number is not given to another. */
  readonly pin: number;
}

/**
 * Which of the embedded kernel's namespaces programs mean.
 *
 * A program that may make network namespaces of the host (`ip netns add`, `unshare -n`) does, and they stand for namespaces
 * of the embedded kernel: who is in which, and what a descriptor of one is, the host's kernel keeps account of. The
 * namespace that the sandbox itself is in stands for the one that a program was started in.
 */
export class HostNamespaces {
  readonly #kernel: Kernel;
  readonly #twins = new Map<number, Twin>();
  /** What the files of namespaces are told by. */
  readonly #device: number;
  readonly #own: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { dev, ino } = statSync('/proc/self/ns/net');
    this.#device = dev;
    this.#own = ino;
  }

  /**
   * The namespace that a thread is in.
   *
   * @param base - the one that its program was started in
   * @throws KernelError `ENOMEM`
   */
  ofThread(tid: number, base: NetNamespace): NetNamespace {
    return this.#of(`/proc/${String(tid)}/ns/net`, base) ?? base;
  }

  /** The namespace that a process is in; `undefined` when there is no such process. */
  ofProcess(pid: number, base: NetNamespace): NetNamespace | undefined {
    return this.#of(`/proc/${String(pid)}/ns/net`, base);
  }

  /** The namespace that a descriptor is of; `undefined` when it is of none. */
  ofDescriptor(tid: number, fd: number, base: NetNamespace): NetNamespace | undefined {
    return this.#of(`/proc/${String(tid)}/fd/${String(fd)}`, base);
  }

  /** Ends those namespaces that programs made. */
  close(): void {
    for (const { namespace, pin } of this.#twins.values()) {
      closeSync(pin);
      namespace[Symbol.dispose]();
    }
    this.#twins.clear();
  }

  #of(path: string, base: NetNamespace): NetNamespace | undefined {
    let file: { readonly dev: number; readonly ino: number };
    try {
      file = statSync(path);
    } catch {
      return undefined;
    }
    if (file.dev !== this.#device) return undefined;
    if (file.ino === this.#own) return base;
    const known = this.#twins.get(file.ino);
    if (known !== undefined) return known.namespace;
    let pin: number;
    try {
      pin = openSync(path, 'r');
    } catch {
      return undefined;
    }
    const namespace = this.#kernel.createNamespace(`net:[${String(file.ino)}]`);
    this.#twins.set(file.ino, { namespace, pin });
    return namespace;
  }
}
