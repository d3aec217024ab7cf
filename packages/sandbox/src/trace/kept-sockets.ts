import { readdirSync, readlinkSync } from 'node:fs';
import process from 'node:process';
import type { Descriptor } from '@netdevkit/libc/unsafe';
import type { EpollSet } from '../epoll-set.unsafe.ts';
import { isOwnLack } from '../process-info.ts';
import type { HostSockets } from './host-sockets.unsafe.ts';

/** After how many milliseconds is looked again for what could not be seen. */
const LOOK_AGAIN = 50;

/** A descriptor that a thread is about to close: for itself, and for those who share its descriptors. */
interface Closing {
  readonly tgid: number;
  readonly tid: number;
  readonly fd: number;
}

/**
 * Descriptors of the sockets that programs were given, for where none can be taken from a program later on (`pidfd_getfd`).
 *
 * A socket lives as long as somebody has a descriptor of it, so none may be kept longer than programs have one: what they have is
 * looked for in `/proc` whenever one of them closes a socket, makes one, or ends.
 */
export class KeptSockets implements Disposable {
  readonly #sockets: Pick<HostSockets, 'copy' | 'process'>;
  readonly #readiness: Pick<EpollSet, 'onReadable'>;
  /** By what `/proc` calls them. */
  readonly #kept = new Map<string, Descriptor>();
  /** Processes whose end is waited for. */
  readonly #watched = new Map<number, Descriptor>();
  #again: NodeJS.Timeout | undefined;

  constructor(sockets: Pick<HostSockets, 'copy' | 'process'>, readiness: Pick<EpollSet, 'onReadable'>) {
    this.#sockets = sockets;
    this.#readiness = readiness;
  }

  /** How many there are. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * Keeps a descriptor, whose charge it takes.
   *
   * @param target - what `/proc` calls the socket
   * @param tgid - the process that has it
   */
  keep(target: string, socket: Descriptor, tgid: number): void {
    this.#kept.set(target, socket);
    this.#watch(tgid);
  }

  /** Another descriptor of a socket that is kept. */
  copy(target: string | undefined): Descriptor | undefined {
    const kept = target === undefined ? undefined : this.#kept.get(target);
    return kept === undefined ? undefined : this.#sockets.copy(kept);
  }

  /**
   * Closes what no program has any more. Where this process has too few descriptors to look, it keeps all, and looks again later.
   *
   * @param closing - a descriptor that is about to be closed, and counts no longer
   */
  sweep(closing?: Closing): void {
    if (this.#kept.size === 0) return;
    let holders: Map<string, Set<number>>;
    try {
      holders = this.#holders(closing);
    } catch (error) {
      if (!isOwnLack(error)) throw error;
      this.#sweepLater();
      return;
    }
    for (const [target, socket] of this.#kept) {
      const tgids = holders.get(target);
      if (tgids === undefined) {
        this.#kept.delete(target);
        socket.close();
      } else for (const tgid of tgids) this.#watch(tgid);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#again);
    for (const socket of this.#kept.values()) socket.close();
    this.#kept.clear();
    for (const pidfd of this.#watched.values()) pidfd.close();
    this.#watched.clear();
  }

  /** Who has which of the sockets. */
  #holders(closing: Closing | undefined): Map<string, Set<number>> {
    const holders = new Map<string, Set<number>>();
    const look = (tgid: number, tid: number): void => {
      for (const [fd, target] of descriptorsOf(tid)) {
        if (!this.#kept.has(target)) continue;
        if (closing?.tgid === tgid && closing.fd === fd) {
          if (closing.tid === tid) continue;
          // The descriptor of another thread may be the same one, or one of its own: that is to be seen when it has been closed.
          this.#sweepLater();
        }
        const tgids = holders.get(target);
        if (tgids === undefined) holders.set(target, new Set([tgid]));
        else tgids.add(tgid);
      }
    };
    for (const tgid of numbersIn('/proc')) if (tgid !== process.pid) look(tgid, tgid);
    if (holders.size === this.#kept.size) return holders;
    // Other threads may have descriptors of their own, and outlive the first of their process, which then has none.
    for (const tgid of this.#watched.keys()) for (const tid of numbersIn(`/proc/${String(tgid)}/task`)) if (tid !== tgid) look(tgid, tid);
    return holders;
  }

  #watch(tgid: number): void {
    if (this.#watched.has(tgid)) return;
    const pidfd = this.#sockets.process(tgid);
    if (pidfd === undefined) {
      // It has ended meanwhile, or this process has no descriptor left.
      this.#sweepLater();
      return;
    }
    this.#watched.set(tgid, pidfd);
    this.#readiness.onReadable(pidfd.fd, () => {
      this.#watched.delete(tgid);
      pidfd.close();
      this.sweep();
    });
  }

  #sweepLater(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.sweep();
    }, LOOK_AGAIN).unref();
  }
}

/** A thread's descriptors that are sockets; those of other users' are none of a program's. */
function* descriptorsOf(tid: number): Generator<readonly [number, string]> {
  const folder = `/proc/${String(tid)}/fd`;
  for (const fd of numbersIn(folder)) {
    try {
      const target = readlinkSync(`${folder}/${String(fd)}`);
      if (target.startsWith('socket:')) yield [fd, target];
    } catch {
      // It was closed meanwhile.
    }
  }
}

/** The names in a folder of /proc that are numbers; none where it has gone, or is not to be looked at. */
function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch (error) {
    if (isOwnLack(error)) throw error;
    return [];
  }
}
