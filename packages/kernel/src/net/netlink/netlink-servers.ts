import { NLMSG_HDRLEN, NLM_F_DUMP, NLM_F_MULTI, nlmsghdr } from '@netdevkit/bindings';
import type { netlink_ext_ack, sk_buff } from '@netdevkit/bindings/raw';
import { errno, type ErrnoCode, type ExtendedAck } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import { putExtendedAck } from './extended-ack.ts';
import type { KernelSocket, KernelSocketConfig } from './netlink-sock.ts';
import type { DumpControl, NetlinkRequest, RequestHandler, RequestSocket } from './netlink-types.ts';

/** A request that a {@link NetlinkServer} is asked to answer. */
export interface ServerRequest {
  /** The message, from its header on; the server's to keep. */
  readonly bytes: Uint8Array;
  /** `nlmsg_type`. */
  readonly type: number;
  /** `nlmsg_flags`. */
  readonly flags: number;
  /** The sender's port id. */
  readonly portId: number;
  /** The number of the sender's namespace: its `inum`. */
  readonly namespace: number;
}

/** A message to whoever listens, which is no answer: what {@link ServerAnswer.notifications} has. */
export interface ServerNotification {
  /** The netlink protocol, which need not be that of the request. */
  readonly protocol: number;
  /** Groups; those in the first of them that anybody listens to are told. */
  readonly groups: readonly number[];
  /** A datagram, as it is sent. */
  readonly bytes: Uint8Array;
  /**
   * How many copies there are for all listeners together: where that is more than there are listeners, it is told again.
   *
   * @defaultValue one for each listener
   */
  readonly copies?: number;
}

/** What a {@link NetlinkServer} answers. */
export interface ServerAnswer {
  /**
   * Messages, each with its header: sequence number and port id are filled in. They are a dump when the request asks for one,
   * even when there are none of them, and else come before the acknowledgement. Without them nothing is dumped: the request
   * is acknowledged, or refused.
   */
  readonly messages?: readonly Uint8Array[];
  /** What the request, or the dump at its end, fails with: a code, or an errno that has none. */
  readonly error?: ErrnoCode | number;
  /** The text of the extended acknowledgement. */
  readonly message?: string;
  /** What else the extended acknowledgement says. */
  readonly extack?: ExtendedAck;
  /** Flags that the end of a dump bears, such as `NLM_F_DUMP_FILTERED`. */
  readonly dumpFlags?: number;
  /** What listeners are told before the request is answered, if there are any. */
  readonly notifications?: readonly ServerNotification[];
  /** What they are told after that. What nobody listens to yet is told before the next request, should somebody listen by then. */
  readonly later?: readonly ServerNotification[];
}

/**
 * Answers requests of a netlink protocol in place of the kernel.
 *
 * # Context
 *
 * It is called inside the kernel, so it must not call the kernel.
 */
export interface NetlinkServer {
  /** The netlink protocol. */
  readonly protocol: number;
  /**
   * How many groups the protocol has at least.
   *
   * @defaultValue as many as the kernel knows, or 32
   */
  readonly groups?: number;
  /**
   * Answers a request.
   *
   * @returns `undefined` leaves it to the kernel, which answers `EOPNOTSUPP` where it does not know the protocol itself
   */
  handle(request: ServerRequest): ServerAnswer | undefined;
}

/** What {@link NetlinkServers} stands on. */
export interface ServerDeps {
  readonly netlink: {
    createKernelSocket(namespace: Net, protocol: number, config: KernelSocketConfig): KernelSocket | number;
    release(socket: KernelSocket): void;
    receive(skb: sk_buff, sender: RequestSocket, receiver: KernelSocket, handler: RequestHandler): void;
    unicast(sender: KernelSocket, skb: sk_buff, portid: number): number;
    broadcast(sender: KernelSocket, skb: sk_buff, group: number, excludePortid: number): number;
    setError(sender: KernelSocket, group: number, error: number): void;
    /** The kernel's socket of a protocol in a namespace. */
    kernelSocket(namespace: Net, protocol: number): KernelSocket | undefined;
    /** How many sockets get what is told to a group of a namespace. */
    listeners(sender: KernelSocket, group: number): number;
    dumpStart(request: NetlinkRequest, receiver: KernelSocket, control: DumpControl): number;
  };
  readonly skbs: SkBuffs;
  readonly namespaces: Namespaces;
}

/** The servers of a kernel. */
export class NetlinkServers {
  readonly #deps: ServerDeps;
  /** By protocol, the newest first. */
  readonly #servers: (readonly NetlinkServer[] | undefined)[] = [];
  /** The protocols that only servers know. */
  readonly #protocols = new Set<number>();
  /** What listeners are told once the request at hand is answered. */
  #later: readonly ServerNotification[] = [];
  /** What nobody has heard, by namespace, until the next request. */
  readonly #unheard = new WeakMap<Net, readonly ServerNotification[]>();

  constructor(deps: ServerDeps) {
    this.#deps = deps;
  }

  /**
   * A server answers from now on, before those that were there.
   *
   * @param isKnown - whether the kernel has the protocol
   * @returns 0 or -ENOMEM
   */
  add(server: NetlinkServer, isKnown: boolean): number {
    const { protocol } = server;
    if (!isKnown) this.#protocols.add(protocol);
    const error = this.#open([...this.#deps.namespaces.all]);
    if (error === 0) this.#servers[protocol] = [server, ...(this.#servers[protocol] ?? [])];
    else if (!isKnown) this.#protocols.delete(protocol);
    return error;
  }

  /** A namespace is there: protocols that only servers know exist in it, too. 0 or -ENOMEM. */
  enter(namespace: Net): number {
    return this.#open([namespace]);
  }

  /** Opens what is not open there yet: all of it, or nothing. */
  #open(namespaces: readonly Net[]): number {
    const { netlink } = this.#deps;
    const opened: KernelSocket[] = [];
    const input: KernelSocketConfig['input'] = (skb, sender, receiver) => {
      netlink.receive(skb, sender, receiver, () => -errno.EOPNOTSUPP);
    };
    for (const namespace of namespaces) {
      for (const protocol of this.#protocols) {
        if (netlink.kernelSocket(namespace, protocol) !== undefined) continue;
        const socket = netlink.createKernelSocket(namespace, protocol, { groups: 32, nonrootRecv: true, nonrootSend: false, input });
        if (typeof socket === 'number') {
          for (const one of opened) netlink.release(one);
          return socket;
        }
        opened.push(socket);
      }
    }
    return 0;
  }

  /** A server answers no longer. */
  remove(server: NetlinkServer): void {
    this.#servers[server.protocol] = this.#servers[server.protocol]?.filter((other) => other !== server);
  }

  /** Handles a request by a server, or by the kernel's own handler. */
  handle(request: NetlinkRequest, extack: netlink_ext_ack, receiver: KernelSocket, handler: RequestHandler): number {
    const servers = this.#servers[receiver.protocol];
    if (servers === undefined || servers.length === 0) return handler(request, extack);
    const { bytes, offset, length, type, flags, portid } = request;
    const asked: ServerRequest = { bytes: bytes.slice(offset, offset + length), type, flags, portId: portid, namespace: namespaceOf(request) };
    for (const server of servers) {
      const answer = server.handle(asked);
      if (answer !== undefined) return this.#answer(request, extack, receiver, answer);
    }
    return handler(request, extack);
  }

  /** A request was answered: tells listeners what comes after it. */
  settle(namespace: Net): void {
    const later = this.#later;
    if (later.length === 0) return;
    this.#later = [];
    const unheard = this.#notify(namespace, later);
    if (unheard.length > 0) this.#unheard.set(namespace, unheard);
  }

  #answer(request: NetlinkRequest, extack: netlink_ext_ack, receiver: KernelSocket, answer: ServerAnswer): number {
    const { messages, error, message, extack: more, dumpFlags = 0, notifications = [], later = [] } = answer;
    const result = error === undefined ? 0 : -(typeof error === 'number' ? error : errno[error]);
    this.#notify(request.namespace, this.#unheard.get(request.namespace) ?? []);
    this.#unheard.delete(request.namespace);
    const said = { ...more, ...(message === undefined ? {} : { message }) };
    this.#notify(request.namespace, notifications);
    this.#later = later;
    const isDump = (request.flags & NLM_F_DUMP) === NLM_F_DUMP;
    if (isDump && messages !== undefined) return this.#deps.netlink.dumpStart(request, receiver, dumpOf(messages, result, said, dumpFlags));
    putExtendedAck(extack, said, request.offset);
    for (const one of messages ?? []) {
      const sent = this.#send(request, receiver, one);
      if (sent < 0) return sent;
    }
    return result;
  }

  /** Tells listeners, and gives what there were none for. */
  #notify(namespace: Net, notifications: readonly ServerNotification[]): readonly ServerNotification[] {
    const unheard: ServerNotification[] = [];
    const { netlink, skbs } = this.#deps;
    for (const notification of notifications) {
      const { protocol, groups, bytes, copies = 0 } = notification;
      const sender = netlink.kernelSocket(namespace, protocol);
      if (sender === undefined) continue;
      const group = groups.find((candidate) => netlink.listeners(sender, candidate) > 0);
      if (group === undefined) {
        unheard.push(notification);
        continue;
      }
      const times = Math.max(Math.ceil(copies / netlink.listeners(sender, group)), 1);
      for (let i = 0; i < times; i++) {
        const skb = skbs.alloc(bytes.length);
        if (skb === null) {
          // As the kernel does of its own: it is lost, and those who listen know.
          netlink.setError(sender, group, -errno.ENOBUFS);
          break;
        }
        skb.head?.bytes.set(bytes, skb_put(skb, bytes.length));
        netlink.broadcast(sender, skb, group, 0);
      }
    }
    return unheard;
  }

  #send(request: NetlinkRequest, receiver: KernelSocket, message: Uint8Array): number {
    const { skbs, netlink } = this.#deps;
    const skb = skbs.alloc(message.length);
    const head = skb?.head ?? null;
    if (skb === null || head === null) return -errno.ENOBUFS;
    const at = skb_put(skb, message.length);
    head.bytes.set(message, at);
    address(head.view, at, message.length, request.seq, request.portid);
    return netlink.unicast(receiver, skb, request.portid);
  }
}

/** A dump of messages that are there already. */
function dumpOf(messages: readonly Uint8Array[], result: number, said: ExtendedAck, flags: number): DumpControl {
  const longest = messages.reduce((most, { length }) => Math.max(most, length), 0);
  let next = 0;
  return {
    minDumpAlloc: longest,
    dump: (chunk: MessageWriter, callback) => {
      const { seq, portid } = callback;
      for (let message; (message = messages[next]) !== undefined; next++) if (!put(chunk, message, seq, portid)) return -errno.EMSGSIZE;
      callback.answerFlags = flags;
      putExtendedAck(callback.extack, said, 0);
      // A number that is no error would say that there is more.
      return Math.min(result, 0);
    },
  };
}

function put(chunk: MessageWriter, message: Uint8Array, seq: number, portid: number): boolean {
  if (message.length < NLMSG_HDRLEN) return true;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const mark = chunk.mark();
  chunk.begin(nlmsghdr.nlmsg_type(view, 0), nlmsghdr.nlmsg_flags(view, 0) | NLM_F_MULTI, seq, portid);
  chunk.append(message.subarray(NLMSG_HDRLEN));
  if (chunk.end() !== -1) return true;
  chunk.cancel(mark);
  return false;
}

function address(view: DataView, at: number, length: number, seq: number, portid: number): void {
  if (length < NLMSG_HDRLEN) return;
  nlmsghdr.set_nlmsg_seq(view, at, seq);
  nlmsghdr.set_nlmsg_pid(view, at, portid);
}

function namespaceOf({ namespace }: { readonly namespace: Net }): number {
  return namespace.inum;
}
