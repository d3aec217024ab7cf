import type { Device, DeviceSetup, Operations } from '@netdevkit/netdevice';
import type { PcpuStatKind } from '@netdevkit/stats';
import type { AttributeDefinitions, NoAttributes } from './attribute-definitions.ts';
import type { ChangeLinkContext, DelLinkContext, InfoWriter, NewLinkContext, ValidateContext } from './contexts.unsafe.ts';

/**
 * A kind of link, and the driver of its devices: what `ip link add type KIND` makes.
 *
 * C twin: `struct rtnl_link_ops` (include/net/rtnetlink.h) with the `struct net_device_ops` of its devices. An absent
 * operation is an empty slot.
 *
 * @typeParam S - the driver's state for one device: made before any other callback, disposed (if it is `Disposable`) when
 * the device has gone and no callback follows
 * @typeParam K - the per-CPU counters it declares
 * @typeParam A - the kind's own attributes
 *
 * @example See `drivers/nlmon`, the reference driver.
 */
export interface Driver<S extends object, K extends PcpuStatKind = PcpuStatKind, A extends AttributeDefinitions = NoAttributes>
  extends Operations<S, K> {
  /** The kind's name: 1 to 13 octets, so that `KIND%d` is an interface name. */
  readonly kind: string;

  /** The kind's own attributes; absent: `IFLA_INFO_DATA` is ignored. */
  readonly attributes?: A;

  /**
   * How many queues of each direction a device gets whose request does not say: 1 to 4096.
   * C twins: `rtnl_link_ops.get_num_tx_queues`, `get_num_rx_queues`.
   *
   * @param cpus - how many CPUs there may be
   * @defaultValue 1
   */
  numQueues?(cpus: number): number;

  /** Makes the driver's state for a new device. */
  createState(): S;

  /** Sets a new device up. C twin: `rtnl_link_ops.setup`. */
  setup(dev: DeviceSetup): void;

  /** Looks at a request before anything is done, and refuses it by throwing. C twin: `rtnl_link_ops.validate`. */
  validate?(ctx: ValidateContext<A>): void;

  /** Fits a new device to its request, before it is registered. C twin: `rtnl_link_ops.newlink`. */
  newLink?(ctx: NewLinkContext<A, K, S>, dev: DeviceSetup, state: S): void;

  /** Changes a device by attributes of its kind. Absent: `EOPNOTSUPP`. C twin: `rtnl_link_ops.changelink`. */
  changeLink?(ctx: ChangeLinkContext<A>, dev: Device<K>, state: S): void;

  /** A device is about to be deleted by request. C twin: `rtnl_link_ops.dellink`, its unregistering left to the core. */
  delLink?(dev: Device<K>, state: S, ctx: DelLinkContext): void;

  /** Says what a device is set to. C twin: `rtnl_link_ops.fill_info`. */
  fillInfo?(info: InfoWriter<A>, dev: Device<K>, state: S): void;
}
