import { NLMSG_HDRLEN, NLM_F_DUMP, NLM_F_MULTI, nlmsghdr } from '@netdevkit/bindings';
import type { netlink_ext_ack, sk_buff } from '@netdevkit/bindings/raw';
import { errno, type ErrnoCode } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import type { KernelSocket } from './netlink-sock.ts';
import type { DumpControl, KernelSocketConfig, NetlinkRequest, RequestHandler, RequestSocket } from './netlink-types.ts';

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

/** What a {@link NetlinkServer} answers. */
export interface ServerAnswer {
  /**
   * Messages, each with its header: sequence number and port id are filled in. They are a dump when the request asks for one,
   * and else come before the acknowledgement.
   */
  readonly messages?: readonly Uint8Array[];
  /** What the request fails with. */
  readonly error?: ErrnoCode;
  /** The text of the extended acknowledgement. */
  readonly message?: string;
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
    receive(skb: sk_buff, sender: RequestSocket, receiver: KernelSocket, handler: RequestHandler): void;
    unicast(sender: KernelSocket, skb: sk_buff, portid: number): number;
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
  /** The kernel's sockets of protocols that only servers know. */
  readonly #sockets = new Map<number, KernelSocket[]>();

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
    if (!isKnown) this.#sockets.set(protocol, []);
    this.#servers[protocol] = [server, ...(this.#servers[protocol] ?? [])];
    for (const namespace of this.#deps.namespaces.all) {
      const error = this.enter(namespace);
      if (error !== 0) return error;
    }
    return 0;
  }

  /** A namespace is there: protocols that only servers know exist in it, too. 0 or -ENOMEM. */
  enter(namespace: Net): number {
    const { netlink } = this.#deps;
    for (const [protocol, sockets] of this.#sockets) {
      const socketOf = (): KernelSocket | undefined => sockets.find((candidate) => candidate.namespace === namespace);
      if (socketOf() !== undefined) continue;
      const input = (skb: sk_buff, sender: RequestSocket): void => {
        const receiver = socketOf();
        if (receiver !== undefined) netlink.receive(skb, sender, receiver, () => -errno.EOPNOTSUPP);
      };
      const socket = netlink.createKernelSocket(namespace, protocol, { groups: 32, nonrootRecv: true, nonrootSend: false, input });
      if (typeof socket === 'number') return socket;
      sockets.push(socket);
    }
    return 0;
  }

  /** A namespace goes, and its sockets with it. */
  exit(namespace: Net): void {
    for (const sockets of this.#sockets.values()) {
      const at = sockets.findIndex((socket) => socket.namespace === namespace);
      if (at !== -1) sockets.splice(at, 1);
    }
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

  #answer(request: NetlinkRequest, extack: netlink_ext_ack, receiver: KernelSocket, { messages = [], error, message }: ServerAnswer): number {
    const result = error === undefined ? 0 : -errno[error];
    if (message !== undefined) extack._msg = message;
    const isDump = (request.flags & NLM_F_DUMP) === NLM_F_DUMP;
    if (isDump && (result === 0 || messages.length > 0)) return this.#deps.netlink.dumpStart(request, receiver, dumpOf(messages, result));
    for (const one of messages) {
      const sent = this.#send(request, receiver, one);
      if (sent < 0) return sent;
    }
    return result;
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
function dumpOf(messages: readonly Uint8Array[], result: number): DumpControl {
  const longest = messages.reduce((most, { length }) => Math.max(most, length), 0);
  let next = 0;
  return {
    minDumpAlloc: longest,
    dump: (chunk: MessageWriter, { seq, portid }) => {
      for (let message; (message = messages[next]) !== undefined; next++) if (!put(chunk, message, seq, portid)) return -errno.EMSGSIZE;
      return result;
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
