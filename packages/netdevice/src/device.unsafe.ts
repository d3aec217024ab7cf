import { IFF_UP } from '@netdevkit/bindings';
import { LINK_STATE, type log_level, type net_device } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import type { PcpuStatKind, PcpuStats } from '@netdevkit/stats';

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

  /** Whether the transmit queue is stopped. C twin: `netif_queue_stopped`. */
  get isQueueStopped(): boolean {
    return this.#live().tx_stopped;
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

  /** Lets the core transmit. C twin: `netif_start_queue`. */
  startQueue(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant.
    raw.kernel.netif_start_queue(raw);
  }

  /** Stops the core from transmitting. C twin: `netif_stop_queue`. */
  stopQueue(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant.
    raw.kernel.netif_stop_queue(raw);
  }

  /** Lets the core transmit again, and has it look at what waits. C twin: `netif_wake_queue`. */
  wakeQueue(): void {
    const raw = this.#live();
    // SAFETY: the raw device is alive by this class's invariant.
    raw.kernel.netif_wake_queue(raw);
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
  static rawOf(device: Device): net_device {
    return device.#live();
  }

  /** @internal */
  static revoke(device: Device): void {
    device.#raw = null;
  }
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
