import { ETH_ALEN, IFF_ALLMULTI, IFF_DORMANT, IFF_LOWER_UP, IFF_PROMISC, IFF_RUNNING, IFF_UP } from '@netdevkit/bindings';
import { MAX_ADDR_LEN, NET_ADDR_PERM, type net_device } from '@netdevkit/bindings/raw';
import { featureBits, integer } from './checked.ts';

const INT_MAX = 0x7fff_ffff;
/** The bounds of what packets segmentation offload takes: 2048 to 8 × 65535. */
const TSO_LEAST = 2048;
const TSO_MOST = 524_280;
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

  /** `IFF_*`: see `Flags`. */
  get flags(): number {
    return this.#open().flags;
  }

  /** What the device can do: see `Features`. */
  get features(): bigint {
    return this.#open().features;
  }

  /** How many transmit queues there are. */
  get numTxQueues(): number {
    return this.#open().num_tx_queues;
  }

  /** How many receive queues there are. */
  get numRxQueues(): number {
    return this.#open().num_rx_queues;
  }

  /** Whether somebody else has given the device its address: the user who asked for it. */
  get hasAddress(): boolean {
    return this.#open().addr_assign_type !== NET_ADDR_PERM;
  }

  /**
   * Sets up what all Ethernet devices have in common: type and header, an MTU of 1500 (68 to 1500), addresses of 6 octets,
   * BROADCAST and MULTICAST, a queue of 1000 packets. Before anything else.
   *
   * C twin: `ether_setup` (net/ethernet/eth.c).
   */
  etherSetup(): void {
    const raw = this.#open();
    // SAFETY: the raw device is alive and not registered by this class's invariant.
    raw.kernel.ether_setup(raw);
  }

  /**
   * Gives the device a random address of 6 octets, locally administered, and has it say so.
   *
   * C twin: `eth_hw_addr_random` (include/linux/etherdevice.h).
   */
  setRandomAddress(): void {
    const raw = this.#open();
    raw.addr_len = ETH_ALEN;
    // SAFETY: the raw device is alive and not registered by this class's invariant.
    raw.kernel.eth_hw_addr_random(raw);
  }

  /**
   * Sets the length of the link layer's header, in octets.
   *
   * @throws RangeError: it is no integer from 0 to 255
   */
  setHardHeaderLen(octets: number): void {
    this.#open().hard_header_len = integer('hard header length', octets, 0, 0xff);
  }

  /**
   * Sets how much headroom and tailroom packets for the device should have beside their header, in octets.
   *
   * @throws RangeError: either is no integer of 16 bits
   */
  setNeededRoom(headroom: number, tailroom: number): void {
    const raw = this.#open();
    raw.needed_headroom = integer('headroom', headroom, 0, 0xffff);
    raw.needed_tailroom = integer('tailroom', tailroom, 0, 0xffff);
  }

  /**
   * Sets how many queues are in use at first.
   *
   * @throws RangeError: 0, or more than there are
   */
  setRealNumQueues(tx: number, rx: number): void {
    const raw = this.#open();
    raw.real_num_tx_queues = integer('tx queues', tx, 1, raw.num_tx_queues);
    raw.real_num_rx_queues = integer('rx queues', rx, 1, raw.num_rx_queues);
  }

  /**
   * Sets how long a stopped queue may stand before `txTimeout` is called, in milliseconds; 0 for the default of 5 s.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  setWatchdogTimeout(milliseconds: number): void {
    this.#open().watchdog_timeo = integer('watchdog timeout', milliseconds, 0, INT_MAX);
  }

  /**
   * Sets the longest packet that segmentation offload may be given, in octets. C twin: `netif_set_tso_max_size`.
   *
   * @throws RangeError: it is no integer from 2048 to 524280
   */
  setTsoMaxSize(octets: number): void {
    const raw = this.#open();
    raw.tso_max_size = integer('tso max size', octets, TSO_LEAST, TSO_MOST);
    // From net/core/dev.c:netif_set_tso_max_size: what packets are made of follows it down, not up.
    raw.gso_max_size = Math.min(raw.gso_max_size, octets);
    raw.gso_ipv4_max_size = Math.min(raw.gso_ipv4_max_size, octets);
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

  /**
   * Takes flags away that only the kernel sees: see `PrivFlags`.
   *
   * @throws RangeError: it is no integer of 31 bits
   */
  clearPrivFlags(flags: number): void {
    this.#open().priv_flags &= ~integer('priv flags', flags, 0, INT_MAX);
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
