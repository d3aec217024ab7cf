import { NETLINK_ROUTE, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLM_F_ECHO, NLM_F_REQUEST, nlmsghdr } from '@netdevkit/bindings';
import { errnoName, type ErrnoCode } from '@netdevkit/errno';
import type { Kernel, NetlinkServer, ServerAnswer, ServerRequest } from '@netdevkit/kernel';
import { messages, parseDone, parseError, type Message } from '@netdevkit/netlink';

/** A datagram of a recorded conversation. */
export interface RecordedDatagram {
  /** The netlink protocol. */
  readonly protocol: number;
  /** One netlink message or several, each on a multiple of 4 octets. */
  readonly bytes: Uint8Array;
}

/** A request for which nothing is recorded. */
export interface UnansweredRequest {
  /** The netlink protocol that it was sent to. */
  readonly protocol: number;
  /** The message, from its header on. */
  readonly bytes: Uint8Array;
}

interface Exchange {
  readonly messages: Uint8Array[];
  error?: ErrnoCode;
  message?: string;
}

const UNKNOWN: ServerAnswer = { error: 'EOPNOTSUPP', message: 'The recording has no answer to this request' };
/** From net/core/rtnetlink.c: the last two bits of a type say what is asked: 2 is GET. */
const KIND_MASK = 3;
const KIND_GET = 2;

/**
 * A recorded conversation, to be had again: what a program asked, and what the kernel answered. Requests are the same when
 * all but their sequence number and port id is. Asked the same thing again, it answers as the kernel did in turn, and at
 * last always the same.
 *
 * Notifications are not repeated: a capture does not tell who was to get them.
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

  /** @param datagrams - in the order in which they passed */
  constructor(datagrams: Iterable<RecordedDatagram>) {
    /** The last exchange of a sequence number. */
    const open = new Map<string, { readonly exchange: Exchange; readonly hasMessages: boolean }>();
    for (const { protocol, bytes } of datagrams) {
      for (const message of messages(bytes)) {
        const conversation = `${String(protocol)}:${String(message.seq)}`;
        if ((message.flags & NLM_F_REQUEST) !== 0 && message.type >= NLMSG_MIN_TYPE) {
          open.set(conversation, { exchange: this.#request(protocol, message), hasMessages: answersByMessages(protocol, message) });
        } else {
          const of = open.get(conversation);
          if (of !== undefined) take(of.exchange, message, of.hasMessages);
        }
      }
    }
  }

  /** How many requests it has answers to. */
  get length(): number {
    return [...this.#exchanges.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Answers a kernel's requests from the recording, in place of the kernel, in all protocols that were recorded.
   *
   * @returns ends it; has what could not be answered, which the program was told by `EOPNOTSUPP`
   */
  serve(kernel: Kernel): Disposable & { readonly unanswered: readonly UnansweredRequest[] } {
    const unanswered: UnansweredRequest[] = [];
    const turns = new Map<string, number>();
    const servers = [...this.#protocols].map((protocol): NetlinkServer => {
      return { protocol, handle: (request) => this.#answer(protocol, request, turns) ?? (unanswered.push({ protocol, bytes: request.bytes }), UNKNOWN) };
    });
    const served = servers.map((server) => kernel.serveNetlink(server));
    return {
      unanswered,
      [Symbol.dispose]: () => {
        for (const one of served) one[Symbol.dispose]();
      },
    };
  }

  #request(protocol: number, { bytes, offset, length }: Message): Exchange {
    const exchange: Exchange = { messages: [] };
    const key = contentOf(protocol, bytes.subarray(offset, offset + length));
    this.#protocols.add(protocol);
    const before = this.#exchanges.get(key);
    if (before === undefined) this.#exchanges.set(key, [exchange]);
    else before.push(exchange);
    return exchange;
  }

  #answer(protocol: number, { bytes }: ServerRequest, turns: Map<string, number>): ServerAnswer | undefined {
    const key = contentOf(protocol, bytes);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const exchanges = this.#exchanges.get(key);
    return exchanges?.[turn] ?? exchanges?.at(-1);
  }
}

/** Of what changes something rtnetlink's listeners are told with the request's own sequence number: that is no answer. */
function answersByMessages(protocol: number, { type, flags }: Message): boolean {
  return protocol !== NETLINK_ROUTE || ((type - NLMSG_MIN_TYPE) & KIND_MASK) === KIND_GET || (flags & NLM_F_ECHO) !== 0;
}

function take(exchange: Exchange, message: Message, hasMessages: boolean): void {
  if (message.type === NLMSG_ERROR) {
    const { errno = 0, extack } = parseError(message) ?? {};
    fail(exchange, errno, extack?.message);
  } else if (message.type === NLMSG_DONE) {
    const { errno = 0, extack } = parseDone(message) ?? {};
    fail(exchange, errno, extack?.message);
  } else if (message.type >= NLMSG_MIN_TYPE && hasMessages) {
    exchange.messages.push(message.bytes.slice(message.offset, message.offset + message.length));
  }
}

function fail(exchange: Exchange, errno: number, text: string | undefined): void {
  const code = errno === 0 ? undefined : errnoName(errno);
  if (code !== undefined) exchange.error = code;
  if (text !== undefined) exchange.message = text;
}

/** What makes a request the same as another: everything but sequence number and port id. */
function contentOf(protocol: number, request: Uint8Array): string {
  const content = request.slice();
  if (content.length >= NLMSG_HDRLEN) {
    const view = new DataView(content.buffer);
    nlmsghdr.set_nlmsg_seq(view, 0, 0);
    nlmsghdr.set_nlmsg_pid(view, 0, 0);
  }
  return `${String(protocol)}:${Buffer.from(content).toString('hex')}`;
}
