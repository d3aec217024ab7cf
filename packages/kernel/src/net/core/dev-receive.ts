import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, IFF_UP, PACKET_HOST, PACKET_OTHERHOST } from '@netdevkit/bindings';
import { NET_RX_DROP, NET_RX_SUCCESS, type net_device, type sk_buff, type skb_drop_reason } from '@netdevkit/bindings/raw';
import { ethTypeTrans } from '../ethernet/eth.ts';
import { CORE_RX_DROPPED, CORE_RX_OTHERHOST_DROPPED, countCore } from './dev-stats.ts';
import type { Transmit } from './dev-xmit.ts';
import { isRunning } from './link-watch.ts';
import type { SkBuffs } from './skbuff.ts';
import type { SoftIrq } from './softirq.ts';

/** How many packets the backlog holds: net.core.netdev_max_backlog. */
const MAX_BACKLOG = 1000;
const VLAN_HLEN = 4;

/**
 * Takes packets of one protocol that came in. `data` stands at the network header, behind the hardware's.
 *
 * @returns `NET_RX_*`
 */
export type ProtocolInput = (skb: sk_buff) => number;

/**
 * The way of a packet from a driver into the stack: net/core/dev.c.
 */
export class Receive {
  readonly #skbs: SkBuffs;
  readonly #xmit: Transmit;
  readonly #softirq: SoftIrq;
  readonly #protocols = new Map<number, ProtocolInput>();
  /** `input_pkt_queue`: what waits to be taken in, oldest first. */
  #first: sk_buff | null = null;
  #last: sk_buff | null = null;
  #length = 0;
  #raised = false;
  readonly #work = (): void => {
    this.#processBacklog();
  };

  constructor(skbs: SkBuffs, xmit: Transmit, softirq: SoftIrq) {
    this.#skbs = skbs;
    this.#xmit = xmit;
    this.#softirq = softirq;
  }

  /**
   * `dev_add_pack` for one protocol. There is one taker for each; the last one stays.
   *
   * @param protocol - the Ethertype, host order
   */
  setProtocol(protocol: number, input: ProtocolInput): void {
    this.#protocols.set(protocol, input);
  }

  /** `netif_rx`: through the backlog, which is emptied when what the core is doing is done. Settles the skb. */
  netifRx(skb: sk_buff): number {
    const dev = skb.dev;
    if (dev === null || !isRunning(dev)) return this.#refuse(skb, dev, 'DEV_READY');
    if (this.#length >= MAX_BACKLOG) return this.#refuse(skb, dev, 'CPU_BACKLOG');
    skb.next = null;
    if (this.#last === null) this.#first = skb;
    else this.#last.next = skb;
    this.#last = skb;
    this.#length++;
    if (!this.#raised) {
      this.#raised = true;
      this.#softirq.raise(this.#work);
    }
    return NET_RX_SUCCESS;
  }

  /**
   * `netif_receive_skb`: packet sockets see the packet, then the device's handler or its protocol takes it. Settles the skb.
   *
   * From net/core/dev.c:__netif_receive_skb_core.
   */
  receive(skb: sk_buff): number {
    const dev = skb.dev;
    if (dev === null) return this.#refuse(skb, dev, 'NOT_SPECIFIED');
    skb.network_header = skb.transport_header = skb.data;
    const seen = this.#xmit.showReceived(skb, dev);
    if (dev.rx_handler !== null) {
      dev.rx_handler(skb);
      return NET_RX_SUCCESS;
    }
    const input = this.#protocols.get(skb.protocol);
    if (input !== undefined) return input(skb);
    if (seen) {
      this.#skbs.consume(skb);
      return NET_RX_SUCCESS;
    }
    if (isInet(skb.protocol)) return this.#unheard(skb, dev);
    return this.#refuse(skb, dev, 'UNHANDLED_PROTO');
  }

  /**
   * `dev_forward_skb`: what one device transmits comes in at another. Settles the skb, whose data is to start with an
   * Ethernet header.
   */
  forward(dev: net_device, skb: sk_buff): number {
    const from = skb.dev;
    // From include/linux/netdevice.h:__is_skb_forwardable.
    if ((dev.flags & IFF_UP) === 0 || skb.len > dev.mtu + dev.hard_header_len + VLAN_HLEN) {
      return this.#refuse(skb, dev, 'NOT_SPECIFIED');
    }
    // From net/core/skbuff.c:skb_scrub_packet. Between namespaces nothing goes along that only the first one knows.
    skb.tstamp_sec = skb.tstamp_nsec = 0;
    skb.pkt_type = PACKET_HOST;
    skb.priority = 0;
    if (from?.nd_net !== dev.nd_net) skb.mark = 0;
    skb.protocol = ethTypeTrans(skb, dev);
    return this.netifRx(skb);
  }

  /** Drops what a device, which goes or moves, still has in the backlog: `flush_all_backlogs`. */
  flush(dev: net_device): void {
    let kept: sk_buff | null = this.#first;
    this.#first = this.#last = null;
    this.#length = 0;
    while (kept !== null) {
      const skb: sk_buff = kept;
      kept = skb.next;
      skb.next = null;
      if (skb.dev === dev) {
        this.#skbs.drop(skb, 'DEV_READY');
        continue;
      }
      if (this.#last === null) this.#first = skb;
      else this.#last.next = skb;
      this.#last = skb;
      this.#length++;
    }
  }

  /** `process_backlog`: what comes meanwhile waits for the next round. */
  #processBacklog(): void {
    this.#raised = false;
    let skb = this.#first;
    this.#first = this.#last = null;
    this.#length = 0;
    while (skb !== null) {
      const next: sk_buff | null = skb.next;
      skb.next = null;
      this.receive(skb);
      skb = next;
    }
  }

  /**
   * What Linux hands to IPv4, IPv6 and ARP, whose input is not here: the device delivered it, so it does not count as
   * dropped there, but for what was meant for another host.
   */
  #unheard(skb: sk_buff, dev: net_device): number {
    const other = skb.pkt_type === PACKET_OTHERHOST;
    if (other && skb.protocol !== ETH_P_ARP) countCore(dev, CORE_RX_OTHERHOST_DROPPED);
    this.#skbs.drop(skb, other ? 'OTHERHOST' : 'NO_SOCKET');
    return NET_RX_DROP;
  }

  #refuse(skb: sk_buff, dev: net_device | null, reason: skb_drop_reason): number {
    if (dev !== null) countCore(dev, CORE_RX_DROPPED);
    this.#skbs.drop(skb, reason);
    return NET_RX_DROP;
  }
}

function isInet(protocol: number): boolean {
  return protocol === ETH_P_IP || protocol === ETH_P_IPV6 || protocol === ETH_P_ARP;
}
