import { NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLM_F_ACK, NLM_F_REQUEST, nlmsghdr } from '@netdevkit/bindings';
import { netlink_ext_ack, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { align } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { Acknowledgements } from './netlink-ack.ts';
import type { NetlinkFaults } from './netlink-faults.ts';
import type { NetlinkServers } from './netlink-servers.ts';
import type { KernelSocket } from './netlink-sock.ts';
import type { NetlinkRequest, RequestHandler, RequestSocket } from './netlink-types.ts';

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** The record behind {@link NetlinkRequest}, which serves message after message. */
class Request implements NetlinkRequest {
  skb: sk_buff;
  socket: RequestSocket;
  namespace: Net;
  portid = 0;
  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  offset = 0;
  length = 0;
  type = 0;
  flags = 0;
  seq = 0;
  pid = 0;
  readonly extack: netlink_ext_ack = new netlink_ext_ack();

  constructor(skb: sk_buff, socket: RequestSocket, namespace: Net) {
    this.skb = skb;
    this.socket = socket;
    this.namespace = namespace;
  }
}

/**
 * Takes the datagrams that reach kernel sockets apart: `netlink_rcv_skb` of net/netlink/af_netlink.c.
 */
export class Requests {
  readonly #acks: Acknowledgements;
  readonly #faults: NetlinkFaults;
  readonly #servers: NetlinkServers;
  /** Records that wait; a handler that sends a request itself finds the next one. */
  readonly #free: Request[] = [];

  constructor(acks: Acknowledgements, faults: NetlinkFaults, servers: NetlinkServers) {
    this.#acks = acks;
    this.#faults = faults;
    this.#servers = servers;
  }

  /**
   * Hands each message of a datagram to its handler, and answers it. What is no whole message ends the datagram silently.
   *
   * @param skb - stays the caller's
   */
  receive(skb: sk_buff, sender: RequestSocket, receiver: KernelSocket, handler: RequestHandler): void {
    const { head } = skb;
    if (head === null) return;
    const request = this.#free.pop() ?? new Request(skb, sender, receiver.namespace);
    request.skb = skb;
    request.socket = sender;
    request.namespace = receiver.namespace;
    request.portid = skb.cb_portid;
    request.bytes = head.bytes;
    request.view = head.view;
    try {
      let at = skb.data;
      for (let rest = skb.len; rest >= NLMSG_HDRLEN; ) {
        const length = nlmsghdr.nlmsg_len(head.view, at);
        if (length < NLMSG_HDRLEN || length > rest) return;
        this.#handle(request, at, length, receiver, handler);
        this.#servers.settle(receiver.namespace);
        const total = align(length);
        at += total;
        rest -= total;
      }
    } finally {
      request.extack.reset();
      this.#free.push(request);
    }
  }

  #handle(request: Request, at: number, length: number, receiver: KernelSocket, handler: RequestHandler): void {
    const { view, extack } = request;
    request.offset = at;
    request.length = length;
    request.type = nlmsghdr.nlmsg_type(view, at);
    request.flags = nlmsghdr.nlmsg_flags(view, at);
    request.seq = nlmsghdr.nlmsg_seq(view, at);
    request.pid = nlmsghdr.nlmsg_pid(view, at);
    extack.reset();
    let error = 0;
    if ((request.flags & NLM_F_REQUEST) !== 0 && request.type >= NLMSG_MIN_TYPE) {
      error = this.#faults.isArmed ? this.#refused(request, receiver.protocol) : 0;
      if (error === 0) error = this.#servers.handle(request, extack, receiver, handler);
      // A dump was started, whose end is its acknowledgement.
      if (error === -errno.EINTR) return;
    }
    if (error !== 0 || (request.flags & NLM_F_ACK) !== 0) this.#acks.send(request, receiver, error, extack);
  }

  /** A fault refuses a request before its handler sees it. */
  #refused({ view, offset, length, extack }: Request, protocol: number): number {
    const refusal = this.#faults.refusal(protocol, view, offset, length);
    if (refusal?.message !== undefined) extack._msg = refusal.message;
    return refusal?.error ?? 0;
  }
}
