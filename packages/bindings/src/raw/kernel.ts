import type { skb_drop_reason } from './constants.ts';
import type { module } from './module.ts';
import type { link_stats64, napi_struct, net, net_device, netdev_queue, packet_type } from './netdevice.ts';
import type { netlink_ext_ack, nlattr_table } from './nlattr.ts';
import type { netlink_tap } from './netlink-tap.ts';
import type { rtnl_link_ops } from './rtnetlink.ts';
import type { sk_buff } from './skbuff.ts';

/** Severity of a log line, `KERN_*`. */
export type log_level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * The functions that a kernel gives to modules. `packages/kernel` implements it in-process; a host adapter may too.
 *
 * Every record carries its kernel, so that there is no global one. Results are a value, or a negative errno.
 * These are the raw functions of the lint rules: call them in `*.unsafe.ts` alone, under a SAFETY comment, and never
 * use them as values.
 *
 * # Safety
 *
 * For all: a record handed in belongs to this kernel and is alive (allocated, not freed); an skb that a function
 * consumes is not touched again. Functions that change devices are called in the context that C asks for (RTNL, which
 * callbacks of link operations and of open, stop and the notifiers hold).
 */
export interface kernel {
  // include/linux/skbuff.h

  /** A new skb with `size` octets of room, all tailroom; `null` when memory is short. */
  alloc_skb(size: number): sk_buff | null;
  /** A second skb on the same data; socket and destructor are not copied. */
  skb_clone(skb: sk_buff): sk_buff | null;
  /** A second skb with its own data and the same headroom. */
  skb_copy(skb: sk_buff): sk_buff | null;
  /** Makes the data private to the skb; -ENOMEM. */
  skb_unclone(skb: sk_buff): number;
  /** Makes the data private to the skb, with so many octets more of headroom and tailroom; -ENOMEM. */
  pskb_expand_head(skb: sk_buff, nhead: number, ntail: number): number;
  /** Moves an empty skb's data forward by `len` octets. */
  skb_reserve(skb: sk_buff, len: number): void;
  /** Extends the data at its tail. @returns the offset of the new octets in `head.bytes`. */
  skb_put(skb: sk_buff, len: number): number;
  /** Extends the data at its head. @returns the new `data` offset. */
  skb_push(skb: sk_buff, len: number): number;
  /** Takes octets off the head. @returns the new `data` offset, or -1 when there are fewer. */
  skb_pull(skb: sk_buff, len: number): number;
  /** Cuts the data to `len` octets; longer data is not made longer. */
  skb_trim(skb: sk_buff, len: number): void;
  /** Ends a reference normally: the packet reached its goal. `dev_kfree_skb` is its other name. */
  consume_skb(skb: sk_buff): void;
  /** Ends a reference as a drop, counted under its reason. */
  kfree_skb_reason(skb: sk_buff, reason: skb_drop_reason): void;
  /** Stamps a packet that is about to leave, for the socket that asked. */
  skb_tx_timestamp(skb: sk_buff): void;

  // include/linux/netdevice.h

  /**
   * A new, unregistered device; `setup` fills it. -EINVAL for a name that is too long or for no queues, -ENOMEM, and what
   * `setup` gives.
   */
  alloc_netdev_mqs(
    namespace: net,
    name: string,
    setup: (dev: net_device) => number,
    txqs: number,
    rxqs: number,
  ): net_device | number;
  /** Frees a device that is unregistered or never was registered. */
  free_netdev(dev: net_device): void;
  /** Under RTNL. */
  register_netdevice(dev: net_device): number;
  /** Under RTNL: the device goes when RTNL is released. */
  unregister_netdevice_queue(dev: net_device): void;
  /** `register_netdevice` with RTNL taken around it. */
  register_netdev(dev: net_device): number;
  /** `unregister_netdevice_queue` with RTNL taken around it: the device is gone when this returns. */
  unregister_netdev(dev: net_device): void;
  /** Hands a packet to its `dev` for transmission. Consumes it whatever the result. */
  dev_queue_xmit(skb: sk_buff): number;
  /** Adds a receiver of every packet (`ETH_P_ALL`) of a device, or of all. */
  dev_add_pack(handler: packet_type): void;
  /** Takes it away. */
  dev_remove_pack(handler: packet_type): void;
  /** Fills `storage`, of 25 counters, with all that is counted for a device: the driver's numbers and `core_stats`. */
  dev_get_stats(dev: net_device, storage: link_stats64): void;
  /** Counts a packet of `len` octets in this CPU's lstats; for a device with `NETDEV_PCPU_STAT.LSTATS`. */
  dev_lstats_add(dev: net_device, len: number): void;
  /** Sums lstats: packets, bytes. */
  dev_lstats_read(dev: net_device, sums: BigUint64Array): void;
  /** Counts a received packet of `len` octets in this CPU's tstats; for a device with `NETDEV_PCPU_STAT.TSTATS`. */
  dev_sw_netstats_rx_add(dev: net_device, len: number): void;
  /** Counts transmitted packets, of `len` octets together, in this CPU's tstats; for a device with `NETDEV_PCPU_STAT.TSTATS`. */
  dev_sw_netstats_tx_add(dev: net_device, packets: number, len: number): void;
  /** Sums tstats: rx packets, rx bytes, tx packets, tx bytes. */
  dev_fetch_sw_netstats(dev: net_device, sums: BigUint64Array): void;
  /** Counts a received packet of `len` octets in this CPU's dstats; for a device with `NETDEV_PCPU_STAT.DSTATS`. */
  dev_dstats_rx_add(dev: net_device, len: number): void;
  /** Counts a packet that was dropped on its way in, in this CPU's dstats; for a device with `NETDEV_PCPU_STAT.DSTATS`. */
  dev_dstats_rx_dropped(dev: net_device): void;
  /** Counts a transmitted packet of `len` octets in this CPU's dstats; for a device with `NETDEV_PCPU_STAT.DSTATS`. */
  dev_dstats_tx_add(dev: net_device, len: number): void;
  /** Counts a packet that was dropped on its way out, in this CPU's dstats; for a device with `NETDEV_PCPU_STAT.DSTATS`. */
  dev_dstats_tx_dropped(dev: net_device): void;
  /** Sums dstats: rx packets, rx bytes, rx drops, tx packets, tx bytes, tx drops. */
  dev_fetch_dstats(dev: net_device, sums: BigUint64Array): void;
  /** Counts a packet that the device received and nobody could take. */
  dev_core_stats_rx_dropped_inc(dev: net_device): void;
  /** The link is there. Once registered, the change is counted, and told when the kernel is left; no change, nothing told. */
  netif_carrier_on(dev: net_device): void;
  /** The link is gone; counted and told as {@link netif_carrier_on} is. A device has a carrier until this says otherwise. */
  netif_carrier_off(dev: net_device): void;
  /** Lets the core hand packets to a queue; what waits meanwhile is not sent for it: see {@link netif_tx_wake_queue}. */
  netif_tx_start_queue(txq: netdev_queue): void;
  /** Has the core hand the queue no more packets: they wait in its discipline, or are dropped where it has none. */
  netif_tx_stop_queue(txq: netdev_queue): void;
  /** Starts it, and has the core send what waits: at once, or when the transmission is over that is going on. */
  netif_tx_wake_queue(txq: netdev_queue): void;
  /** Under RTNL once registered. How many transmit queues are in use; -EINVAL. */
  netif_set_real_num_tx_queues(dev: net_device, count: number): number;
  /** How many receive queues are in use, from 1 to `num_rx_queues`; -EINVAL. Under RTNL once registered. */
  netif_set_real_num_rx_queues(dev: net_device, count: number): number;
  /** Recomputes the features from what users want; tells of a change. Under RTNL. */
  netdev_update_features(dev: net_device): void;
  /**
   * Hands a packet that came in to the stack, through the backlog. Consumes it. Its `dev`, `protocol` and `pkt_type` are
   * set, its data stands behind the hardware header. @returns `NET_RX_*`
   */
  netif_rx(skb: sk_buff): number;
  /** The same without the backlog: for polls. Consumes it. @returns `NET_RX_*` */
  netif_receive_skb(skb: sk_buff): number;
  /** Lets a packet that was transmitted come in at another device, as if it had just arrived. Consumes it. @returns `NET_RX_*` */
  dev_forward_skb(dev: net_device, skb: sk_buff): number;
  /** Adds a receive context, disabled. */
  netif_napi_add(dev: net_device, poll: (napi: napi_struct, budget: number) => number, weight: number): napi_struct;
  /** Lets a receive context be scheduled: new ones are disabled. */
  napi_enable(napi: napi_struct): void;
  /** Nothing is polled afterwards. */
  napi_disable(napi: napi_struct): void;
  /** Has the core poll: at once, or when the transmission or poll is over that is going on. */
  napi_schedule(napi: napi_struct): void;
  /** Sets the address of a device, with its checks and notifications gone before. */
  dev_addr_set(dev: net_device, address: Uint8Array): void;

  // include/net/rtnetlink.h

  // include/linux/etherdevice.h

  /** Sets a fresh device up as Ethernet. */
  ether_setup(dev: net_device): void;
  /** Gives a device a random address of its own, and says so. */
  eth_hw_addr_random(dev: net_device): void;
  /**
   * Takes the Ethernet header off a packet that came in at a device: sets `dev`, `mac_header` and `pkt_type`. The packet
   * has such a header. @returns the protocol, host order
   */
  eth_type_trans(skb: sk_buff, dev: net_device): number;

  // include/net/rtnetlink.h

  /** Makes a kind known, so that links of it can be made; -EEXIST when it is, -EINVAL for a `maxtype` above 50. */
  rtnl_link_register(ops: rtnl_link_ops): number;
  /** Deletes every device of the kind, then forgets the kind. */
  rtnl_link_unregister(ops: rtnl_link_ops): void;
  /**
   * The attributes behind an ifinfomsg that stands inside another message. Its octets are `bytes`; the table is good until
   * the request has been handled. @returns the table, or a negative errno
   */
  rtnl_nla_parse_ifinfomsg(bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack): nlattr_table | number;
  /** The namespace that link attributes name, else `src_net`; a negative errno when there is none. */
  rtnl_link_get_net(src_net: net, tb: nlattr_table): net | number;
  /** Under RTNL: a device of a kind as link attributes describe it, set up and not registered; a negative errno. */
  rtnl_create_link(
    namespace: net,
    name: string,
    ops: rtnl_link_ops,
    tb: nlattr_table,
    extack: netlink_ext_ack,
  ): net_device | number;
  /** Under RTNL: gives a new, registered link the flags of an ifinfomsg, if there is one, and tells of it. */
  rtnl_configure_link(dev: net_device, flags: number, change: number): number;

  // include/linux/netlink.h

  /** -EINVAL for a device of another type than ARPHRD_NETLINK, -EBUSY for a tap that is added already. */
  netlink_add_tap(tap: netlink_tap): number;
  /** -ENODEV for a tap that is not added. */
  netlink_remove_tap(tap: netlink_tap): number;

  // include/linux/module.h, include/linux/printk.h

  /** Pins a module; `false` when it is going. */
  try_module_get(mod: module): boolean;
  /** Gives back what `try_module_get` pinned. */
  module_put(mod: module): void;
  /** The namespace that is there from the start. */
  readonly init_net: net;
  /** How many CPUs there may be. */
  num_possible_cpus(): number;
  /** Fills octets with random ones. */
  get_random_bytes(bytes: Uint8Array): void;
  /** Takes RTNL, again where the caller holds it: each taking wants its {@link rtnl_unlock}. */
  rtnl_lock(): void;
  /** Gives RTNL back; with the last, what was put off until then is done, such as freeing the devices that were unregistered. */
  rtnl_unlock(): void;
  /** Writes a line into the kernel's log. */
  printk(level: log_level, text: string): void;
}
