import {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_LISTEN_ALL_NSID,
  RTM_DELLINK,
  RTM_DELNSID,
  RTM_NEWLINK,
  RTNLGRP_LINK,
  SO_RCVBUF,
  SOL_NETLINK,
  SOL_SOCKET,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { messages, type AbortSignalLike, type Message, type NetlinkSocket } from '@netdevkit/netlink';
import type { Link } from './link.ts';
import { isNamespaceMessage, parseNamespaceId, type NamespaceId } from './namespace-ids.ts';
import { opened, tryOption } from './open-socket.ts';
import { parseLink } from './parse-link.ts';

/** What a notification has beside what it is about. */
export interface Notification {
  /** The port of whoever caused it and asked for an echo, else 0. */
  readonly pid: number;
  /** The sequence number of that request, else 0. */
  readonly seq: number;
  /** With {@link MonitorOptions.allNamespaces}: the number of the namespace that it comes from, when that is another. */
  readonly nsid: number | undefined;
  /** The whole message. */
  readonly message: Message;
}

/** A link is new, or something about it changed: {@link Link.change} has the flags that did. */
export interface NewLinkEvent extends Notification {
  readonly type: 'new';
  /** The link as it is now. */
  readonly link: Link;
}

/** A link is gone, to another namespace if {@link Link.newNetnsid} is there. */
export interface DeletedLinkEvent extends Notification {
  readonly type: 'del';
  /** The link as it was. */
  readonly link: Link;
}

/** A namespace got a number here, or lost it. */
export interface NamespaceEvent extends Notification {
  readonly type: 'new-nsid' | 'del-nsid';
  /** The number. */
  readonly namespace: NamespaceId;
}

/** A message of another group, or one that makes no sense. */
export interface MessageEvent extends Notification {
  readonly type: 'message';
}

/** Events were lost, because they came faster than they were taken. What is known of the links may be out of date. */
export interface OverrunEvent {
  readonly type: 'overrun';
}

/** What a monitor tells of. */
export type MonitorEvent = NewLinkEvent | DeletedLinkEvent | NamespaceEvent | MessageEvent | OverrunEvent;

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
  /** Ends the monitor. */
  readonly signal?: AbortSignalLike;
}

/**
 * The events of a network namespace, as they come: what `ip monitor` does. Made by `IpRoute.monitor`.
 *
 * It listens from the moment it is made. It ends, without an error, when it is returned from, closed, or its signal is
 * aborted. Take one event after another: a second {@link next} before the first is settled competes with it.
 */
export class Monitor implements AsyncIterableIterator<MonitorEvent, undefined>, Disposable {
  readonly #socket: NetlinkSocket;
  readonly #signal: AbortSignalLike | undefined;
  readonly #close = (): void => this.close();
  #queue: MonitorEvent[] = [];
  #taken = 0;
  #closed = false;

  /** @internal */
  constructor(openSocket: () => NetlinkSocket, options: MonitorOptions) {
    const { groups = [RTNLGRP_LINK], allNamespaces = false, receiveBuffer, signal } = options;
    this.#socket = opened(openSocket, (socket) => {
      if (receiveBuffer !== undefined) tryOption(socket, SOL_SOCKET, SO_RCVBUF, receiveBuffer);
      if (allNamespaces) socket.setOption(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1);
      socket.bind();
      for (const group of groups) socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    });
    this.#signal = signal;
    if (signal?.aborted === true) this.close();
    else signal?.addEventListener('abort', this.#close, { once: true });
  }

  /**
   * The next event.
   *
   * @throws KernelError: the socket failed otherwise than by an overrun, which is an event
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

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  // TypeScript would not believe that a field it has just seen false can be true after an `await`.
  #isClosed(): boolean {
    return this.#closed;
  }

  /** Queues the events of the next datagram; `false` when there is no datagram. */
  #fill(): boolean {
    this.#taken = 0;
    this.#queue = [];
    try {
      const datagram = this.#socket.receive();
      if (datagram === undefined) return false;
      // Anybody with the right to can send to a group; only the kernel is believed.
      if (datagram.from.pid !== 0) return true;
      for (const message of messages(datagram.bytes)) this.#queue.push(eventOf(message, datagram.nsid));
    } catch (error) {
      if (!isKernelError(error, 'ENOBUFS')) {
        this.close();
        throw error;
      }
      this.#queue.push({ type: 'overrun' });
    }
    return true;
  }
}

function eventOf(message: Message, nsid: number | undefined): MonitorEvent {
  const base = { pid: message.pid, seq: message.seq, nsid, message };
  if (message.type === RTM_NEWLINK || message.type === RTM_DELLINK) {
    const link = parseLink(message);
    if (link !== undefined) return { type: message.type === RTM_NEWLINK ? 'new' : 'del', link, ...base };
  } else if (isNamespaceMessage(message)) {
    const namespace = parseNamespaceId(message);
    if (namespace !== undefined) return { type: message.type === RTM_DELNSID ? 'del-nsid' : 'new-nsid', namespace, ...base };
  }
  return { type: 'message', ...base };
}
