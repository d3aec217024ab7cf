import { errno } from '@netdevkit/errno';
import type { sk_buff } from '@netdevkit/bindings/raw';
import type { Timers } from '../../timers.ts';
import type { Namespaces } from '../core/net-namespace.ts';
import { skb_orphan } from '../core/sock.ts';
import { skb_true_room, skb_truesize, type SkBuffs } from '../core/skbuff.ts';
import type { FilterContext } from '../core/filter-load.ts';
import type { NetlinkFaults } from './netlink-faults.ts';
import { HeldMessages } from './netlink-hold.ts';
import type { NetlinkSock } from './netlink-sock.ts';
import type { NetlinkTable } from './netlink-table.ts';
import type { Taps } from './netlink-tap.ts';

/** What {@link Delivery} stands on. */
export interface DeliveryDeps {
  readonly skbs: SkBuffs;
  readonly taps: Taps;
  readonly namespaces: Namespaces;
  readonly tables: readonly NetlinkTable[];
  readonly filters: FilterContext;
  readonly faults: NetlinkFaults;
  readonly timers: Timers;
}

/**
 * How messages get into sockets: unicast and broadcast of net/netlink/af_netlink.c.
 */
export class Delivery {
  readonly #skbs: SkBuffs;
  readonly #taps: Taps;
  readonly #namespaces: Namespaces;
  readonly #tables: readonly NetlinkTable[];
  readonly #filters: FilterContext;
  readonly #faults: NetlinkFaults;
  readonly #held: HeldMessages;

  constructor({ skbs, taps, namespaces, tables, filters, faults, timers }: DeliveryDeps) {
    this.#skbs = skbs;
    this.#taps = taps;
    this.#namespaces = namespaces;
    this.#tables = tables;
    this.#filters = filters;
    this.#faults = faults;
    this.#held = new HeldMessages(timers, skbs, (receiver, skb) => {
      this.#arrive(receiver, skb);
    });
  }

  /**
   * `netlink_unicast`: to the socket with this port id in the sender's namespace and family. Settles or queues the skb.
   *
   * @returns its length; -ECONNREFUSED when nobody has the port id, or is connected to somebody else; -EAGAIN when the
   * receiver has no room
   */
  unicast(sender: NetlinkSock, skb: sk_buff, portid: number): number {
    trim(skb);
    const receiver = this.#tables[sender.protocol]?.lookup(sender.namespace, portid);
    if (receiver === undefined || (receiver.connected && receiver.dstPortid !== sender.portid)) {
      this.#skbs.drop(skb, 'NO_SOCKET');
      return -errno.ECONNREFUSED;
    }
    if (receiver.config !== null) return this.#unicastKernel(receiver, skb, sender);
    skb.network_header = skb.mac_header = skb.data;
    const { len } = skb;
    if (!this.admits(receiver, skb)) {
      this.#skbs.drop(skb, 'SOCKET_FILTER');
      return len;
    }
    if (!this.#charge(receiver, skb)) {
      // A user that sends would wait, or is told to come again; only the kernel's messages get lost.
      if (sender.config !== null) this.overrun(receiver);
      this.#skbs.drop(skb, 'SOCKET_RCVBUFF');
      return -errno.EAGAIN;
    }
    return this.send(receiver, skb);
  }

  /**
   * `netlink_broadcast`: to everybody in the group but the sender and `excludePortid`. Consumes the skb.
   *
   * @returns 0; -ESRCH when nobody got it; -ENOBUFS when it was lost to a socket that wants senders to know
   */
  broadcast(sender: NetlinkSock, skb: sk_buff, excludePortid: number, group: number): number {
    const subscribers = this.#tables[sender.protocol]?.subscribers ?? [];
    trim(skb);
    let delivered = false;
    let failed = false;
    let refused = false;
    let twin: sk_buff | null = null;
    for (let i = 0; i < subscribers.length; i++) {
      const receiver = subscribers[i];
      if (receiver === undefined || !this.#wants(receiver, sender, excludePortid, group)) continue;
      if (failed) {
        this.overrun(receiver);
        continue;
      }
      twin ??= this.#share(skb);
      if (twin === null) {
        // From net/netlink/af_netlink.c:do_one_broadcast: nobody gets what not everybody can get.
        failed = true;
        refused ||= receiver.broadcastError;
        this.overrun(receiver);
        continue;
      }
      twin.network_header = twin.mac_header = twin.data;
      if (!this.admits(receiver, twin)) {
        this.#skbs.drop(twin, 'SOCKET_FILTER');
        twin = null;
        continue;
      }
      twin.cb_nsid = receiver.namespace === sender.namespace ? -1 : this.#namespaces.nsidOf(receiver.namespace, sender.namespace);
      if (this.#charge(receiver, twin)) {
        this.send(receiver, twin);
        twin = null;
        delivered = true;
      } else {
        this.overrun(receiver);
        refused ||= receiver.broadcastError;
      }
    }
    this.#skbs.consume(skb);
    if (twin !== null) {
      if (refused) this.#skbs.drop(twin, 'SOCKET_RCVBUFF');
      else this.#skbs.consume(twin);
    }
    if (refused) return -errno.ENOBUFS;
    return delivered ? 0 : -errno.ESRCH;
  }

  /**
   * `__netlink_sendskb`: shows a message that is charged to its receiver to the taps, and queues it.
   *
   * @returns its length
   */
  send(receiver: NetlinkSock, skb: sk_buff): number {
    const { len } = skb;
    if (!this.#faults.isArmed || !this.#strike(receiver, skb)) {
      if (this.#held.holds(receiver)) this.#held.follow(receiver, skb);
      else this.#arrive(receiver, skb);
    }
    return len;
  }

  /** A socket closes: nothing is on its way to it any more. */
  forget(receiver: NetlinkSock): void {
    this.#held.forget(receiver);
  }

  #arrive(receiver: NetlinkSock, skb: sk_buff): void {
    this.#taps.deliver(receiver.namespace, receiver.protocol, skb, false);
    // A tap's device may have brought about that the receiver is closed.
    if (receiver.closed) this.#skbs.drop(skb, 'SOCKET_CLOSE');
    else receiver.queue(skb);
  }

  /** A fault may lose a message, or put it off. Consumes the skb if it gives `true`. */
  #strike(receiver: NetlinkSock, skb: sk_buff): boolean {
    const { head, data, len } = skb;
    const verdict = head === null ? undefined : this.#faults.verdict(receiver.protocol, head.view, data, len);
    switch (verdict?.kind) {
      case undefined:
        return false;
      case 'overrun':
        this.#skbs.drop(skb, 'SOCKET_RCVBUFF');
        this.overrun(receiver);
        return true;
      case 'drop':
        this.#skbs.drop(skb, 'NOT_SPECIFIED');
        return true;
      case 'reorder':
        this.#held.reorder(receiver, skb);
        return true;
      case 'delay':
        this.#held.delay(receiver, skb, verdict.delay);
        return true;
    }
  }

  /** `sk_filter`: whether a receiver's filter lets a message in. Netlink has no link layer whose header it could look at. */
  admits(receiver: NetlinkSock, skb: sk_buff): boolean {
    if (receiver.filter === null) return true;
    const { mac_header } = skb;
    skb.mac_header = -1;
    const admitted = receiver.admits(skb, this.#filters);
    skb.mac_header = mac_header;
    return admitted;
  }

  /** `netlink_overrun`: a message is lost, which the reader is told before it reads on. */
  overrun(receiver: NetlinkSock): void {
    if (!receiver.noEnobufs && !receiver.congested) {
      receiver.congested = true;
      receiver.fail(errno.ENOBUFS);
    }
    receiver.drops++;
  }

  /** `netlink_unicast_kernel`. */
  #unicastKernel(receiver: NetlinkSock, skb: sk_buff, sender: NetlinkSock): number {
    const { len } = skb;
    receiver.own(skb);
    skb.cb_sk = sender;
    if (sender.config === null) this.#taps.deliver(receiver.namespace, receiver.protocol, skb, true);
    try {
      receiver.config?.input(skb, sender, receiver);
    } finally {
      this.#skbs.consume(skb);
    }
    return len;
  }

  /** Charges a message to its receiver, if that has room: its queue may be overfull only by the first message. */
  #charge(receiver: NetlinkSock, skb: sk_buff): boolean {
    if (receiver.congested || (receiver.rmem !== 0 && receiver.rmem + skb.truesize > receiver.rcvbuf)) return false;
    receiver.own(skb);
    return true;
  }

  /** Whether a broadcast is for this socket. From net/netlink/af_netlink.c:do_one_broadcast. */
  #wants(receiver: NetlinkSock, sender: NetlinkSock, excludePortid: number, group: number): boolean {
    if (receiver === sender || receiver.closed || receiver.portid === excludePortid || !receiver.isMember(group)) return false;
    if (receiver.namespace === sender.namespace) return true;
    return (
      receiver.listenAllNsid &&
      receiver.credentials.netBroadcast &&
      this.#namespaces.nsidOf(receiver.namespace, sender.namespace) !== -1
    );
  }

  /** Another reference where nobody else has one, else a clone: so one receiver needs no clone, and n of them n - 1. */
  #share(skb: sk_buff): sk_buff | null {
    if (skb.users > 1) return this.#skbs.clone(skb);
    skb.users++;
    skb_orphan(skb);
    return skb;
  }
}

/** `netlink_trim`: what an skb has of room to spare is not charged to its receiver. */
function trim(skb: sk_buff): void {
  const used = skb.tail - (skb.head?.start ?? 0);
  const spare = skb_true_room(skb) - used;
  if (spare * 2 >= skb.truesize) skb.truesize = skb_truesize(used);
}
