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
  /** Which transmit queue a packet goes to; what is out of range goes to the first. */
  readonly ndo_select_queue: ((dev: net_device, skb: sk_buff) => number) | null;
  /** The index of the device at the other end or below; 0 for none. */
  readonly ndo_get_iflink: ((dev: net_device) => number) | null;
  /** Takes features away that do not go with the others. */
  readonly ndo_fix_features: ((dev: net_device, features: bigint) => bigint) | null;
  readonly ndo_set_features: ((dev: net_device, features: bigint) => number) | null;
  /** A stopped transmit queue has not moved for `watchdog_timeo`. */
  readonly ndo_tx_timeout: ((dev: net_device, txqueue: number) => void) | null;
}

/**
 * What a transmit queue's packets wait in: the part of `struct Qdisc` (include/net/sch_generic.h) that the transmit path
 * calls.
 */
export interface qdisc {
  /** Takes a packet, or drops it. @returns `NET_XMIT_*` */
  enqueue(skb: sk_buff): number;
}

/**
 * `struct netdev_queue`: a transmit queue.
 */
export class netdev_queue {
  readonly dev: net_device;
  /** Its number among the device's. */
  readonly index: number;
  /** Whether the driver has stopped it: `__QUEUE_STATE_DRV_XOFF`. */
  stopped = false;
  /** What its packets wait in; `null` for noqueue and noop. */
  qdisc: qdisc | null = null;
  /** How deep the transmit path stands inside the queue's own transmit lock, when the driver is not lockless. */
  xmit_lock_depth = 0;

  constructor(dev: net_device, index: number) {
    this.dev = dev;
    this.index = index;
  }
}

/**
 * `struct napi_struct`: a receive context that the core polls. Disabled when new.
 */
export class napi_struct {
  readonly dev: net_device;
  /** Takes in packets, `budget` at most, and gives how many; fewer mean that it is done: `napi_complete_done` is implied. */
  readonly poll: (napi: napi_struct, budget: number) => number;
  /** The greatest budget. */
  readonly weight: number;
  /** Between `napi_enable` and `napi_disable`. */
  enabled = false;
  /** Waits to be polled, or is being polled: `NAPI_STATE_SCHED`. */
  scheduled = false;
  /** Was scheduled again meanwhile: `NAPI_STATE_MISSED`. */
  missed = false;

  constructor(dev: net_device, poll: (napi: napi_struct, budget: number) => number, weight: number) {
    this.dev = dev;
    this.poll = poll;
    this.weight = weight;
  }
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
  min_header_len = 0;
  /** Octets of headroom and tailroom that a packet for the device should have beside its header. */
  needed_headroom = 0;
  needed_tailroom = 0;
  addr_len = 0;
  addr_assign_type = 0;
  readonly dev_addr: Uint8Array = new Uint8Array(32);
  readonly broadcast: Uint8Array = new Uint8Array(32);
  readonly perm_addr: Uint8Array = new Uint8Array(32);
  tx_queue_len = 0;
  readonly num_tx_queues: number;
  readonly num_rx_queues: number;
  /** How many of the transmit queues are in use. */
  real_num_tx_queues: number;
  real_num_rx_queues: number;
  /** The transmit queues, `num_tx_queues` of them. */
  readonly _tx: readonly netdev_queue[];
  /** The first of them, which for most devices is all. */
  readonly tx0: netdev_queue;
  /** How long a stopped queue may stand before `ndo_tx_timeout`, in milliseconds; 0 for the default of 5 s. */
  watchdog_timeo = 0;
  group = 0;
  promiscuity = 0;
  allmulti = 0;
  operstate = 0;
  link_mode = 0;
  proto_down = false;
  /** Who gave it its name: `NET_NAME_*`. */
  name_assign_type = 1;
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
  /** Who sees this device's packets, newest first. */
  readonly ptype_all: packet_type[] = [];
  /** Takes what comes in, in place of the stack, and settles it. */
  rx_handler: ((skb: sk_buff) => void) | null = null;
  /** `netdev_priv`: the driver's own record. */
  priv: object | null = null;

  constructor(owner: kernel, namespace: net, name: string, txqs: number = 1, rxqs: number = 1) {
    this.kernel = owner;
    this.nd_net = namespace;
    this.name = name;
    this.tx0 = new netdev_queue(this, 0);
    const tx = [this.tx0];
    for (let i = 1; i < txqs; i++) tx.push(new netdev_queue(this, i));
    this._tx = tx;
    this.num_tx_queues = this.real_num_tx_queues = txqs;
    this.num_rx_queues = this.real_num_rx_queues = rxqs;
  }
}
