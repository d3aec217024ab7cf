import {
  AF_UNSPEC,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  ifinfomsg,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  RTM_GETLINK,
  RTM_NEWLINK,
  SOCK_RAW,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import {
  IFF_NO_QUEUE,
  NETDEV_PCPU_STAT,
  NETDEV_TX_OK,
  NETREG,
  NLMSG_GOODSIZE,
  type module_image,
  type net_device,
  type net_device_ops,
  type netlink_tap,
  type rtnl_link_ops,
} from '@netdevkit/bindings/raw';
import { errnoName } from '@netdevkit/errno';
import { MessageWriter, messages, parseDone, parseError, type ErrorMessage, type Message } from '@netdevkit/netlink';
import { ManualClock } from '../src/clock.ts';
import { Core } from '../src/core.ts';
import type { Faults } from '../src/faults.ts';
import { moduleSource } from '../src/module.ts';
import type { Devices } from '../src/net/core/dev.ts';
import type { Namespaces, Net } from '../src/net/core/net-namespace.ts';
import type { NetdevChain } from '../src/net/core/notifier.ts';
import type { Rtnl } from '../src/net/core/rtnl.ts';
import type { SkBuffs } from '../src/net/core/skbuff.ts';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { Netlink } from '../src/net/netlink/netlink.ts';
import type { Rtnetlink } from '../src/net/rtnetlink/rtnetlink.ts';
import type { Printk } from '../src/printk.ts';
import { NO_OPS } from './netlink-rig.ts';

/** A kernel's subsystems, and kinds of links for it. */
export class Rig {
  readonly core: Core;
  readonly init: Net;

  constructor(images: readonly module_image[] = []) {
    this.core = new Core({ clock: new ManualClock(), modules: moduleSource(images), cpus: 1, tgid: 1000, trackLeaks: false });
    this.init = this.namespace('');
  }

  get log(): Printk {
    return this.core.log;
  }

  get faults(): Faults {
    return this.core.faults;
  }

  get rtnl(): Rtnl {
    return this.core.rtnl;
  }

  get chain(): NetdevChain {
    return this.core.chain;
  }

  get skbs(): SkBuffs {
    return this.core.skbs;
  }

  get namespaces(): Namespaces {
    return this.core.namespaces;
  }

  get netlink(): Netlink {
    return this.core.netlink;
  }

  get devices(): Devices {
    return this.core.devices;
  }

  get rtnetlink(): Rtnetlink {
    return this.core.rtnetlink;
  }

  namespace(name: string): Net {
    const made = this.namespaces.create(name);
    if (typeof made === 'number') throw new Error(`namespace: errno ${String(-made)}`);
    return made;
  }

  /**
   * A kind shaped like nlmon: no address, no options, validate that refuses an address, and a tap while it is up.
   *
   * @param seen - gets a copy of each datagram that passes the tap
   */
  nlmonOps(seen?: (datagram: Uint8Array, dev: net_device) => void): rtnl_link_ops {
    const taps = new Map<net_device, netlink_tap>();
    const device_ops: net_device_ops = {
      ...NO_DEVICE_OPS,
      ndo_open: (dev) => {
        const tap = { dev, module: null };
        taps.set(dev, tap);
        return this.netlink.addTap(tap);
      },
      ndo_stop: (dev) => {
        const tap = taps.get(dev);
        return tap === undefined ? 0 : this.netlink.removeTap(tap);
      },
      ndo_start_xmit: (skb, dev) => {
        seen?.(skb.head?.bytes.slice(skb.data, skb.tail) ?? new Uint8Array(0), dev);
        this.skbs.consume(skb);
        return NETDEV_TX_OK;
      },
    };
    return {
      ...EMPTY_OPS,
      owner: this.core.modules.builtin,
      kind: 'nlmon',
      setup: (dev) => {
        dev.type = 824;
        dev.priv_flags |= IFF_NO_QUEUE;
        dev.lltx = true;
        dev.needs_free_netdev = true;
        dev.flags = 0x80;
        dev.pcpu_stat_type = NETDEV_PCPU_STAT.LSTATS;
        dev.mtu = NLMSG_GOODSIZE;
        dev.min_mtu = 16;
        dev.netdev_ops = device_ops;
        return 0;
      },
      validate: (tb) => (tb.has(1) ? -22 : 0),
    };
  }

  /** A kind shaped like dummy: Ethernet, with an address that may be set and a carrier that may change. */
  dummyOps(): rtnl_link_ops {
    return {
      ...EMPTY_OPS,
      owner: this.core.modules.builtin,
      kind: 'dummy',
      setup: (dev) => {
        dev.type = 1;
        dev.priv_flags |= IFF_NO_QUEUE;
        dev.lltx = true;
        dev.needs_free_netdev = true;
        dev.flags = 0x82;
        dev.mtu = 1500;
        dev.addr_len = 6;
        dev.dev_addr.set([0x3e, 0x20, 0x67, 0x76, 0x03, 0xac]);
        dev.addr_assign_type = 1;
        dev.broadcast.fill(0xff, 0, 6);
        dev.pcpu_stat_type = NETDEV_PCPU_STAT.LSTATS;
        dev.netdev_ops = this.#dummyDeviceOps;
        return 0;
      },
    };
  }

  readonly #dummyDeviceOps: net_device_ops = {
    ...NO_DEVICE_OPS,
    ndo_set_mac_address: (dev, address) => {
      if (((address[0] ?? 0) & 1) !== 0 || address.every((octet) => octet === 0)) return -99;
      dev.dev_addr.set(address);
      return 0;
    },
    ndo_change_carrier: (dev, carrier) => {
      if (carrier) this.devices.linkWatch.carrierOn(dev);
      else this.devices.linkWatch.carrierOff(dev);
      return 0;
    },
  };

  /** A socket of `NETLINK_ROUTE`, with extended acknowledgements. */
  socket(namespace: Net = this.init, netAdmin = true): EmbeddedNetlinkSocket {
    const socket = this.netlink.socket(namespace, SOCK_RAW, NETLINK_ROUTE, { uid: netAdmin ? 0 : 1000, netAdmin, netBroadcast: netAdmin });
    if (typeof socket === 'number') throw new Error(`socket: errno ${String(-socket)}`);
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    return socket;
  }
}

/** The network operations of a device that takes packets, and does nothing else. */
export const NO_DEVICE_OPS: net_device_ops = { ...NO_OPS, ndo_start_xmit: () => NETDEV_TX_OK };

const EMPTY_OPS: Omit<rtnl_link_ops, 'kind' | 'owner'> = {
  maxtype: 0,
  policy: null,
  setup: null,
  validate: null,
  newlink: null,
  changelink: null,
  dellink: null,
  get_size: null,
  fill_info: null,
  get_link_net: null,
  get_num_tx_queues: null,
  get_num_rx_queues: null,
};

/** A request of type, flags and payload; the sequence number counts up. */
export interface Ask {
  readonly type: number;
  readonly flags?: number;
  readonly seq?: number;
  readonly family?: number;
  readonly index?: number;
  readonly ifiFlags?: number;
  readonly ifiChange?: number;
  readonly attributes?: (writer: MessageWriter) => void;
}

let sequence = 0;

/** One message about a link. */
export function linkMessage(ask: Ask): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(ask.type, NLM_F_REQUEST | (ask.flags ?? NLM_F_ACK), ask.seq ?? ++sequence, 0);
  const at = writer.reserve(ifinfomsg.SIZE);
  ifinfomsg.set_ifi_family(writer.view, at, ask.family ?? AF_UNSPEC);
  ifinfomsg.set_ifi_index(writer.view, at, ask.index ?? 0);
  ifinfomsg.set_ifi_flags(writer.view, at, ask.ifiFlags ?? 0);
  ifinfomsg.set_ifi_change(writer.view, at, ask.ifiChange ?? 0);
  ask.attributes?.(writer);
  writer.end();
  return writer.toBytes();
}

/** Everything that is queued. */
export function drain(socket: EmbeddedNetlinkSocket): Message[] {
  const all: Message[] = [];
  for (let datagram = socket.receive(); datagram !== undefined; datagram = socket.receive()) {
    all.push(...messages(datagram.bytes));
  }
  return all;
}

/** Sends octets and gives all that comes back. */
export function exchange(socket: EmbeddedNetlinkSocket, bytes: Uint8Array): Message[] {
  socket.send(bytes);
  return drain(socket);
}

/** The error or acknowledgement among messages. */
export function verdict(answer: readonly Message[]): ErrorMessage {
  for (const message of answer) {
    if (message.type === NLMSG_ERROR) {
      const error = parseError(message);
      if (error !== undefined) return error;
    }
    if (message.type === NLMSG_DONE) {
      const done = parseDone(message);
      if (done !== undefined) return done;
    }
  }
  throw new Error('no acknowledgement');
}

/** An errno by name with the kernel's words, or `ok`; `ok: …` when the kernel has something to say all the same. */
export function outcome({ errno, extack }: ErrorMessage): string {
  const code = errno === 0 ? 'ok' : (errnoName(errno) ?? String(errno));
  return extack?.message === undefined ? code : `${code}: ${extack.message}`;
}

/** Asks about a link; gives the outcome. */
export function ask(socket: EmbeddedNetlinkSocket, request: Ask): string {
  return outcome(verdict(exchange(socket, linkMessage(request))));
}

/** RTM_NEWLINK that makes a link. */
export function add(socket: EmbeddedNetlinkSocket, name: string, kind: string, more: Partial<Ask> = {}): string {
  return ask(socket, {
    type: RTM_NEWLINK,
    flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
    ...more,
    attributes: (writer) => {
      if (name !== '') writer.putString(IFLA_IFNAME, name);
      writer.putNested(IFLA_LINKINFO, () => {
        writer.putString(IFLA_INFO_KIND, kind);
      });
      more.attributes?.(writer);
    },
  });
}

/** RTM_GETLINK of one link. */
export function get(socket: EmbeddedNetlinkSocket, index: number, attributes?: (writer: MessageWriter) => void): Message {
  const [answer] = exchange(socket, linkMessage({ type: RTM_GETLINK, flags: 0, index, ...(attributes === undefined ? {} : { attributes }) }));
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** The indexes that a dump shows. */
export function dump(socket: EmbeddedNetlinkSocket, more: Partial<Ask> = {}): { links: Message[]; done: ErrorMessage } {
  const answer = exchange(socket, linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP, ...more }));
  return { links: answer.filter(({ type }) => type === RTM_NEWLINK), done: verdict(answer) };
}

/** `ifi_index` of a message. */
export function indexOf(message: Message): number {
  return ifinfomsg.ifi_index(message.view, message.offset + NLMSG_HDRLEN);
}

/** The device with a name, which must be there. */
export function device(namespace: Net, name: string): net_device {
  const found = namespace.byName(name);
  if (found === undefined) throw new Error(`no device ${name}`);
  return found;
}

/** The names of the links of a namespace, by ascending index. */
export function names(namespace: Net): string[] {
  return namespace.devices.map(({ name }) => name);
}

/**
 * What must hold whenever the kernel is left.
 *
 * @throws Error that says what does not
 */
export function checkInvariants(rig: Rig): void {
  const problems: string[] = [];
  if (rig.rtnl.held) problems.push('RTNL is held');
  const registered = new Set<net_device>();
  for (const namespace of rig.namespaces.all) {
    let last = 0;
    for (const dev of namespace.devices) {
      registered.add(dev);
      if (dev.ifindex <= last) problems.push(`${dev.name}: index ${String(dev.ifindex)} after ${String(last)}`);
      last = dev.ifindex;
      if (namespace.indexes.get(dev.ifindex) !== dev) problems.push(`${dev.name} is not found by its index`);
      for (const name of [dev.name, ...dev.altnames]) {
        if (namespace.names.get(name) !== dev) problems.push(`${name} does not lead to ${dev.name}`);
      }
      if (dev.nd_net !== namespace) problems.push(`${dev.name} thinks that it is elsewhere`);
      if (dev.reg_state !== NETREG.REGISTERED) problems.push(`${dev.name} is listed in state ${String(dev.reg_state)}`);
      if (dev.rtnl_link_initializing) problems.push(`${dev.name} is listed and was not announced`);
    }
    const count = namespace.devices.reduce((sum, dev) => sum + 1 + dev.altnames.length, 0);
    if (namespace.names.size !== count) problems.push(`${String(namespace.names.size)} names for ${String(count)}`);
    if (namespace.indexes.size !== namespace.devices.length) problems.push('an index leads nowhere');
  }
  for (const dev of rig.devices.allocated()) if (!registered.has(dev)) problems.push(`${dev.name} exists and is not listed`);
  if (problems.length > 0) throw new Error(problems.join('; '));
}
