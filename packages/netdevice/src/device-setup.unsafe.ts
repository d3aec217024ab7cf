import { IFF_ALLMULTI, IFF_DORMANT, IFF_LOWER_UP, IFF_PROMISC, IFF_RUNNING, IFF_UP } from '@netdevkit/bindings';
import { MAX_ADDR_LEN, type net_device } from '@netdevkit/bindings/raw';

const INT_MAX = 0x7fff_ffff;
const FEATURES_MAX = 0xffff_ffff_ffff_ffffn;
/** Flags that say how a device is, not what: the core keeps them in step with what it has done. */
const STATES = IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_DORMANT | IFF_PROMISC | IFF_ALLMULTI;

/**
 * A network device before it is registered: everything about it can be set, and nobody else sees it yet. Dead once setup
 * has ended (every use then throws a `TypeError`); what may change later has its own operation, with its checks and
 * notifications.
 *
 * C twin: the assignments of a `setup` function to `struct net_device` (include/linux/netdevice.h).
 *
 * @remarks
 * # Invariants
 *
 * While the raw device is not `null` it is allocated and not registered.
 */
export class DeviceSetup {
  #raw: net_device | null;

  /** @internal */
  constructor(raw: net_device) {
    // INVARIANT: made by beginSetupUnsafe alone, whose caller vouches for the phase and ends it.
    this.#raw = raw;
  }

  /** The name, or its template (`nlmon%d`). */
  get name(): string {
    return this.#open().name;
  }

  /** The greatest packet, in octets. */
  get mtu(): number {
    return this.#open().mtu;
  }

  /**
   * Sets the kind of link layer.
   *
   * @param type - one of `DeviceType`, or another `ARPHRD_*` number
   * @throws RangeError: it is no integer of 16 bits
   */
  setType(type: number): void {
    this.#open().type = integer('type', type, 0, 0xffff);
  }

  /**
   * Sets `IFF_*` flags, those of before going: see `Flags`.
   *
   * @throws RangeError: it is no integer of 31 bits, or holds a flag that is the core's to keep: UP, RUNNING, LOWER_UP,
   * DORMANT, PROMISC, ALLMULTI
   */
  setFlags(flags: number): void {
    integer('flags', flags, 0, INT_MAX);
    if ((flags & STATES) !== 0) {
      throw new RangeError(`flags: expected none that the core keeps, got 0x${((flags & STATES) >>> 0).toString(16)}`);
    }
    this.#open().flags = flags;
  }

  /**
   * Adds flags that only the kernel sees: see `PrivFlags`.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  addPrivFlags(flags: number): void {
    this.#open().priv_flags |= integer('priv flags', flags, 0, INT_MAX);
  }

  /** Says that the driver locks its own transmit path, so that the core need not. C twin: `dev->lltx`. */
  setLltx(lltx: boolean): void {
    this.#open().lltx = lltx;
  }

  /**
   * Sets what the device can do: see `Features`.
   *
   * @throws RangeError: it is no integer of 64 bits
   */
  setFeatures(features: bigint): void {
    this.#open().features = featureBits('features', features);
  }

  /**
   * Sets what of it users may switch: see `Features`.
   *
   * @throws RangeError: it is no integer of 64 bits
   */
  setHwFeatures(features: bigint): void {
    this.#open().hw_features = featureBits('hw features', features);
  }

  /**
   * Sets the greatest packet, in octets.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  setMtu(octets: number): void {
    this.#open().mtu = integer('mtu', octets, 0, INT_MAX);
  }

  /**
   * Sets the least MTU that users may ask for, in octets.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  setMinMtu(octets: number): void {
    this.#open().min_mtu = integer('min mtu', octets, 0, INT_MAX);
  }

  /**
   * Sets the greatest MTU that users may ask for, in octets; 0 for no bound.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  setMaxMtu(octets: number): void {
    this.#open().max_mtu = integer('max mtu', octets, 0, INT_MAX);
  }

  /**
   * Sets how many packets the transmit queue holds; 0 for the default of 1000 on a device without a queue.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  setTxQueueLen(packets: number): void {
    this.#open().tx_queue_len = integer('tx queue length', packets, 0, INT_MAX);
  }

  /** Keeps the device in the namespace that it is made in. C twin: `dev->netns_immutable`. */
  setNetnsImmutable(immutable: boolean): void {
    this.#open().netns_immutable = immutable;
  }

  /**
   * Sets the hardware address, which also says how long the device's addresses are.
   *
   * @throws RangeError: it has more than 32 octets
   */
  setAddress(address: Uint8Array): void {
    const raw = this.#open();
    raw.addr_len = integer('address length', address.length, 0, MAX_ADDR_LEN);
    // SAFETY: the raw device is alive and not registered by this class's invariant; the length was checked.
    raw.kernel.dev_addr_set(raw, address);
  }

  /**
   * Sets the broadcast address.
   *
   * @throws RangeError: it is not as long as the hardware address
   */
  setBroadcast(address: Uint8Array): void {
    const raw = this.#open();
    integer('broadcast length', address.length, raw.addr_len, raw.addr_len);
    raw.broadcast.set(address);
  }

  #open(): net_device {
    if (this.#raw === null) throw new TypeError('DeviceSetup: used after setup ended');
    return this.#raw;
  }

  /** @internal */
  static end(setup: DeviceSetup): void {
    setup.#raw = null;
  }
}

/**
 * Opens a setup phase on a device.
 *
 * # Safety
 *
 * - `raw` is allocated and not registered; {@link endSetupUnsafe} is called before it is.
 */
export function beginSetupUnsafe(raw: net_device): DeviceSetup {
  return new DeviceSetup(raw);
}

/**
 * Ends the setup phase of a handle. Ending it again does nothing.
 *
 * # Safety
 *
 * - It is called before the device is registered.
 */
export function endSetupUnsafe(setup: DeviceSetup): void {
  DeviceSetup.end(setup);
}

function integer(label: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${label}: expected an integer from ${String(least)} to ${String(most)}, got ${String(value)}`);
}

function featureBits(label: string, value: bigint): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= FEATURES_MAX) return value;
  throw new RangeError(`${label}: expected a bigint of 64 bits, got ${String(value)}`);
}
