import type { netdev_reg_state, netdev_stat_type } from './constants.ts';
import type { ethtool_ops } from './ethtool.ts';
import type { kernel } from './kernel.ts';
import type { rtnl_link_ops } from './rtnetlink.ts';
import type { sk_buff } from './skbuff.ts';

/**
 * `struct net`: a network namespace, as far as drivers may know it.
 */
export interface net {
  readonly kernel: kernel;
  /** The inode number that names it. */
  readonly inum: number;
}

/**
 * Receives `rtnl_link_stats64`: 25 counters in the order of the UAPI struct.
 */
export type link_stats64 = BigUint64Array;

/**
 * `struct net_device_ops`. Every slot is there, `null` when the driver has no such operation: one shape for all drivers
 * keeps the transmit path's call monomorphic. Results are 0 or a negative errno unless said otherwise.
 */
export interface net_device_ops {
  readonly ndo_init: ((dev: net_device) => number) | null;
  readonly ndo_uninit: ((dev: net_device) => void) | null;
  readonly ndo_open: ((dev: net_device) => number) | null;
  /** Its result is ignored: a device cannot refuse to stop. */
  readonly ndo_stop: ((dev: net_device) => number) | null;
  /** Takes the skb over; gives `NETDEV_TX_OK`, `NETDEV_TX_BUSY` (and the skb back) or a negative errno (the skb is settled). */
  readonly ndo_start_xmit: ((skb: sk_buff, dev: net_device) => number) | null;
  readonly ndo_set_rx_mode: ((dev: net_device) => void) | null;
  readonly ndo_set_mac_address: ((dev: net_device, address: Uint8Array) => number) | null;
  readonly ndo_validate_addr: ((dev: net_device) => number) | null;
  readonly ndo_change_mtu: ((dev: net_device, mtu: number) => number) | null;
  /** Fills zeroed counters. */
  readonly ndo_get_stats64: ((dev: net_device, stats: link_stats64) => void) | null;
  readonly ndo_change_carrier: ((dev: net_device, carrier: boolean) => number) | null;
  readonly ndo_change_proto_down: ((dev: net_device, protoDown: boolean) => number) | null;
}

/** A `packet_type` entry: who sees a device's packets. */
export interface packet_type {
  /** Called with a clone that is the receiver's to settle. */
  func(skb: sk_buff): void;
  /** The device, or `null` for all. */
  dev: net_device | null;
  /** Whether transmitted packets are left out. */
  ignore_outgoing: boolean;
  /** The socket behind the entry, so that its own packets do not come back. */
  readonly sk: object;
}

/**
 * `struct net_device`. Numbers are host order; `flags` are `IFF_*`, `priv_flags` the kernel-internal ones.
 */
export class net_device {
  readonly kernel: kernel;
  nd_net: net;
  name: string;
  altnames: string[] = [];
  ifalias = '';
  ifindex = 0;
  type = 0;
  flags = 0;
  gflags = 0;
  priv_flags = 0;
  lltx = false;
  netns_immutable = false;
  features = 0n;
  hw_features = 0n;
  wanted_features = 0n;
  mtu = 0;
  min_mtu = 0;
  max_mtu = 0;
  hard_header_len = 0;
  addr_len = 0;
  addr_assign_type = 0;
  readonly dev_addr: Uint8Array = new Uint8Array(32);
  readonly broadcast: Uint8Array = new Uint8Array(32);
  readonly perm_addr: Uint8Array = new Uint8Array(32);
  tx_queue_len = 0;
  num_tx_queues = 1;
  num_rx_queues = 1;
  group = 0;
  promiscuity = 0;
  allmulti = 0;
  operstate = 0;
  link_mode = 0;
  proto_down = false;
  gso_max_size = 65536;
  gso_max_segs = 65535;
  gro_max_size = 65536;
  gso_ipv4_max_size = 65536;
  gro_ipv4_max_size = 65536;
  tso_max_size = 65536;
  tso_max_segs = 65535;
  /** Bits of `LINK_STATE`. */
  state = 0;
  reg_state: netdev_reg_state = 0;
  carrier_up_count = 0;
  carrier_down_count = 0;
  /** Whether the transmit queue is stopped (`__QUEUE_STATE_DRV_XOFF`). */
  tx_stopped = false;
  /** The name of the queueing discipline that the device has, or had when it was last up. */
  qdisc = 'noop';
  /** Whether packets reach the discipline: from activation to deactivation. Otherwise they meet noop. */
  qdisc_active = false;
  /** References beyond the core's own. */
  refcnt = 0;
  needs_free_netdev = false;
  /** Run once when the device has gone, before it is freed. */
  priv_destructor: ((dev: net_device) => void) | null = null;
  pcpu_stat_type: netdev_stat_type = 0;
  /** The counters of `pcpu_stat_type`: a row of 8 for each CPU. `null` before registration and for NONE. */
  pcpu_stats: BigUint64Array | null = null;
  /** `core_stats`: rx_dropped, tx_dropped, rx_nohandler, rx_otherhost_dropped. */
  readonly core_stats: BigUint64Array = new BigUint64Array(4);
  /** `dev->stats`, for drivers without per-CPU counters. */
  readonly stats: link_stats64 = new BigUint64Array(25);
  netdev_ops: net_device_ops | null = null;
  ethtool_ops: ethtool_ops | null = null;
  rtnl_link_ops: rtnl_link_ops | null = null;
  /** Created through rtnetlink and not yet announced. */
  rtnl_link_initializing = false;
  master: net_device | null = null;
  /** The peer or lower device's index, 0 for its own (`ndo_get_iflink`). */
  iflink = 0;
  /** Who sees this device's packets, newest first. */
  readonly ptype_all: packet_type[] = [];
  /** `netdev_priv`: the driver's own record. */
  priv: object | null = null;
  /** How deep the transmit path stands inside this device's own transmit lock, when it is not lockless. */
  xmit_lock_depth = 0;

  constructor(owner: kernel, namespace: net, name: string) {
    this.kernel = owner;
    this.nd_net = namespace;
    this.name = name;
  }
}
