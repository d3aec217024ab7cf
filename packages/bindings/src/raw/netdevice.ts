import type { netdev_reg_state, netdev_stat_type } from './constants.ts';
import type { ethtool_ops } from './ethtool.ts';
import type { kernel } from './kernel.ts';
import type { rtnl_link_ops } from './rtnetlink.ts';
import type { sk_buff } from './skbuff.ts';

/**
 * `struct net` (include/net/net_namespace.h): a network namespace, as far as drivers may know it.
 */
export interface net {
  /** The kernel that the namespace is in: what raw functions are called on by who has a namespace and no device. */
  readonly kernel: kernel;
  /** The inode number that names it. */
  readonly inum: number;
}

/**
 * Receives `rtnl_link_stats64`: 25 counters in the order of the UAPI struct.
 */
export type link_stats64 = BigUint64Array;

/**
 * `struct net_device_ops` (include/linux/netdevice.h). Every slot is there, `null` when the driver has no such operation: one
 * shape for all drivers keeps the transmit path's call monomorphic. Results are 0 or a negative errno unless said otherwise.
 */
export interface net_device_ops {
  /** Registration has begun: the name is final, `ifindex` is not given yet. An error ends it; `null`: nothing to do. */
  readonly ndo_init: ((dev: net_device) => number) | null;
  /** Undoes {@link ndo_init}: at unregistration, after the device has gone down, and when registration fails behind `ndo_init`. */
  readonly ndo_uninit: ((dev: net_device) => void) | null;
  /** The device goes up, under RTNL; `IFF_UP` is set when it gives 0, and an error leaves the device down. */
  readonly ndo_open: ((dev: net_device) => number) | null;
  /** Its result is ignored: a device cannot refuse to stop. */
  readonly ndo_stop: ((dev: net_device) => number) | null;
  /** Takes the skb over; gives `NETDEV_TX_OK`, `NETDEV_TX_BUSY` (and the skb back) or a negative errno (the skb is settled). */
  readonly ndo_start_xmit: ((skb: sk_buff, dev: net_device) => number) | null;
  /** Promiscuity, all-multicast or the address lists of a device that is up have changed: sets the receive filter. */
  readonly ndo_set_rx_mode: ((dev: net_device) => void) | null;
  /** Takes a new hardware address of `addr_len` octets and stores it with `dev_addr_set`: the core does not. `null`: -EOPNOTSUPP. */
  readonly ndo_set_mac_address: ((dev: net_device, address: Uint8Array) => number) | null;
  /** Whether `dev_addr` lets the device go up: asked before {@link ndo_open}. `null`: any address does. */
  readonly ndo_validate_addr: ((dev: net_device) => number) | null;
  /**
   * Takes a new MTU in octets, within `min_mtu` and `max_mtu`, and stores it in `mtu`: the core does so only where this
   * is `null`.
   */
  readonly ndo_change_mtu: ((dev: net_device, mtu: number) => number) | null;
  /** Fills zeroed counters. */
  readonly ndo_get_stats64: ((dev: net_device, stats: link_stats64) => void) | null;
  /** A user sets the carrier (`IFLA_CARRIER`): calls `netif_carrier_on` or `netif_carrier_off`. `null`: -EOPNOTSUPP. */
  readonly ndo_change_carrier: ((dev: net_device, carrier: boolean) => number) | null;
  /** A user sets or clears {@link net_device.proto_down}: the core stores it when this gives 0. `null`: -EOPNOTSUPP. */
  readonly ndo_change_proto_down: ((dev: net_device, protoDown: boolean) => number) | null;
  /** Which transmit queue a packet goes to; what is out of range goes to the first. */
  readonly ndo_select_queue: ((dev: net_device, skb: sk_buff) => number) | null;
  /** The index of the device at the other end or below; 0 for none. */
  readonly ndo_get_iflink: ((dev: net_device) => number) | null;
  /** Takes features away that do not go with the others. */
  readonly ndo_fix_features: ((dev: net_device, features: bigint) => bigint) | null;
  /**
   * Takes over a set of `NETIF_F` bits that differs from `features`: 0 has the core store it, a positive result says that
   * the driver has, a negative errno that the old ones stay. `null`: 0.
   */
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
 * `struct netdev_queue` (include/linux/netdevice.h): a transmit queue.
 */
export class netdev_queue {
  /** The device that it is a transmit queue of. */
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
 * `struct napi_struct` (include/linux/netdevice.h): a receive context that the core polls. Disabled when new.
 */
export class napi_struct {
  /** The device that {@link poll} takes packets in for. */
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

/** `struct packet_type` (include/linux/netdevice.h): who sees a device's packets. */
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
 * `struct net_device` (include/linux/netdevice.h). Numbers are host order; `flags` are `IFF_*`, `priv_flags` the kernel-internal
 * ones.
 */
export class net_device {
  /** The kernel that allocated it, on which every raw function for the device is called. */
  readonly kernel: kernel;
  /** The namespace that it is in. The core changes it when the device moves (`IFLA_NET_NS_PID`, `IFLA_NET_NS_FD`). */
  nd_net: net;
  /** Its name, of 15 octets at most, unique in the namespace once registered; before, `%d` in it stands for the first free number. */
  name: string;
  /** Alternative names (`ip link property add`), each of 127 octets at most, unique among all names of the namespace. */
  altnames: string[] = [];
  /** What a user wrote on it (`IFLA_IFALIAS`, 255 octets at most); empty for none. */
  ifalias = '';
  /** Its number, from 1 on and unique in the namespace; 0 until registration gives it one, unless a user asked for one. */
  ifindex = 0;
  /** What its hardware headers are: `ARPHRD_*` (`include/uapi/linux/if_arp.h`), set by the driver's setup. */
  type = 0;
  /**
   * `IFF_*` as the core keeps them: `IFF_PROMISC` and `IFF_ALLMULTI` while anybody wants them; `IFF_RUNNING`,
   * `IFF_LOWER_UP` and `IFF_DORMANT` are worked out where flags are reported.
   */
  flags = 0;
  /** `IFF_PROMISC` and `IFF_ALLMULTI` as users set them: what they read back, whatever the counts say. */
  gflags = 0;
  /**
   * `enum netdev_priv_flags` of `include/linux/netdevice.h`, which no user sees: `IFF_NO_QUEUE`, `IFF_LIVE_ADDR_CHANGE`
   * and their like.
   */
  priv_flags = 0;
  /**
   * Whether the driver sees to the locking of its transmit path itself. Otherwise a packet that comes back to a queue
   * inside its own transmission is dropped as a dead loop.
   */
  lltx = false;
  /** Whether it stays in the namespace that it was made in: a move is refused with -EINVAL. Up to 6.11 `NETIF_F_NETNS_LOCAL`. */
  netns_immutable = false;
  /** What is on: bits of `NETIF_F`. A setup names what the driver can do; the core adds its own and recomputes the set. */
  features = 0n;
  /** What users may switch with `ethtool -K`: bits of `NETIF_F`. */
  hw_features = 0n;
  /** What users want of {@link hw_features}; at registration, those of them that are on. */
  wanted_features = 0n;
  /** The longest packet without its hardware header, in octets. */
  mtu = 0;
  /** The least MTU that a user may set, in octets. */
  min_mtu = 0;
  /** The greatest MTU that a user may set, in octets; 0 for no bound. */
  max_mtu = 0;
  /** Octets of the hardware header, such as 14 for Ethernet; 0 for none. */
  hard_header_len = 0;
  /** Octets of the shortest hardware header that the device takes. */
  min_header_len = 0;
  /** Octets of headroom that a packet for the device should have beside its header. */
  needed_headroom = 0;
  /** Octets of tailroom that a packet for the device should have. */
  needed_tailroom = 0;
  /** Octets of a hardware address; 0 for a device without. */
  addr_len = 0;
  /** Where {@link dev_addr} came from: `NET_ADDR_*` (`include/uapi/linux/netdevice.h`); `NET_ADDR_PERM` until somebody says otherwise. */
  addr_assign_type = 0;
  /** The hardware address: the first {@link addr_len} octets of 32. To be written with `dev_addr_set` alone. */
  readonly dev_addr: Uint8Array = new Uint8Array(32);
  /** The hardware address that stands for everybody on the link: the first {@link addr_len} octets. */
  readonly broadcast: Uint8Array = new Uint8Array(32);
  /** The address that the device was born with: {@link dev_addr} at registration where that is `NET_ADDR_PERM`, else zeros. */
  readonly perm_addr: Uint8Array = new Uint8Array(32);
  /** How many packets wait at most to be sent. 0 after setup makes it 1000 and sets `IFF_NO_QUEUE`: nothing waits. */
  tx_queue_len = 0;
  /** How many transmit queues it was allocated with: the most that can be in use. */
  readonly num_tx_queues: number;
  /** How many receive queues it was allocated with: the most that can be in use. */
  readonly num_rx_queues: number;
  /** How many of the transmit queues are in use. */
  real_num_tx_queues: number;
  /** How many of the receive queues are in use; set with `netif_set_real_num_rx_queues`. */
  real_num_rx_queues: number;
  /** The transmit queues, `num_tx_queues` of them. */
  readonly _tx: readonly netdev_queue[];
  /** The first of them, which for most devices is all. */
  readonly tx0: netdev_queue;
  /** How long a stopped queue may stand before `ndo_tx_timeout`, in milliseconds; 0 for the default of 5 s. */
  watchdog_timeo = 0;
  /** The group that users put it in (`IFLA_GROUP`), by which whole groups are changed or deleted; 0 is the default one. */
  group = 0;
  /** How many want every packet, users and packet sockets alike; `IFF_PROMISC` stands while it is not 0. */
  promiscuity = 0;
  /** How many want every multicast packet; `IFF_ALLMULTI` stands while it is not 0. */
  allmulti = 0;
  /** `IF_OPER_*`: the RFC 2863 state, which the core derives from carrier and {@link link_mode}; `IF_OPER_UNKNOWN` (0) at first. */
  operstate = 0;
  /**
   * Whether a link that comes up is up (`IF_LINK_MODE_DEFAULT`, 0) or dormant until a supplicant says so
   * (`IF_LINK_MODE_DORMANT`, 1).
   */
  link_mode = 0;
  /** A user has the link held down for a protocol's sake (`IFLA_PROTO_DOWN`). */
  proto_down = false;
  /** Who gave it its name: `NET_NAME_*`. */
  name_assign_type = 1;
  /** The longest packet that is left to the device to cut up, in octets; up to {@link tso_max_size}. */
  gso_max_size = 65536;
  /** How many segments such a packet has at most; up to {@link tso_max_segs}. */
  gso_max_segs = 65535;
  /** The longest packet that received ones are put together to, in octets. */
  gro_max_size = 65536;
  /** {@link gso_max_size} for IPv4, in octets: follows it up to 65536, above which it is set by itself. */
  gso_ipv4_max_size = 65536;
  /** {@link gro_max_size} for IPv4, in octets: follows it up to 65536, above which it is set by itself. */
  gro_ipv4_max_size = 65536;
  /** The longest packet that the hardware can cut up, in octets: the driver's bound on {@link gso_max_size}. */
  tso_max_size = 65536;
  /** How many segments the hardware can cut a packet into: the driver's bound on {@link gso_max_segs}. */
  tso_max_segs = 65535;
  /** Bits of `LINK_STATE`. */
  state = 0;
  /** Where it stands between allocation and freeing: `NETREG`; the core's to change. */
  reg_state: netdev_reg_state = 0;
  /** How often the carrier has come since allocation (`IFLA_CARRIER_UP_COUNT`); the first, before registration, is not counted. */
  carrier_up_count = 0;
  /** How often the carrier has gone (`IFLA_CARRIER_DOWN_COUNT`); what a setup takes away before registration is not counted. */
  carrier_down_count = 0;
  /** The name of the queueing discipline that the device has, or had when it was last up. */
  qdisc = 'noop';
  /** Whether packets reach the discipline: from activation to deactivation. Otherwise they meet noop. */
  qdisc_active = false;
  /** References beyond the core's own. */
  refcnt = 0;
  /** Whether the core frees the device when it is unregistered; else whoever allocated it does. */
  needs_free_netdev = false;
  /** Run once when the device has gone, before it is freed. */
  priv_destructor: ((dev: net_device) => void) | null = null;
  /** Which counters registration allocates for each CPU: `NETDEV_PCPU_STAT`; set by the driver's setup. */
  pcpu_stat_type: netdev_stat_type = 0;
  /** The counters of `pcpu_stat_type`: a row of 8 for each CPU. `null` before registration and for NONE. */
  pcpu_stats: BigUint64Array | null = null;
  /** `core_stats`: rx_dropped, tx_dropped, rx_nohandler, rx_otherhost_dropped. */
  readonly core_stats: BigUint64Array = new BigUint64Array(4);
  /** `dev->stats`, for drivers without per-CPU counters. */
  readonly stats: link_stats64 = new BigUint64Array(25);
  /** The driver's operations; `null` until a setup sets them, and for a device that has none. */
  netdev_ops: net_device_ops | null = null;
  /** What the driver tells ethtool; `null` for nothing, which the core answers as `default_ethtool_ops`. */
  ethtool_ops: ethtool_ops | null = null;
  /** The kind that it was made as, which `IFLA_INFO_KIND` names; `null` for a device that no kind made, such as `lo`. */
  rtnl_link_ops: rtnl_link_ops | null = null;
  /** Created through rtnetlink and not yet announced. */
  rtnl_link_initializing = false;
  /** The device that it is a port of (`IFLA_MASTER`); `null` for none. */
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
