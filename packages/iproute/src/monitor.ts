import {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_LISTEN_ALL_NSID,
  RTNLGRP_LINK,
  SO_RCVBUF,
  SOL_NETLINK,
  SOL_SOCKET,
} from '@netdevkit/bindings';
import { isKernelError, KernelError } from '@netdevkit/errno';
import { messages, type AbortSignalLike, type NetlinkSocket } from '@netdevkit/netlink';
import { eventOf, type MonitorEvent } from './monitor-events.ts';
import { opened, tryOption } from './open-socket.ts';
import { tablesOf } from './resync.ts';

/** What a monitor listens to. */
export interface MonitorOptions {
  /**
   * `RTNLGRP_*`.
   *
   * @defaultValue `[RTNLGRP_LINK]`
   */
  readonly groups?: readonly number[];
  /** Whether to hear of other namespaces that have a number here too; needs `CAP_NET_BROADCAST`. @defaultValue false */
  readonly allNamespaces?: boolean;
  /** Octets of the receive buffer. @defaultValue the kernel's */
  readonly receiveBuffer?: number;
  /**
   * Whether to tell of all that there is after events were lost: `overrun`, then what the tables of the groups hold, as
   * `new` events, then `resynced`. What else was queued when they were lost is dropped. While the tables change faster than
   * they can be read, that waits. Groups of links, addresses, next hops, routes, neighbours, rules
   * and namespace numbers have tables.
   *
   * @defaultValue false
   */
  readonly resync?: boolean;
  /** Ends the monitor. */
  readonly signal?: AbortSignalLike;
}

/** How many datagrams are dropped before others have their turn. */
const MOST_DROPPED = 4096;

/** What a dump fails with while its table changes, or the machine is short of memory: another time it succeeds. */
const PASSING = ['EINTR', 'ENOBUFS', 'EAGAIN'] as const;

/** Who causes what is told of again. */
const NOBODY = { pid: 0, seq: 0 };

/**
 * The events of a network namespace, as they come: what `ip monitor` does. Made by `IpRoute.monitor`.
 *
 * It listens from the moment it is made. It ends, without an error, when it is returned from, closed, or its signal is
 * aborted. Take one event after another: a second {@link next} before the first is settled competes with it.
 */
export class Monitor implements AsyncIterableIterator<MonitorEvent, undefined>, Disposable {
  readonly #socket: NetlinkSocket;
  readonly #signal: AbortSignalLike | undefined;
  readonly #openSocket: () => NetlinkSocket;
  readonly #groups: readonly number[];
  readonly #resync: boolean;
  readonly #close = (): void => this.close();
  #queue: MonitorEvent[] = [];
  #taken = 0;
  #closed = false;
  /** Whether what there is has yet to be told of. */
  #stale = false;

  /** @internal */
  constructor(openSocket: () => NetlinkSocket, options: MonitorOptions) {
    const { groups = [RTNLGRP_LINK], allNamespaces = false, receiveBuffer, resync = false, signal } = options;
    this.#openSocket = openSocket;
    this.#groups = groups;
    this.#resync = resync;
    this.#socket = opened(openSocket, (socket) => {
      if (receiveBuffer !== undefined) tryOption(socket, SOL_SOCKET, SO_RCVBUF, receiveBuffer);
      if (allNamespaces) allowed('hearing of other namespaces needs CAP_NET_BROADCAST', () => socket.setOption(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1));
      socket.bind();
      for (const group of groups) {
        allowed(`listening to group ${String(group)} needs CAP_NET_ADMIN`, () => socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group));
      }
    });
    this.#signal = signal;
    if (signal?.aborted === true) this.close();
    else signal?.addEventListener('abort', this.#close, { once: true });
  }

  /**
   * The next event.
   *
   * @throws KernelError: the socket failed otherwise than by an overrun, which is an event; what there is could not be read
   */
  async next(): Promise<IteratorResult<MonitorEvent, undefined>> {
    for (;;) {
      const event = this.poll();
      if (event !== undefined) return { done: false, value: event };
      if (this.#closed) return { done: true, value: undefined };
      try {
        await this.#socket.waitReadable();
      } catch (error) {
        // Closing the socket is how a wait is ended.
        if (!this.#isClosed()) throw error;
      }
    }
  }

  /**
   * The next event if there is one already.
   *
   * @returns `undefined` when there is none now
   * @throws KernelError: as {@link next}
   */
  poll(): MonitorEvent | undefined {
    while (!this.#closed) {
      const event = this.#queue[this.#taken];
      if (event !== undefined) {
        this.#taken++;
        return event;
      }
      if (!this.#fill()) return undefined;
    }
    return undefined;
  }

  /** Ends the monitor. */
  async return(): Promise<IteratorResult<MonitorEvent, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends the monitor; what it has not told of yet is dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#signal?.removeEventListener('abort', this.#close);
    this.#socket.close();
  }

  /** The monitor itself: leaving `for await` ends it. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the monitor, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Ends the monitor, as {@link close} does: there is nothing to wait for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  // TypeScript would not believe that a field it has just seen false can be true after an `await`.
  #isClosed(): boolean {
    return this.#closed;
  }

  /** Queues the events of the next datagram, or all that there is; `false` when there is neither now. */
  #fill(): boolean {
    this.#taken = 0;
    this.#queue = [];
    if (this.#stale) return this.#drained() && this.#tellAll();
    try {
      const datagram = this.#socket.receive();
      if (datagram === undefined) return false;
      // Anybody with the right to can send to a group; only the kernel is believed.
      if (datagram.from.pid !== 0) return true;
      for (const message of messages(datagram.bytes)) this.#queue.push(eventOf(message, datagram.nsid));
    } catch (error) {
      this.#unlessOverrun(error);
      this.#queue.push({ type: 'overrun' });
      this.#stale = this.#resync;
    }
    return true;
  }

  /**
   * Drops what was queued before events were lost: told after the tables it would undo what was lost.
   *
   * @returns whether nothing is queued any more
   */
  #drained(): boolean {
    for (let dropped = 0; dropped < MOST_DROPPED; dropped++) {
      try {
        if (this.#socket.receive() === undefined) return true;
      } catch (error) {
        this.#unlessOverrun(error);
      }
    }
    return false;
  }

  #unlessOverrun(error: unknown): void {
    if (isKernelError(error, 'ENOBUFS')) return;
    this.close();
    throw error;
  }

  /**
   * Queues all that there is.
   *
   * @returns whether it did: not while the tables change too fast, which what comes next will tell of
   */
  #tellAll(): boolean {
    try {
      for (const message of tablesOf(this.#openSocket, this.#groups)) this.#queue.push(eventOf(message, undefined, NOBODY));
    } catch (error) {
      this.#queue = [];
      if (PASSING.some((code) => isKernelError(error, code))) return false;
      this.close();
      throw error;
    }
    this.#queue.push({ type: 'resynced' });
    this.#stale = false;
    return true;
  }
}

/** Says which capability is missing where the kernel only says that something is not permitted. */
function allowed(needs: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isKernelError(error, 'EPERM')) throw error;
    throw new KernelError('EPERM', needs, { op: 'monitor', cause: error });
  }
}
