import { ARPHRD_ETHER, ARPHRD_NETLINK, ARPHRD_VSOCKMON, ETH_ALEN, IFF_LOOPBACK, IFF_UP, PACKET_OUTGOING } from '@netdevkit/bindings';
import { NETDEV_EVENT, NET_XMIT_CN, netlink_ext_ack, type net_device, type netdev_cmd, type packet_type, type sk_buff } from '@netdevkit/bindings/raw';
import { errno, KernelError, toResult } from '@netdevkit/errno';
import type { DeviceConfig } from './dev-config.ts';
import type { Transmit } from './dev-xmit.ts';
import type { Devices } from './dev.ts';
import { carrierOk } from './link-watch.ts';
import type { NetdevChain } from './notifier.ts';
import type { Rtnl } from './rtnl.ts';
import { skb_put, skb_reserve, type SkBuffs } from './skbuff.ts';

/** How many packets of a queue the device may have in hand before it is asked to wait. */
const XOFF = 64;
/** How few of them end the wait. */
const XON = 32;
const VLAN_HLEN = 4;
/** Up to here a loop is quicker than a view and a call. */
const SHORT = 128;

/**
 * Whom a {@link DevicePort} tells. It is called from inside the kernel: it may look at the port, but changes nothing and
 * transmits nothing before it returns.
 */
export interface DevicePortHandler {
  /**
   * Takes a packet that the driver received; of a device that monitors, one that this kernel transmits to it.
   *
   * @param bytes - a slab with many packets, whose other octets are none of the handler's business
   * @param offset - where the packet starts, with its link-layer header
   * @param length - octets
   * @param protocol - its Ethertype, or for netlink packets the netlink protocol; host order
   */
  receive(bytes: Uint8Array, offset: number, length: number, protocol: number): void;
  /** The device has settled so many packets of a queue that it takes more. */
  room(queue: number): void;
  /** Something about the device changed: whether it is up, its carrier, MTU, address or name. */
  changed(): void;
  /** The device is gone, or has moved to another namespace; the port is closed. */
  gone(): void;
}

/** What a {@link DevicePort} stands on. */
export interface DevicePortDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly devices: Devices;
  readonly config: DeviceConfig;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
}

/** What the device has in hand of one of the port's queues. */
class Lane {
  pending = 0;
  full = false;
  /** The destructor of its packets: C's way of knowing what a socket has in hand, `sock_wfree`. */
  readonly settled: (skb: sk_buff) => void;

  constructor(room: () => void) {
    this.settled = () => {
      this.pending--;
      if (!this.full || this.pending > XON) return;
      this.full = false;
      room();
    };
  }
}

/**
 * A device with something else above it than the stack, such as an interface of the host. Made by `NetNamespace.openPort`.
 *
 * What is transmitted takes the device's whole way out: the choice of a queue, the queueing discipline, a stopped queue,
 * the driver, the counters. As long as the port is open, the device receives all groups: what is above may be in any.
 *
 * @remarks
 * # Invariants
 * The device's `rx_handler` is this port's while it is open, and it is closed before the device is freed.
 */
export class DevicePort implements Disposable {
  readonly #dev: net_device;
  readonly #handler: DevicePortHandler;
  readonly #deps: DevicePortDeps;
  readonly #lanes: Lane[] = [];
  readonly #notifier: Disposable;
  readonly #tap: packet_type | undefined;
  #isPromiscuous = false;
  #closed = false;

  /**
   * @param dev - a registered device
   * @throws KernelError `EBUSY`, `EINVAL`
   */
  constructor(dev: net_device, handler: DevicePortHandler, deps: DevicePortDeps) {
    // From net/bridge/br_if.c:br_add_if and net/core/dev.c:netdev_rx_handler_register.
    if ((dev.flags & IFF_LOOPBACK) !== 0) throw new KernelError('EINVAL', `${dev.name} is a loopback device`, { op: 'port' });
    if (dev.rx_handler !== null) throw new KernelError('EBUSY', `${dev.name} has a port already`, { op: 'port' });
    this.#dev = dev;
    this.#handler = handler;
    this.#deps = deps;
    dev.rx_handler = (skb) => {
      this.#receive(skb);
    };
    this.#tap = isMonitor(dev) ? this.#watchTransmitted(dev) : undefined;
    this.#notifier = deps.chain.register((event, which) => {
      if (which === dev) this.#notified(event);
      return 0;
    });
    this.#locked(() => {
      deps.devices.states.setAllmulti(dev, 1);
      return 0;
    }, 'port');
  }

  /** The device's name. */
  get name(): string {
    return this.#dev.name;
  }

  /** Its index. */
  get index(): number {
    return this.#dev.ifindex;
  }

  /** `ARPHRD_*`. */
  get type(): number {
    return this.#dev.type;
  }

  /** How many octets its packets' link-layer header has. */
  get headerLength(): number {
    return this.#dev.hard_header_len;
  }

  /** How many transmit queues are in use. */
  get queues(): number {
    return this.#dev.real_num_tx_queues;
  }

  /** Whether it is up. */
  get isUp(): boolean {
    return (this.#dev.flags & IFF_UP) !== 0;
  }

  /** Whether it has a carrier. */
  get hasCarrier(): boolean {
    return carrierOk(this.#dev);
  }

  /** Octets that a packet may have behind its header. */
  get mtu(): number {
    return this.#dev.mtu;
  }

  /** Its link-layer address; empty for a device without. */
  get address(): Uint8Array {
    return this.#dev.dev_addr.slice(0, this.#dev.addr_len);
  }

  /** Whether the port is closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Opens the device, or closes it.
   *
   * @throws KernelError what the driver's open says; `ENODEV`: the port is closed
   */
  setUp(isUp: boolean): void {
    const { states } = this.#deps.devices;
    this.#locked(() => {
      if (isUp) return states.open(this.#dev);
      states.close([this.#dev]);
      return 0;
    }, isUp ? 'open' : 'stop');
  }

  /**
   * Changes the MTU.
   *
   * @throws KernelError `EINVAL`: out of the device's bounds; what the driver says; `ENODEV`
   */
  setMtu(mtu: number): void {
    const extack = new netlink_ext_ack();
    this.#locked(() => this.#deps.config.setMtu(this.#dev, mtu, extack), 'change_mtu', extack);
  }

  /**
   * Changes the link-layer address.
   *
   * @param address - as long as the device's
   * @throws KernelError `EOPNOTSUPP`: it has none that could be changed; `EBUSY`: not while it is up; what the driver says;
   * `EINVAL`: another length; `ENODEV`
   */
  setAddress(address: Uint8Array): void {
    this.#locked(() => (address.length === this.#dev.addr_len ? this.#deps.config.setMacAddress(this.#dev, address) : -errno.EINVAL), 'set_mac_address');
  }

  /** Whether somebody above wants the packets for others, too. */
  setPromiscuous(isPromiscuous: boolean): void {
    if (isPromiscuous === this.#isPromiscuous) return;
    this.#locked(() => {
      this.#isPromiscuous = isPromiscuous;
      this.#deps.devices.states.setPromiscuity(this.#dev, isPromiscuous ? 1 : -1);
      return 0;
    }, 'promiscuity');
  }

  /**
   * Transmits a packet.
   *
   * @param queue - one of the caller's queues: what the device has in hand is counted for each. The device chooses its own
   * @param bytes - what holds the packet; it is copied
   * @param offset - where it starts, with its link-layer header
   * @param length - octets
   * @param protocol - its protocol, for a device whose packets have no header with it
   * @returns 0; 1 when the device takes no more of this queue until the handler is told of {@link DevicePortHandler.room}; or a
   * negative errno: `ENETDOWN`: it is down, or has no carrier; `EMSGSIZE`: longer than its MTU; `EINVAL`: less than a header;
   * `ENOBUFS`: memory is short, or its discipline is full; `ENODEV`: the port is closed
   */
  transmit(queue: number, bytes: Uint8Array, offset: number, length: number, protocol: number): number {
    const dev = this.#dev;
    const { skbs, xmit, rtnl } = this.#deps;
    if (this.#closed) return -errno.ENODEV;
    if ((dev.flags & IFF_UP) === 0) return -errno.ENETDOWN;
    // From include/linux/netdevice.h:__is_skb_forwardable.
    if (length > dev.mtu + dev.hard_header_len + VLAN_HLEN) return -errno.EMSGSIZE;
    if (length < dev.hard_header_len) return -errno.EINVAL;
    const headroom = dev.needed_headroom;
    const skb = skbs.alloc(headroom + length + dev.needed_tailroom);
    const head = skb?.head ?? null;
    if (skb === null || head === null) return -errno.ENOBUFS;
    if (headroom > 0) skb_reserve(skb, headroom);
    const at = skb_put(skb, length);
    const room = head.bytes;
    if (length <= SHORT) for (let i = 0; i < length; i++) room[at + i] = bytes[offset + i] ?? 0;
    else room.set(bytes.subarray(offset, offset + length), at);
    skb.network_header = at + dev.hard_header_len;
    skb.protocol = dev.type === ARPHRD_ETHER ? head.view.getUint16(at + 2 * ETH_ALEN, false) : protocol;
    skb.dev = dev;
    skb.sk = this;
    const lane = this.#lanes[queue] ?? this.#openLane(queue);
    skb.destructor = lane.settled;
    if (++lane.pending >= XOFF) lane.full = true;
    const result = xmit.queue(skb);
    rtnl.runWork();
    if (result > 0 && result !== NET_XMIT_CN) return -errno.ENOBUFS;
    if (result < 0) return result;
    return lane.full ? 1 : 0;
  }

  /** Gives the device back to the stack. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#locked(() => {
      this.#leave();
      return 0;
    }, 'port');
  }

  /** Lets go of the device, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #openLane(queue: number): Lane {
    return (this.#lanes[queue] = new Lane(() => {
      if (!this.#closed) this.#handler.room(queue);
    }));
  }

  #watchTransmitted(dev: net_device): packet_type {
    const tap: packet_type = {
      func: (skb) => {
        const { head } = skb;
        if (head !== null && skb.pkt_type === PACKET_OUTGOING) this.#handler.receive(head.bytes, skb.data, skb.len, skb.protocol);
        this.#deps.skbs.consume(skb);
      },
      dev,
      ignore_outgoing: false,
      // What the port transmits does not come back to it.
      sk: this,
    };
    this.#deps.xmit.addPacketHandler(tap);
    return tap;
  }

  #receive(skb: sk_buff): void {
    const { head, mac_header: start } = skb;
    if (head !== null) this.#handler.receive(head.bytes, start, skb.tail - start, skb.protocol);
    this.#deps.skbs.consume(skb);
  }

  #notified(event: netdev_cmd): void {
    switch (event) {
      case NETDEV_EVENT.UP:
      case NETDEV_EVENT.DOWN:
      case NETDEV_EVENT.CHANGE:
      case NETDEV_EVENT.CHANGEMTU:
      case NETDEV_EVENT.CHANGEADDR:
      case NETDEV_EVENT.CHANGENAME:
        this.#handler.changed();
        return;
      case NETDEV_EVENT.UNREGISTER:
        this.#leave();
        this.#handler.gone();
        return;
      default:
    }
  }

  /** Under RTNL. */
  #leave(): void {
    this.#closed = true;
    this.#notifier[Symbol.dispose]();
    const { devices, xmit } = this.#deps;
    this.#dev.rx_handler = null;
    if (this.#tap !== undefined) xmit.removePacketHandler(this.#tap);
    devices.states.setAllmulti(this.#dev, -1);
    if (this.#isPromiscuous) devices.states.setPromiscuity(this.#dev, -1);
  }

  #locked(change: () => number, op: string, extack?: netlink_ext_ack): void {
    if (this.#closed) throw new KernelError('ENODEV', 'the port is closed', { op });
    const { rtnl } = this.#deps;
    const result = rtnl.locked(change);
    rtnl.runWork();
    const message = extack?._msg ?? null;
    toResult(result, op, message === null ? undefined : { message });
  }
}

/** What is transmitted to such a device is what it receives, as its driver's counters say. */
function isMonitor({ type }: net_device): boolean {
  return type === ARPHRD_NETLINK || type === ARPHRD_VSOCKMON;
}
