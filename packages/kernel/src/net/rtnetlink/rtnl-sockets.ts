import { NETLINK_ROUTE, RTNLGRP_IPV4_MROUTE_R, RTNLGRP_IPV6_MROUTE_R, RTNLGRP_MAX } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { MessageWriter } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import type { KernelSocketConfig } from '../netlink/netlink-sock.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { PernetSockets } from '../netlink/pernet-sockets.ts';

/** Whoever asked for what a message tells. */
export interface Asker {
  readonly portid: number;
  /** Whether the request bore NLM_F_ECHO: then the asker gets the message by itself, and is left out of the group. */
  readonly echo: boolean;
}

/**
 * The kernel's sockets of `NETLINK_ROUTE`, one for each namespace, and the way of messages out of them.
 */
export class RtnlSockets {
  readonly #netlink: Netlink;
  readonly #skbs: SkBuffs;
  readonly #sockets: PernetSockets;
  /** Writers that wait; a driver that is asked while a message is built may bring about another one. */
  readonly #writers: MessageWriter[] = [];
  /** Set once rtnetlink stands. */
  input: KernelSocketConfig['input'] | null = null;

  /**
   * Sockets are opened and closed with their namespaces, of which none may exist yet.
   */
  constructor(netlink: Netlink, skbs: SkBuffs, namespaces: Namespaces) {
    this.#netlink = netlink;
    this.#skbs = skbs;
    const config: KernelSocketConfig = {
      groups: RTNLGRP_MAX,
      nonrootRecv: true,
      nonrootSend: false,
      input: (skb, sender, receiver) => {
        this.input?.(skb, sender, receiver);
      },
      bind: (_namespace, group, { credentials }) => {
        const routing = group === RTNLGRP_IPV4_MROUTE_R || group === RTNLGRP_IPV6_MROUTE_R;
        return routing && !credentials.netAdmin ? -errno.EPERM : 0;
      },
    };
    // From net/core/rtnetlink.c:rtnetlink_net_init: whatever went wrong was memory.
    this.#sockets = new PernetSockets({ netlink, namespaces }, NETLINK_ROUTE, () => config, -errno.ENOMEM);
  }

  /** Whether a message to a group would reach anybody, in any namespace. */
  hasListeners(namespace: Net, group: number): boolean {
    const socket = this.#sockets.of(namespace);
    return socket !== undefined && this.#netlink.hasListeners(socket, group);
  }

  /**
   * Builds a datagram.
   *
   * @param size - octets that it needs at most
   * @param fill - writes it: 0, or a negative errno
   * @returns -ENOBUFS without memory, or what `fill` gave
   */
  build(size: number, fill: (writer: MessageWriter) => number): sk_buff | number {
    const skb = this.#skbs.alloc(size);
    if (skb === null) return -errno.ENOBUFS;
    const { head } = skb;
    if (head === null) return -errno.ENOBUFS;
    const writer = this.#writers.pop() ?? new MessageWriter(0);
    writer.reset(head.bytes, skb.data, skb.end);
    let error: number = -errno.EIO;
    try {
      error = fill(writer);
    } finally {
      if (error < 0) this.#skbs.drop(skb, 'NOT_SPECIFIED');
      else skb_put(skb, writer.length);
      writer.reset();
      this.#writers.push(writer);
    }
    return error < 0 ? error : skb;
  }

  /** `rtnl_unicast`: 0, or a negative errno. Consumes the skb. */
  unicast(namespace: Net, skb: sk_buff, portid: number): number {
    const socket = this.#sockets.of(namespace);
    if (socket === undefined) {
      this.#skbs.drop(skb, 'NO_SOCKET');
      return -errno.ECONNREFUSED;
    }
    const sent = this.#netlink.unicast(socket, skb, portid);
    return sent > 0 ? 0 : sent;
  }

  /** `rtnl_notify`. Consumes the skb. */
  notify(namespace: Net, skb: sk_buff, group: number, asker: Asker | null): void {
    const socket = this.#sockets.of(namespace);
    if (socket === undefined) {
      this.#skbs.drop(skb, 'NO_SOCKET');
      return;
    }
    this.#netlink.notify(socket, skb, asker?.portid ?? 0, group, asker?.echo ?? false);
  }

  /** `rtnl_set_sk_err`: a message could not be made, which the listeners of its group must know. */
  lost(namespace: Net, group: number, error: number): void {
    const socket = this.#sockets.of(namespace);
    if (socket !== undefined) this.#netlink.setError(socket, group, error);
  }
}
