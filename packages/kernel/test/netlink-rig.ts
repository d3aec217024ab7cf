import {
  ARPHRD_NETLINK,
  IFF_NOARP,
  IFF_UP,
  NETLINK_NFLOG,
  NLMSG_HDRLEN,
  SOCK_RAW,
  nlmsgerr,
  nlmsghdr,
} from '@netdevkit/bindings';
import {
  IFF_NO_QUEUE,
  NETDEV_PCPU_STAT,
  NETDEV_TX_OK,
  NLMSG_GOODSIZE,
  type module_image,
  type net_device,
  type net_device_ops,
  type netlink_tap,
  type sk_buff,
} from '@netdevkit/bindings/raw';
import { expect } from 'vitest';
import { ManualClock } from '../src/clock.ts';
import { Core } from '../src/core.ts';
import { moduleSource } from '../src/module.ts';
import type { Net } from '../src/net/core/net-namespace.ts';
import type { Credentials } from '../src/net/core/sock.ts';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { KernelSocket, KernelSocketConfig } from '../src/net/netlink/netlink-sock.ts';
import type { RequestHandler } from '../src/net/netlink/netlink-types.ts';
import type { PacketSocket } from '../src/net/packet/packet-socket.ts';

/** The family that tests have handlers of their own in: one that nlmon sees. */
export const PROTOCOL: number = NETLINK_NFLOG;
export const ROOT: Credentials = { uid: 0, netAdmin: true, netBroadcast: true };
export const USER: Credentials = { uid: 1000, netAdmin: false, netBroadcast: false };

/** A kernel, and short ways to what tests of netlink do with it. */
export class Rig implements Disposable {
  readonly clock: ManualClock = new ManualClock(1_700_000_000);
  readonly core: Core;
  readonly init: Net;

  constructor(images: readonly module_image[] = []) {
    this.core = new Core({ clock: this.clock, modules: moduleSource(images), cpus: 1, tgid: 4321, trackLeaks: true });
    this.init = this.namespace('');
  }

  namespace(name: string): Net {
    return value(this.core.namespaces.create(name));
  }

  /** A kernel socket of {@link PROTOCOL} whose requests go to `handler`. */
  family(handler: RequestHandler, config: Partial<KernelSocketConfig> = {}, namespace: Net = this.init): KernelSocket {
    const { netlink } = this.core;
    return value(
      netlink.createKernelSocket(namespace, PROTOCOL, {
        groups: 40,
        nonrootRecv: true,
        nonrootSend: false,
        input: (skb, sender, receiver) => {
          netlink.receive(skb, sender, receiver, handler);
        },
        ...config,
      }),
    );
  }

  socket(protocol: number, credentials: Credentials = ROOT, namespace: Net = this.init): EmbeddedNetlinkSocket {
    return value(this.core.netlink.socket(namespace, SOCK_RAW, protocol, credentials));
  }

  packetSocket(type: number, protocol: number, namespace: Net = this.init): PacketSocket {
    return value(this.core.packets.socket(namespace, type, protocol, ROOT));
  }

  /** An skb with these octets. */
  skb(bytes: Uint8Array, size: number = bytes.length): sk_buff {
    const skb = this.core.alloc_skb(size);
    if (skb?.head == null) throw new Error('no memory');
    skb.head.bytes.set(bytes, this.core.skb_put(skb, bytes.length));
    return skb;
  }

  /** A registered device, nlmon in few lines: adds its tap when it opens. */
  tapDevice(name: string, namespace: Net = this.init, options: { readonly ops?: Partial<net_device_ops>; readonly leaveTap?: boolean } = {}): TapDevice {
    const { core } = this;
    const tap: netlink_tap = { dev: null, module: null };
    const seen: number[] = [];
    const ops: net_device_ops = {
      ...NO_OPS,
      ndo_open: (dev) => {
        tap.dev = dev;
        return core.netlink_add_tap(tap);
      },
      ndo_stop: () => (options.leaveTap === true ? 0 : core.netlink_remove_tap(tap)),
      ndo_start_xmit: (skb) => {
        seen.push(skb.pkt_type);
        core.consume_skb(skb);
        return NETDEV_TX_OK;
      },
      ...options.ops,
    };
    const dev = value(
      core.alloc_netdev_mqs(
        namespace,
        name,
        (made) => {
          made.type = ARPHRD_NETLINK;
          made.flags = IFF_NOARP;
          made.priv_flags |= IFF_NO_QUEUE;
          made.lltx = true;
          made.mtu = NLMSG_GOODSIZE;
          made.min_mtu = NLMSG_HDRLEN;
          made.needs_free_netdev = true;
          made.pcpu_stat_type = NETDEV_PCPU_STAT.LSTATS;
          made.netdev_ops = ops;
          return 0;
        },
        1,
        1,
      ),
    );
    expect(core.register_netdev(dev)).toBe(0);
    return { dev, tap, seen };
  }

  up(dev: net_device): number {
    return this.#flags(dev, dev.flags | IFF_UP);
  }

  down(dev: net_device): number {
    return this.#flags(dev, dev.flags & ~IFF_UP);
  }

  /** Ends the kernel, and fails the test when anything was left. */
  [Symbol.dispose](): void {
    for (const namespace of this.core.namespaces.all.reverse()) this.core.destroyNamespace(namespace);
    const { skbs, netlink, packets, devices } = this.core;
    expect({
      skbs: skbs.leaks().map(({ origin }) => origin?.stack),
      sockets: netlink.liveSockets + packets.live,
      dumps: netlink.liveDumps,
      taps: netlink.liveTaps,
      devices: devices.live,
    }).toEqual({ skbs: [], sockets: 0, dumps: 0, taps: 0, devices: 0 });
  }

  #flags(dev: net_device, flags: number): number {
    const { rtnl, devices } = this.core;
    rtnl.lock();
    const error = devices.states.changeFlags(dev, flags);
    rtnl.unlock();
    rtnl.runWork();
    return error;
  }
}

/** What {@link Rig.tapDevice} makes. */
export interface TapDevice {
  readonly dev: net_device;
  readonly tap: netlink_tap;
  /** The packet types of what the driver was given. */
  readonly seen: number[];
}

export const NO_OPS: net_device_ops = {
  ndo_init: null,
  ndo_uninit: null,
  ndo_open: null,
  ndo_stop: null,
  ndo_start_xmit: null,
  ndo_set_rx_mode: null,
  ndo_set_mac_address: null,
  ndo_validate_addr: null,
  ndo_change_mtu: null,
  ndo_get_stats64: null,
  ndo_change_carrier: null,
  ndo_change_proto_down: null,
  ndo_select_queue: null,
  ndo_get_iflink: null,
  ndo_fix_features: null,
  ndo_set_features: null,
  ndo_tx_timeout: null,
};

/** A value that a raw function gave, where a negative errno fails the test. */
export function value<T>(result: T | number): T {
  if (typeof result === 'number') throw new Error(`errno ${String(-result)}`);
  return result;
}

/** One message of octets. */
export function message(type: number, flags: number, seq = 1, payload: Uint8Array = new Uint8Array(0), length?: number): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HDRLEN + payload.length);
  const view = new DataView(bytes.buffer);
  nlmsghdr.set_nlmsg_len(view, 0, length ?? bytes.length);
  nlmsghdr.set_nlmsg_type(view, 0, type);
  nlmsghdr.set_nlmsg_flags(view, 0, flags);
  nlmsghdr.set_nlmsg_seq(view, 0, seq);
  bytes.set(payload, NLMSG_HDRLEN);
  return bytes;
}

/** A header, and what an NLMSG_ERROR or NLMSG_DONE says. */
export interface Header {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly pid: number;
  /** The first 32 bits of the payload, signed. */
  readonly error: number;
}

/** The headers of a datagram's messages. */
export function headers(bytes: Uint8Array): Header[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Header[] = [];
  for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
    const length = nlmsghdr.nlmsg_len(view, at);
    found.push({
      length,
      type: nlmsghdr.nlmsg_type(view, at),
      flags: nlmsghdr.nlmsg_flags(view, at),
      seq: nlmsghdr.nlmsg_seq(view, at),
      pid: nlmsghdr.nlmsg_pid(view, at),
      error: at + NLMSG_HDRLEN + 4 <= bytes.length ? nlmsgerr.error(view, at + NLMSG_HDRLEN) : 0,
    });
    at += (length + 3) & ~3;
  }
  return found;
}

/** Everything that waits in a socket. */
export function drain(socket: EmbeddedNetlinkSocket): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (let next = socket.receive(); next !== undefined; next = socket.receive()) datagrams.push(next.bytes);
  return datagrams;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
