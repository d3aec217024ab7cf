import { NETLINK_GENERIC, nlmsghdr } from '@netdevkit/bindings';
import type { Kernel, NetlinkServer, ServerAnswer, ServerNotification, ServerRequest } from '@netdevkit/kernel';
import { contentOf } from './recording/content.ts';
import { Conversation, renumber } from './recording/conversation.ts';
import type { Exchange, RecordedNotification } from './recording/exchange.ts';
import { Timeline } from './recording/timeline.ts';

/** A datagram of a recorded conversation. */
export interface RecordedDatagram {
  /** The netlink protocol. */
  readonly protocol: number;
  /** One netlink message or several, each on a multiple of 4 octets. */
  readonly bytes: Uint8Array;
  /** Whether a program sent it to the kernel, where that is known; else it is told by its flags. */
  readonly toKernel?: boolean;
}

/** A request for which nothing is recorded. */
export interface UnansweredRequest {
  /** The netlink protocol that it was sent to. */
  readonly protocol: number;
  /** The message, from its header on. */
  readonly bytes: Uint8Array;
}

const UNKNOWN: ServerAnswer = { error: 'EOPNOTSUPP', message: 'The recording has no answer to this request' };

/**
 * A recorded conversation, to be had again: what a program asked, and what the kernel answered. Requests are the same when
 * all is but their sequence number and port id, and descriptors that name a namespace. Asked the same thing again, it
 * answers as the kernel did next, and at last always the same.
 *
 * What listeners were told between two requests they are told again with the first of them, once: whoever is in the group
 * that the kernel tells such things to. What passed before the first request is not repeated.
 *
 * @example
 * ```ts
 * import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
 * import { IpRoute } from '@netdevkit/iproute';
 * import { Kernel } from '@netdevkit/kernel';
 * import { Recording } from '@netdevkit/testing';
 *
 * using real = new Kernel();
 * using watch = real.watchNetlink();
 * using ip = new IpRoute(() => real.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
 * ip.link.set('lo', { up: true });
 * const names = ip.link.list();
 *
 * using kernel = new Kernel();
 * using served = new Recording(watch.take()).serve(kernel);
 * using again = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
 * console.log(again.link.list().length === names.length, served.unanswered.length);
 * ```
 */
export class Recording {
  /** By protocol and content of the request. */
  readonly #exchanges = new Map<string, Exchange[]>();
  readonly #protocols = new Set<number>();
  readonly #conversation: Conversation = new Conversation();

  /** @param datagrams - in the order in which they passed */
  constructor(datagrams: Iterable<RecordedDatagram>) {
    for (const { protocol, bytes, toKernel } of datagrams) {
      this.#conversation.add(protocol, bytes, toKernel, (exchange, message) => {
        const key = contentOf(protocol, message.bytes.subarray(message.offset, message.offset + message.length));
        const before = this.#exchanges.get(key);
        if (before === undefined) this.#exchanges.set(key, [exchange]);
        else before.push(exchange);
        this.#protocols.add(protocol);
      });
    }
  }

  /** How many requests it has answers to. */
  get length(): number {
    return this.#conversation.length;
  }

  /**
   * Answers a kernel's requests from the recording, in place of the kernel, in all protocols that were recorded.
   *
   * @returns ends it; has what could not be answered, which the program was told by `EOPNOTSUPP`
   */
  serve(kernel: Kernel): Disposable & { readonly unanswered: readonly UnansweredRequest[] } {
    const unanswered: UnansweredRequest[] = [];
    const player = new Player(this.#exchanges);
    const servers = [...this.#protocols].map((protocol): NetlinkServer => {
      return {
        protocol,
        groups: protocol === NETLINK_GENERIC ? this.#conversation.listeners.generic : 0,
        handle: (request) => player.answer(protocol, request) ?? (unanswered.push({ protocol, bytes: request.bytes }), UNKNOWN),
      };
    });
    const served = servers.map((server) => kernel.serveNetlink(server));
    return {
      unanswered,
      [Symbol.dispose]: () => {
        for (const one of served) one[Symbol.dispose]();
      },
    };
  }
}

/** A recording that is had once more. */
class Player {
  readonly #timeline: Timeline;
  /** With which numbers requests were made this time. */
  readonly #numbers = new Map<Exchange, { readonly seq: number; readonly pid: number }>();

  constructor(exchanges: ReadonlyMap<string, Exchange[]>) {
    this.#timeline = new Timeline(exchanges);
  }

  answer(protocol: number, { bytes, portId }: ServerRequest): ServerAnswer | undefined {
    const next = this.#timeline.next(contentOf(protocol, bytes));
    if (next === undefined) return undefined;
    const { exchange, isRepeated } = next;
    const { messages, error, extack, dumpFlags, isDump, before, after } = exchange;
    const seq = nlmsghdr.nlmsg_seq(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    this.#numbers.set(exchange, { seq, pid: portId });
    // A recording may have ended in the middle of a dump.
    const dumped = isDump && error === undefined && exchange.isAcknowledged !== true ? (messages ?? []) : messages;
    return {
      ...(dumped === undefined ? {} : { messages: dumped }),
      ...(error === undefined ? {} : { error }),
      ...(extack === undefined ? {} : { extack }),
      ...(dumpFlags === undefined ? {} : { dumpFlags }),
      ...(isRepeated ? {} : { notifications: this.#again(before), later: this.#again(after) }),
    };
  }

  #again(notifications: readonly RecordedNotification[]): ServerNotification[] {
    return notifications.map(({ protocol, groups, bytes, causes, copies }) => {
      return { protocol, groups, copies, bytes: renumber(bytes, causes.map((cause) => (cause === undefined ? undefined : this.#numbers.get(cause)))) };
    });
  }
}
