import { AF_PACKET, ARPHRD_ETHER, ARPHRD_LOOPBACK, ETH_HLEN, ETH_P_ALL, PACKET_LOOPBACK, SOCK_DGRAM } from '@netdevkit/bindings';
import type { net_device, packet_type, sk_buff } from '@netdevkit/bindings/raw';
import type { FilterContext } from '../core/filter-load.ts';
import type { Net } from '../core/net-namespace.ts';
import { Sock, type Credentials } from '../core/sock.ts';
import { skb_pull, type SkBuffs } from '../core/skbuff.ts';
import type { Membership } from './packet-membership.ts';

/** What {@link PacketSock} stands on. */
export interface PacketSockDeps {
  readonly skbs: SkBuffs;
  readonly filters: FilterContext;
}

/**
 * `struct packet_sock` (net/packet/internal.h): a packet socket, which is also what devices hand its packets to.
 */
export class PacketSock extends Sock implements packet_type {
  /** The protocol that it is bound to: 0 for none yet, ETH_P_ALL for all. */
  num = 0;
  /** What was asked for at binding: 0 for any device, -1 once it has gone. */
  ifindex = 0;
  /** Whether packets reach it. */
  running = false;
  /** The device that it is bound to, `null` for all. */
  dev: net_device | null = null;
  /** Whether the device list passes it by when packets go out. */
  ignore_outgoing = false;
  /** PACKET_IGNORE_OUTGOING. */
  ignoreOutgoing = false;
  /** PACKET_TIMESTAMP: which of a packet's times is meant. Packets have only one. */
  timestampSource = 0;
  /** PACKET_QDISC_BYPASS, which is kept only. */
  bypassesQdisc = false;
  auxdata = false;
  origdev = false;
  packets = 0;
  tpDrops = 0;
  readonly memberships: Membership[] = [];
  readonly #skbs: SkBuffs;
  readonly #filters: FilterContext;

  constructor(namespace: Net, type: number, protocol: number, credentials: Credentials, deps: PacketSockDeps) {
    super(namespace, AF_PACKET, type, protocol, credentials);
    this.#skbs = deps.skbs;
    this.#filters = deps.filters;
  }

  /** Its own packets do not come back to it. */
  get sk(): object {
    return this;
  }

  /** Takes the protocol and the device that {@link func} looks at. */
  hook(protocol: number, dev: net_device | null, ifindex: number): void {
    this.num = protocol;
    this.dev = dev;
    this.ifindex = ifindex;
    this.updateOutgoing();
  }

  /** Linux lists sockets of one protocol apart, where packets that go out are not looked for. */
  updateOutgoing(): void {
    this.ignore_outgoing = this.ignoreOutgoing || this.num !== ETH_P_ALL;
  }

  /** `packet_rcv`: a device hands over a clone. */
  func(skb: sk_buff): void {
    const { dev } = skb;
    if (dev === null || skb.pkt_type === PACKET_LOOPBACK || dev.nd_net !== this.namespace || !this.#covers(skb)) {
      this.#skbs.consume(skb);
      return;
    }
    if (dev.hard_header_len > 0) showHeader(skb, this.type);
    const { len } = skb;
    if (!this.admits(skb, this.#filters)) {
      this.#skbs.consume(skb);
      return;
    }
    if (this.rmem >= this.rcvbuf) {
      this.tpDrops++;
      this.drops++;
      this.#skbs.drop(skb, 'PACKET_SOCK_ERROR');
      return;
    }
    // As in C, what netlink kept in the control block makes way for the packet's address: PACKET_SKB_CB.
    skb.cb_portid = dev.ifindex;
    skb.cb_dst_group = dev.type;
    skb.cb_nsid = len;
    this.own(skb);
    skb.dev = null;
    this.packets++;
    this.queue(skb);
  }

  #covers(skb: sk_buff): boolean {
    return this.num === ETH_P_ALL || skb.protocol === this.num;
  }
}

/** Whether the device has headers of Ethernet's form, with a sender's address in them. */
export function hasEthernetHeader(hatype: number): boolean {
  return hatype === ARPHRD_ETHER || hatype === ARPHRD_LOOPBACK;
}

/** `eth_header_parse`: the sender's address of a queued packet. */
export function senderAddress(skb: sk_buff): Uint8Array {
  const at = skb.mac_header;
  if (skb.head === null || !hasEthernetHeader(skb.cb_dst_group) || skb.tail - at < ETH_HLEN) return new Uint8Array(0);
  return skb.head.bytes.slice(at + 6, at + 12);
}

/**
 * Raw sockets see the link layer's header, others do not. From net/packet/af_packet.c:packet_rcv; but there only what
 * goes out still has its header, while here what comes in may have it too.
 */
function showHeader(skb: sk_buff, type: number): void {
  if (type === SOCK_DGRAM) {
    skb_pull(skb, Math.max(skb.network_header - skb.data, 0));
    return;
  }
  const hidden = skb.data - skb.mac_header;
  skb.data -= hidden;
  skb.len += hidden;
}
