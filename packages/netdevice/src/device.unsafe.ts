import { IFF_UP } from '@netdevkit/bindings';
import { LINK_STATE, NETREG, type log_level, type napi_struct, type net_device, type netdev_queue } from '@netdevkit/bindings/raw';
import { KernelError, toResult } from '@netdevkit/errno';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { PcpuStatKind, PcpuStats } from '@netdevkit/stats';
import { featureBits } from './checked.ts';
import { DeviceRef } from './device-ref.ts';
import { allocSkb, receive } from './receive.unsafe.ts';

/**
 * A network device, as its driver sees it at work: shared, so it reads, counts and controls, but does not configure.
 *
 * C twin: `struct net_device` (include/linux/netdevice.h).
 *
 * The handle is made by the core, handed to the driver's callbacks, and dead once the device is freed: every use then
 * throws `ENODEV`, but that {@link stats} count nothing and read 0.
 *
 * @typeParam K - which per-CPU counters the driver declared, and so what {@link stats} is
 *
 * @remarks
 * # Invariants
 *
 * While the raw device is not `null` it is alive, and `stats` has the kind that it declares.
 */
export class Device<K extends PcpuStatKind = PcpuStatKind> {
  #raw: net_device | null;
  /** The receive contexts of a driver that polls; `null` before it was opened for the first time, or without `poll`. */
  #napi: readonly napi_struct[] | null = null;

  /** The driver's per-CPU counters: of the kind that it declared, and no other. */
  readonly stats: PcpuStats[K];

  /** @internal */
  constructor(raw: net_device, stats: PcpuStats[K]) {
    // INVARIANT: made by DriverBinding.setup alone, which has the device revoke the handle when it is freed.
    this.#raw = raw;
    this.stats = stats;
  }

  /** The interface's name. */
  get name(): string {
    return this.#live().name;
  }

  /** The interface's index; 0 before it is registered. */
  get ifindex(): number {
    return this.#live().ifindex;
  }

  /** The kind of link layer: one of `DeviceType`. */
  get type(): number {
    return this.#live().type;
  }

  /** The greatest packet, in octets. */
  get mtu(): number {
    return this.#live().mtu;
  }

  /** `IFF_*`: see `Flags`. */
  get flags(): number {
    return this.#live().flags;
  }

  /** Whether the interface is up (`IFF_UP`). */
  get isUp(): boolean {
    return (this.#live().flags & IFF_UP) !== 0;
  }

  /** Whether the device is between open and stop. C twin: `netif_running`. */
  get isRunning(): boolean {
    return (this.#live().state & (1 << LINK_STATE.START)) !== 0;
  }

  /** Whether there is a carrier. C twin: `netif_carrier_ok`. */
  get hasCarrier(): boolean {
    return (this.#live().state & (1 << LINK_STATE.NOCARRIER)) === 0;
  }

  /** A copy of the hardware address; empty for a device without one. */
  get address(): Uint8Array {
    const raw = this.#live();
    return raw.dev_addr.slice(0, raw.addr_len);
  }

  /** What the device does to packets now: see `Features`. */
  get features(): bigint {
    return this.#live().features;
  }

  /** How many transmit queues there are. */
  get numTxQueues(): number {
    return this.#live().num_tx_queues;
  }

  /** How many receive queues there are. */
  get numRxQueues(): number {
    return this.#live().num_rx_queues;
  }

  /** How many transmit queues are in use. */
  get realNumTxQueues(): number {
    return this.#live().real_num_tx_queues;
  }

  /** How many receive queues are in use. */
  get realNumRxQueues(): number {
    return this.#live().real_num_rx_queues;
  }

  /** Whether two devices are in one namespace. */
  sharesNamespace(other: Device): boolean {
    return this.#live().nd_net === other.#live().nd_net;
  }

  /** A way back to the device that may be kept; the device itself may not. */
  ref(): DeviceRef<K> {
    this.#live();
    return new DeviceRef(() => (this.#raw?.reg_state === NETREG.REGISTERED ? this : undefined));
  }

  /**
   * Whether a transmit queue is stopped. C twin: `__netif_subqueue_stopped`.
   *
   * @throws RangeError: there is no such queue
   */
  isQueueStopped(queue: number = 0): boolean {
    return txQueue(this.#live(), queue).stopped;
  }

  /** There is a carrier now. C twin: `netif_carrier_on`. */
  carrierOn(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant.
    raw.kernel.netif_carrier_on(raw);
  }

  /** There is no carrier now. C twin: `netif_carrier_off`. */
  carrierOff(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant.
    raw.kernel.netif_carrier_off(raw);
  }

  /**
   * Lets the core transmit on a queue. C twin: `netif_start_subqueue`.
   *
   * @throws RangeError: there is no such queue
   */
  startQueue(queue: number = 0): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant, and the queue is its own.
    raw.kernel.netif_tx_start_queue(txQueue(raw, queue));
  }

  /**
   * Stops the core from transmitting on a queue. C twin: `netif_stop_subqueue`.
   *
   * @throws RangeError: there is no such queue
   */
  stopQueue(queue: number = 0): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant, and the queue is its own.
    raw.kernel.netif_tx_stop_queue(txQueue(raw, queue));
  }

  /**
   * Lets the core transmit on a queue again: what waits is sent when the transmission is over that is going on, else at
   * once. C twin: `netif_wake_subqueue`.
   *
   * @throws RangeError: there is no such queue
   */
  wakeQueue(queue: number = 0): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant, and the queue is its own.
    raw.kernel.netif_tx_wake_queue(txQueue(raw, queue));
  }

  /**
   * Says how many transmit queues are in use; what waits for the others is dropped.
   * C twin: `netif_set_real_num_tx_queues`.
   *
   * @throws KernelError `EINVAL`: 0, or more than there are
   */
  setRealNumTxQueues(count: number): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant; callbacks that configure hold RTNL.
    toResult(raw.kernel.netif_set_real_num_tx_queues(raw, count), 'netif_set_real_num_tx_queues');
  }

  /**
   * Says how many receive queues are in use. C twin: `netif_set_real_num_rx_queues`.
   *
   * @throws KernelError `EINVAL`: 0, or more than there are
   */
  setRealNumRxQueues(count: number): void {
    const raw = this.#live();
    // SAFETY: as in setRealNumTxQueues.
    toResult(raw.kernel.netif_set_real_num_rx_queues(raw, count), 'netif_set_real_num_rx_queues');
  }

  /** Has the core ask `fixFeatures` anew. C twin: `netdev_update_features`. */
  updateFeatures(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant; callbacks that configure hold RTNL.
    raw.kernel.netdev_update_features(raw);
  }

  /**
   * Turns off what a driver does not want on at first, though users may turn it on.
   *
   * @throws RangeError: it is no integer of 64 bits
   */
  disableFeatures(features: bigint): void {
    const raw = this.#live();
    const bits = featureBits('features', features);
    raw.wanted_features &= ~bits;
    raw.features &= ~bits;
    this.updateFeatures();
  }

  /**
   * A new packet, to be filled and handed to {@link netifRx}: the caller's to settle.
   *
   * C twin: `netdev_alloc_skb`.
   *
   * @param length - octets that `put` has room for
   * @throws RangeError: it is no integer from 0 to 2^24
   * @throws KernelError `ENOMEM`
   */
  allocSkb(length: number): SkBuff {
    return allocSkb(this.#live(), length);
  }

  /**
   * A packet has come in. It stands as on the wire, with its link layer's header; one of an Ethernet device that is shorter
   * than that is dropped. Goes through the backlog: protocols see the packet when what the core is doing is done. Consumes
   * `skb`.
   *
   * C twin: `eth_type_trans` and `netif_rx`.
   *
   * @returns what became of it: `isLost` when the device is down or the backlog full. Good for `startXmit` to return, when
   * it is that packet
   * @throws TypeError: the packet was settled, or is another kernel's
   */
  netifRx(skb: SkBuff): TxOutcome {
    return receive(this.#live(), skb, 'netif_rx');
  }

  /**
   * The same without the backlog: for `poll`. Consumes `skb`.
   *
   * C twin: `eth_type_trans` and `netif_receive_skb`.
   *
   * @throws TypeError: the packet was settled, or is another kernel's
   */
  netifReceiveSkb(skb: SkBuff): TxOutcome {
    return receive(this.#live(), skb, 'netif_receive_skb');
  }

  /**
   * Lets a packet that another device transmits come in here, as if it came off a wire: what only the sender's namespace
   * knows of it is forgotten. Consumes `skb`.
   *
   * C twin: `dev_forward_skb`.
   *
   * @returns what became of it: `isLost` when the device is down, the packet too long for it or too short for a header, or the
   * backlog full
   * @throws TypeError: the packet was settled, or is another kernel's
   */
  forward(skb: SkBuff): TxOutcome {
    return receive(this.#live(), skb, 'dev_forward_skb');
  }

  /**
   * Has the core call the driver's `poll`, when what it is doing is done. While the device is down, nothing happens.
   *
   * C twin: `napi_schedule`.
   *
   * @param queue - which receive queue has packets
   * @throws RangeError: there is no such queue
   * @throws TypeError: the driver has no `poll`
   */
  schedulePoll(queue: number = 0): void {
    const raw = this.#live();
    if (!Number.isInteger(queue) || queue < 0 || queue >= raw.num_rx_queues) {
      throw new RangeError(`queue: expected 0 to ${String(raw.num_rx_queues - 1)}, got ${String(queue)}`);
    }
    if (this.#napi === null) throw new TypeError('schedulePoll: expected a driver with a poll method');
    const napi = this.#napi[queue];
    // SAFETY: the device and its contexts are alive by this class's invariant; a disabled context is not polled.
    if (napi !== undefined) raw.kernel.napi_schedule(napi);
  }

  /** Writes a line into the kernel's log. C twin: `netdev_info`. */
  info(text: string): void {
    this.#print(6, text);
  }

  /** Writes a line into the kernel's log. C twin: `netdev_warn`. */
  warn(text: string): void {
    this.#print(4, text);
  }

  /** Writes a line into the kernel's log. C twin: `netdev_err`. */
  error(text: string): void {
    this.#print(3, text);
  }

  #print(level: log_level, text: string): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant; printk has no other condition.
    raw.kernel.printk(level, `${raw.name}: ${text}`);
  }

  #live(): net_device {
    if (this.#raw === null) throw new KernelError('ENODEV', 'the device is gone', { op: 'Device' });
    return this.#raw;
  }

  /** @internal */
  static setNapi(device: Device, contexts: readonly napi_struct[]): void {
    // INVARIANT: contexts are garbage of their device's, and the handle lets go of them when that is freed.
    device.#napi = contexts;
  }

  /** @internal */
  static rawOf(device: Device): net_device {
    return device.#live();
  }

  /** @internal */
  static revoke(device: Device): void {
    device.#raw = null;
    device.#napi = null;
  }
}

function txQueue(raw: net_device, queue: number): netdev_queue {
  const txq = raw._tx[queue];
  if (txq !== undefined) return txq;
  throw new RangeError(`queue: expected 0 to ${String(raw.num_tx_queues - 1)}, got ${String(queue)}`);
}

/**
 * The raw device behind a handle.
 *
 * # Safety
 *
 * - The result is not kept past the callback that the handle was given to, unless what keeps it ends on UNREGISTER.
 * - Its fields are changed by the kernel alone.
 *
 * @throws KernelError `ENODEV` when the device is gone
 */
export function rawDeviceUnsafe(device: Device): net_device {
  return Device.rawOf(device);
}

/**
 * Ends a handle: every later use throws.
 *
 * # Safety
 *
 * - The device is being freed, and no callback of its driver follows.
 */
export function revokeDeviceUnsafe(device: Device): void {
  Device.revoke(device);
}

/**
 * Gives a device's handle the receive contexts that `schedulePoll` schedules.
 *
 * # Safety
 *
 * - The contexts are the device's own, one for each receive queue.
 */
export function setNapiUnsafe(device: Device, contexts: readonly napi_struct[]): void {
  Device.setNapi(device, contexts);
}
