import { closeSync, openSync, statSync } from 'node:fs';
import type { Kernel, NetNamespace } from '@netdevkit/kernel';
import { NamespaceLife } from './namespace-life.ts';
import { isOwnLack } from './process-info.ts';

/** How often is looked which namespaces of the host have gone, in milliseconds. */
const LOOK_EVERY = 50;

/** A network namespace of the host that a program is in, and the embedded kernel's that it stands for. */
interface Twin {
  readonly namespace: NetNamespace;
  /** Keeps the host's alive, so that its number is not given to another; as long as its end could not be seen. */
  pin: number | undefined;
  /** Tells when the host's has gone. */
  life: NamespaceLife | undefined;
}

/**
 * Which of the embedded kernel's namespaces programs mean.
 *
 * A program that may make network namespaces of the host (`ip netns add`, `unshare -n`) does, and they stand for namespaces
 * of the embedded kernel: who is in which, and what a descriptor of one is, the host's kernel keeps account of. When one of the host's
 * has gone, its twin goes too, as soon as no socket of a program is in it. The
 * namespace that the sandbox itself is in stands for the one that a program was started in.
 */
export class HostNamespaces {
  readonly #kernel: Kernel;
  readonly #isUsed: (namespace: NetNamespace) => boolean;
  readonly #twins = new Map<number, Twin>();
  /** Those whose namespace of the host has gone, but not the sockets in them. */
  readonly #bereft = new Set<NetNamespace>();
  #timer: NodeJS.Timeout | undefined;
  /** What the files of namespaces are told by. */
  readonly #device: number;
  readonly #own: number;

  /** @param isUsed - whether a socket of a program is in a namespace */
  constructor(kernel: Kernel, isUsed: (namespace: NetNamespace) => boolean) {
    this.#kernel = kernel;
    this.#isUsed = isUsed;
    const { dev, ino } = statSync('/proc/self/ns/net');
    this.#device = dev;
    this.#own = ino;
  }

  /**
   * The namespace that a thread is in.
   *
   * @param base - the one that its program was started in
   * @throws KernelError `ENOMEM`; Node's `EMFILE`: this process has no descriptor left
   */
  ofThread(tid: number, base: NetNamespace): NetNamespace {
    return this.#of(`/proc/${String(tid)}/ns/net`, base, tid) ?? base;
  }

  /** The namespace that a process is in; `undefined` when there is no such process. */
  ofProcess(pid: number, base: NetNamespace): NetNamespace | undefined {
    return this.#of(`/proc/${String(pid)}/ns/net`, base, pid);
  }

  /** The namespace that a descriptor is of; `undefined` when it is of none. */
  ofDescriptor(tid: number, fd: number, base: NetNamespace): NetNamespace | undefined {
    return this.#of(`/proc/${String(tid)}/fd/${String(fd)}`, base);
  }

  /** Ends those namespaces that programs made. */
  close(): void {
    clearInterval(this.#timer);
    for (const twin of this.#twins.values()) {
      letGo(twin);
      twin.namespace[Symbol.dispose]();
    }
    this.#twins.clear();
    for (const namespace of this.#bereft) namespace[Symbol.dispose]();
    this.#bereft.clear();
  }

  /** @param tid - a thread in it, if one is known */
  #of(path: string, base: NetNamespace, tid?: number): NetNamespace | undefined {
    const file = unlessGone(() => statSync(path));
    if (file?.dev !== this.#device) return undefined;
    if (file.ino === this.#own) return base;
    let twin = this.#twins.get(file.ino);
    // Its number was free in between.
    if (twin?.life?.isOver() === true) {
      this.#look();
      twin = undefined;
    }
    if (twin === undefined) {
      const pin = unlessGone(() => openSync(path, 'r'));
      if (pin === undefined) return undefined;
      try {
        twin = { namespace: this.#kernel.createNamespace(this.#nameOf(file.ino)), pin, life: undefined };
      } catch (error) {
        closeSync(pin);
        throw error;
      }
      this.#twins.set(file.ino, twin);
    }
    if (tid !== undefined && twin.life === undefined) this.#watch(twin, file.ino, path, tid);
    return twin.namespace;
  }

  /** From now on it ends when the host's ends. */
  #watch(twin: Twin, number: number, path: string, tid: number): void {
    const life = NamespaceLife.ofThread(tid);
    if (life === undefined) return;
    // The thread may have gone elsewhere in between, or ended and left its number to another.
    if (unlessGone(() => statSync(path))?.ino !== number) {
      life[Symbol.dispose]();
      return;
    }
    twin.life = life;
    if (twin.pin !== undefined) closeSync(twin.pin);
    twin.pin = undefined;
    this.#timer ??= setInterval(() => {
      this.#look();
    }, LOOK_EVERY).unref();
  }

  #look(): void {
    for (const [number, twin] of this.#twins) {
      if (twin.life?.isOver() !== true) continue;
      this.#twins.delete(number);
      letGo(twin);
      this.#bereft.add(twin.namespace);
    }
    for (const namespace of this.#bereft) {
      if (this.#isUsed(namespace)) continue;
      this.#bereft.delete(namespace);
      namespace[Symbol.dispose]();
    }
    if (this.#twins.size > 0 || this.#bereft.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What to call the twin of a namespace: another may still be called after an earlier one of that number. */
  #nameOf(number: number): string {
    const taken = new Set(this.#kernel.namespaces.map(({ name }) => name));
    let name = `net:[${String(number)}]`;
    while (taken.has(name)) name += '+';
    return name;
  }
}

/** What can be told of a file of a process; `undefined` when that is gone, or is not to be looked at. */
function unlessGone<T>(at: () => T): T | undefined {
  try {
    return at();
  } catch (error) {
    // Where this process has too little, it is not for the program to be taken for one of another namespace.
    if (isOwnLack(error)) throw error;
    return undefined;
  }
}

function letGo({ pin, life }: Twin): void {
  if (pin !== undefined) closeSync(pin);
  life?.[Symbol.dispose]();
}
