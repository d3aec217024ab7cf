import type * as ethtool from '@netdevkit/ethtool';
import type { LinkStats64, PcpuStatKind } from '@netdevkit/stats';
import type { SkbView, SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { DeviceRef } from './device-ref.ts';
import type { Device } from './device.unsafe.ts';

/**
 * What a driver tells ethtool: the operations of `@netdevkit/ethtool`, for devices of this package.
 *
 * C twin: `struct ethtool_ops` (include/linux/ethtool.h).
 *
 * @typeParam S - the driver's state for one device
 * @typeParam K - the per-CPU counters it declares
 */
export type EthtoolOperations<S extends object, K extends PcpuStatKind = PcpuStatKind> = ethtool.EthtoolOperations<Device<K>, S>;

/**
 * What a network device's driver does.
 *
 * C twin: `struct net_device_ops` (include/linux/netdevice.h). An absent operation is an empty slot: the core then does
 * what it does for a C driver without one. Every operation gets the device and the driver's own state for it.
 *
 * An operation refuses by throwing a `KernelError`; its errno reaches the user. Anything else that is thrown is a defect:
 * it is logged and becomes `EIO`. So is a promise that an operation returns, since the core does not wait; anything else
 * that an operation without a result returns does not matter.
 *
 * @typeParam S - the driver's state for one device
 * @typeParam K - the per-CPU counters it declares
 */
export interface Operations<S extends object, K extends PcpuStatKind = PcpuStatKind> {
  /** Which per-CPU counters the driver uses: makes `dev.stats` a handle on them, and on nothing else. */
  readonly pcpuStats: K;

  /** What the driver tells ethtool. */
  readonly ethtool?: EthtoolOperations<S, K>;

  /** The device is being registered: its name is known, its index is not. C twin: `ndo_init`. */
  init?(dev: Device<K>, state: S): void;

  /** The device is being unregistered, or its registration failed after {@link init}. C twin: `ndo_uninit`. */
  uninit?(dev: Device<K>, state: S): void;

  /** The device goes up. C twin: `ndo_open`. */
  open?(dev: Device<K>, state: S): void;

  /** The device goes down; it cannot refuse. C twin: `ndo_stop`. */
  stop?(dev: Device<K>, state: S): void;

  /**
   * Takes a packet to transmit, and settles it: the result can only be had from the packet itself.
   * C twin: `ndo_start_xmit`.
   */
  startXmit(skb: SkBuff, dev: Device<K>, state: S): TxOutcome;

  /**
   * What is counted for the device; what is left out is 0, and the core adds its own drops.
   * Absent: the sums of `tstats` or `dstats`. C twin: `ndo_get_stats64`.
   */
  getStats64?(dev: Device<K>, state: S): Partial<LinkStats64>;

  /** A new MTU within the device's bounds: the core stores it afterwards. C twin: `ndo_change_mtu`. */
  changeMtu?(dev: Device<K>, mtu: number, state: S): void;

  /** A new hardware address: the core stores it afterwards. Absent: `EOPNOTSUPP`. C twin: `ndo_set_mac_address`. */
  setMacAddress?(dev: Device<K>, address: Uint8Array, state: S): void;

  /** Whether the hardware address allows the device to go up. C twin: `ndo_validate_addr`. */
  validateAddr?(dev: Device<K>, state: S): void;

  /** A user sets the carrier: the core does afterwards. Absent: `EOPNOTSUPP`. C twin: `ndo_change_carrier`. */
  changeCarrier?(dev: Device<K>, carrier: boolean, state: S): void;

  /** A user sets proto_down: the core does afterwards. Absent: `EOPNOTSUPP`. C twin: `ndo_change_proto_down`. */
  changeProtoDown?(dev: Device<K>, protoDown: boolean, state: S): void;

  /**
   * Which transmit queue a packet goes to, below `dev.realNumTxQueues`; anything else is the first. Asked only when more than
   * one is in use. Absent: packets are spread by flow. C twin: `ndo_select_queue`.
   */
  selectQueue?(dev: Device<K>, skb: SkbView, state: S): number;

  /**
   * Takes in packets that wait, `budget` at most, with `dev.netifReceiveSkb`: after `dev.schedulePoll`. Not called while the
   * device is down. C twin: the `poll` of a `napi_struct`.
   *
   * @param queue - the receive queue that was scheduled
   * @returns how many; fewer than `budget` mean that nothing waits any more
   */
  poll?(dev: Device<K>, budget: number, queue: number, state: S): number;

  /** A queue that the driver stopped has stood for the watchdog's time. C twin: `ndo_tx_timeout`. */
  txTimeout?(dev: Device<K>, queue: number, state: S): void;

  /** The way to the device at the other end or below; `undefined` when there is none any more. C twin: `ndo_get_iflink`. */
  getIflink?(dev: Device<K>, state: S): DeviceRef | undefined;

  /** Takes features away that do not go with the others: see `Features`. C twin: `ndo_fix_features`. */
  fixFeatures?(dev: Device<K>, features: bigint, state: S): bigint;

  /** The features change: the core stores them afterwards. C twin: `ndo_set_features`. */
  setFeatures?(dev: Device<K>, features: bigint, state: S): void;

  /** The receive filter changed: promiscuity, multicast. C twin: `ndo_set_rx_mode`. */
  setRxMode?(dev: Device<K>, state: S): void;
}
