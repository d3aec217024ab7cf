import type { sk_buff } from '@netdevkit/bindings/raw';
import type { AbortSignalLike } from '@netdevkit/netlink';
import type { Clock, Timespec } from '../../clock.ts';
import type { Net } from '../core/net-namespace.ts';
import { WaitQueue } from '../core/wait-queue.ts';

/** A datagram that {@link NetlinkWatch} saw. */
export interface WatchedDatagram {
  /** The caller's to keep. */
  readonly bytes: Uint8Array;
  /** The netlink protocol. */
  readonly protocol: number;
  /** Whether it went to the kernel; else it went to a socket of a program. */
  readonly toKernel: boolean;
  /** The number of the receiver's namespace: its `inum`. */
  readonly namespace: number;
  /** When: seconds since the epoch. */
  readonly sec: number;
  /** Nanoseconds of the second. */
  readonly nsec: number;
}

/** Which datagrams a {@link NetlinkWatch} sees, and how many it keeps. */
export interface NetlinkWatchOptions {
  /**
   * How many octets of datagrams wait at most; what comes then is dropped and counted.
   *
   * @defaultValue 64 MiB
   */
  readonly capacity?: number;
}

const CAPACITY = 0x400_0000;

/**
 * Sees every datagram that netlink sockets of a namespace, or of all, receive, without a device that the programs watched
 * would find. What nlmon shows, it sees, in the same order; and the protocols that nlmon must not show, too.
 *
 * @example
 * ```ts
 * using watch = kernel.watchNetlink();
 * for (const { bytes } of watch.take()) console.log(bytes.length);
 * ```
 */
export class NetlinkWatch implements Disposable {
  readonly #clock: Clock;
  readonly #namespace: Net | undefined;
  readonly #capacity: number;
  readonly #end: (watch: NetlinkWatch) => void;
  readonly #time: Timespec = { sec: 0, nsec: 0 };
  readonly #waiters: WaitQueue = new WaitQueue();
  #queue: WatchedDatagram[] = [];
  #octets = 0;
  #drops = 0;
  #ended = false;

  /** @internal */
  constructor(clock: Clock, namespace: Net | undefined, options: NetlinkWatchOptions, end: (watch: NetlinkWatch) => void) {
    const { capacity = CAPACITY } = options;
    if (!(capacity > 0)) throw new RangeError(`capacity: expected a number of octets, got ${String(capacity)}`);
    this.#clock = clock;
    this.#namespace = namespace;
    this.#capacity = capacity;
    this.#end = end;
  }

  /** How many datagrams found no room. */
  get drops(): number {
    return this.#drops;
  }

  /** Whether something waits to be taken. */
  get readable(): boolean {
    return this.#queue.length > 0;
  }

  /** Takes all that was seen since the last time, in order. */
  take(): WatchedDatagram[] {
    const taken = this.#queue;
    this.#queue = [];
    this.#octets = 0;
    return taken;
  }

  /**
   * Waits until something can be taken, or the watch has ended.
   *
   * @param signal - ends the wait
   * @throws the signal's reason
   */
  async waitReadable(signal?: AbortSignalLike): Promise<void> {
    signal?.throwIfAborted();
    while (!this.#ended && this.#queue.length === 0) await this.#waiters.wait(signal);
  }

  /** Ends it; what was seen can still be taken. */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end(this);
    this.#waiters.wake();
  }

  /** @internal */
  see(namespace: Net, protocol: number, skb: sk_buff, toKernel: boolean): void {
    if (this.#namespace !== undefined && this.#namespace !== namespace) return;
    const { head, data, len } = skb;
    if (head === null || this.#octets + len > this.#capacity) {
      this.#drops++;
      return;
    }
    this.#clock.now(this.#time);
    const { sec, nsec } = this.#time;
    this.#octets += len;
    this.#queue.push({ bytes: head.bytes.slice(data, data + len), protocol, toKernel, namespace: namespace.inum, sec, nsec });
    this.#waiters.wake();
  }
}
