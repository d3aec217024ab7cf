import {
  IF_OPER_DOWN,
  IFLA_ADDRESS,
  IFLA_ALLMULTI,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_CARRIER_CHANGES,
  IFLA_CARRIER_DOWN_COUNT,
  IFLA_CARRIER_UP_COUNT,
  IFLA_DEVLINK_PORT,
  IFLA_DPLL_PIN,
  IFLA_EVENT,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MAX_MTU,
  IFLA_MIN_MTU,
  IFLA_MTU,
  IFLA_NEW_IFINDEX,
  IFLA_NEW_NETNSID,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PERM_ADDRESS,
  IFLA_PROMISCUITY,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_PROTO_DOWN_REASON_VALUE,
  IFLA_QDISC,
  IFLA_STATS,
  IFLA_STATS64,
  IFLA_TARGET_NETNSID,
  IFLA_TSO_MAX_SEGS,
  IFLA_TSO_MAX_SIZE,
  IFLA_TXQLEN,
  IFLA_XDP,
  IFLA_XDP_ATTACHED,
  ifinfomsg,
  NLA_F_NESTED,
  rtnl_link_ifmap,
  rtnl_link_stats,
  rtnl_link_stats64,
} from '@netdevkit/bindings';
import { ALTIFNAMSIZ, NLMSG_GOODSIZE, type net, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import { devGetStats } from '../core/dev-stats.ts';
import { reportedFlags } from '../core/dev-state.ts';
import { carrierOk, getIflink, isRunning } from '../core/link-watch.ts';
import type { AfSpec } from './af-spec.ts';

/** Octets that everything takes whose size does not depend on the driver: 1936 at most, with the longest names and alias. */
const FIXED_SIZE = 2048;
const STATS_COUNT = rtnl_link_stats.SIZE / 4;

/** One message about a link: a record that callers keep and fill, since nothing is made per message. */
export interface LinkMessage {
  /** RTM_NEWLINK or RTM_DELLINK. */
  type: number;
  portid: number;
  seq: number;
  /** `nlmsg_flags`. */
  flags: number;
  /** `ifi_change`. */
  change: number;
  /** `RTEXT_FILTER_*`. */
  extMask: number;
  /** `IFLA_EVENT_*`, 0 for none. */
  event: number;
  /** The number of the namespace that the link moves to, `null` when it stays. */
  newNsid: number | null;
  /** The index that the link will have there, 0 when it stays. */
  newIfindex: number;
  /** The number by which the asker named the link's namespace, -1 when it is the asker's own. */
  targetNsid: number;
  /** The namespace of the asker, whose numbers of other namespaces are told; `null` for the link's own. */
  asker: net | null;
}

/** A message with nothing in it. */
export function linkMessage(type: number): LinkMessage {
  return { type, portid: 0, seq: 0, flags: 0, change: 0, extMask: 0, event: 0, newNsid: null, newIfindex: 0, targetNsid: -1, asker: null };
}

/**
 * Writes messages about links: `rtnl_fill_ifinfo` of net/core/rtnetlink.c.
 */
export class LinkFill {
  readonly #af: AfSpec;
  readonly #faults: Faults;
  readonly #nsid: (from: net, to: net) => number;
  readonly #stats = new BigUint64Array(rtnl_link_stats64.SIZE / 8);
  readonly #statsOctets = new Uint8Array(this.#stats.buffer);
  readonly #statsHalves = new Uint32Array(this.#stats.buffer);
  readonly #oldStats = new Uint32Array(STATS_COUNT);
  readonly #oldStatsOctets = new Uint8Array(this.#oldStats.buffer);
  /** `proto_down_reason` of the devices that have any. */
  readonly protoDownReasons: WeakMap<net_device, number> = new WeakMap<net_device, number>();

  /**
   * @param nsid - the number by which a namespace knows another one, given if it has none yet: `peernet2id_alloc`
   */
  constructor(af: AfSpec, faults: Faults, nsid: (from: net, to: net) => number) {
    this.#af = af;
    this.#faults = faults;
    this.#nsid = nsid;
  }

  /** Octets that a message about a link takes at most: `if_nlmsg_size`. */
  size(dev: net_device): number {
    const ops = dev.rtnl_link_ops;
    let size = FIXED_SIZE + dev.altnames.length * (ALTIFNAMSIZ + 4);
    if (ops !== null) size += 3 * ops.kind.length;
    if (ops !== null && ops.fill_info !== null) {
      // Unlike Linux, a driver that does not say how much it writes gets room all the same.
      size += ops.get_size === null ? NLMSG_GOODSIZE : ops.get_size(dev);
    }
    return size;
  }

  /**
   * Writes one message.
   *
   * @returns 0, or -EMSGSIZE when it does not fit or the driver failed; then nothing was written
   */
  fill(writer: MessageWriter, dev: net_device, message: LinkMessage): number {
    const mark = writer.mark();
    const start = writer.begin(message.type, message.flags, message.seq, message.portid);
    if (start === -1) {
      writer.cancel(mark);
      return -errno.EMSGSIZE;
    }
    const header = writer.reserve(ifinfomsg.SIZE);
    if (header !== -1) {
      const { view } = writer;
      ifinfomsg.set_ifi_type(view, header, dev.type);
      ifinfomsg.set_ifi_index(view, header, dev.ifindex);
      ifinfomsg.set_ifi_flags(view, header, reportedFlags(dev));
      ifinfomsg.set_ifi_change(view, header, message.change);
    }
    if (message.targetNsid >= 0) writer.putS32(IFLA_TARGET_NETNSID, message.targetNsid);
    this.#putBasics(writer, dev);
    this.#putProtoDown(writer, dev);
    if (message.event !== 0) writer.putU32(IFLA_EVENT, message.event);
    if (dev.addr_len > 0) {
      putAddress(writer, IFLA_ADDRESS, dev.dev_addr, dev.addr_len);
      putAddress(writer, IFLA_BROADCAST, dev.broadcast, dev.addr_len);
    }
    this.#putStats(writer, dev);
    const xdp = writer.nestStart(IFLA_XDP);
    writer.putU8(IFLA_XDP_ATTACHED, 0);
    writer.nestEnd(xdp);
    const failed = dev.rtnl_link_ops !== null && !this.#putLinkInfo(writer, dev);
    if (message.newNsid !== null) writer.putS32(IFLA_NEW_NETNSID, message.newNsid);
    if (message.newIfindex !== 0) writer.putS32(IFLA_NEW_IFINDEX, message.newIfindex);
    if (hasAddress(dev.perm_addr, dev.addr_len)) putAddress(writer, IFLA_PERM_ADDRESS, dev.perm_addr, dev.addr_len);
    this.#putLink(writer, dev, message.asker ?? dev.nd_net);
    writer.putString(IFLA_QDISC, dev.qdisc);
    this.#af.fill(writer, dev, message.extMask);
    writer.reserveAttribute(IFLA_MAP, rtnl_link_ifmap.SIZE);
    putAltnames(writer, dev);
    writer.nestEnd(writer.nestStart(IFLA_DEVLINK_PORT | NLA_F_NESTED));
    writer.nestEnd(writer.nestStart(IFLA_DPLL_PIN | NLA_F_NESTED));
    if (failed || writer.overflowed) {
      writer.cancel(start);
      return -errno.EMSGSIZE;
    }
    writer.end();
    return 0;
  }

  #putBasics(writer: MessageWriter, dev: net_device): void {
    writer.putString(IFLA_IFNAME, dev.name);
    writer.putU32(IFLA_TXQLEN, dev.tx_queue_len);
    writer.putU8(IFLA_OPERSTATE, isRunning(dev) ? dev.operstate : IF_OPER_DOWN);
    writer.putU8(IFLA_LINKMODE, dev.link_mode);
    writer.putU32(IFLA_MTU, dev.mtu);
    writer.putU32(IFLA_MIN_MTU, dev.min_mtu);
    writer.putU32(IFLA_MAX_MTU, dev.max_mtu);
    writer.putU32(IFLA_GROUP, dev.group);
    writer.putU32(IFLA_PROMISCUITY, dev.promiscuity);
    writer.putU32(IFLA_ALLMULTI, dev.allmulti);
    writer.putU32(IFLA_NUM_TX_QUEUES, dev.num_tx_queues);
    writer.putU32(IFLA_GSO_MAX_SEGS, dev.gso_max_segs);
    writer.putU32(IFLA_GSO_MAX_SIZE, dev.gso_max_size);
    writer.putU32(IFLA_GRO_MAX_SIZE, dev.gro_max_size);
    writer.putU32(IFLA_GSO_IPV4_MAX_SIZE, dev.gso_ipv4_max_size);
    writer.putU32(IFLA_GRO_IPV4_MAX_SIZE, dev.gro_ipv4_max_size);
    writer.putU32(IFLA_TSO_MAX_SIZE, dev.tso_max_size);
    writer.putU32(IFLA_TSO_MAX_SEGS, dev.tso_max_segs);
    writer.putU32(IFLA_NUM_RX_QUEUES, dev.num_rx_queues);
    if (dev.master !== null) writer.putU32(IFLA_MASTER, dev.master.ifindex);
    writer.putU8(IFLA_CARRIER, carrierOk(dev) ? 1 : 0);
    if (dev.ifalias !== '') writer.putString(IFLA_IFALIAS, dev.ifalias);
    writer.putU32(IFLA_CARRIER_CHANGES, dev.carrier_up_count + dev.carrier_down_count);
    writer.putU32(IFLA_CARRIER_UP_COUNT, dev.carrier_up_count);
    writer.putU32(IFLA_CARRIER_DOWN_COUNT, dev.carrier_down_count);
  }

  #putProtoDown(writer: MessageWriter, dev: net_device): void {
    writer.putU8(IFLA_PROTO_DOWN, dev.proto_down ? 1 : 0);
    const reason = this.protoDownReasons.get(dev) ?? 0;
    if (reason === 0) return;
    const nest = writer.nestStart(IFLA_PROTO_DOWN_REASON | NLA_F_NESTED);
    writer.putU32(IFLA_PROTO_DOWN_REASON_VALUE, reason);
    writer.nestEnd(nest);
  }

  #putStats(writer: MessageWriter, dev: net_device): void {
    devGetStats(dev, this.#stats);
    writer.putBytes(IFLA_STATS64, this.#statsOctets);
    // The old record has the lower halves, and none for the counter that came last.
    for (let i = 0; i < STATS_COUNT; i++) this.#oldStats[i] = this.#statsHalves[2 * i] ?? 0;
    writer.putBytes(IFLA_STATS, this.#oldStatsOctets);
  }

  /** From net/core/rtnetlink.c:rtnl_fill_link_netnsid. */
  #putLink(writer: MessageWriter, dev: net_device, asker: net): void {
    const linkNet = dev.rtnl_link_ops?.get_link_net?.(dev) ?? dev.nd_net;
    const elsewhere = linkNet !== dev.nd_net;
    if (elsewhere) writer.putS32(IFLA_LINK_NETNSID, this.#nsid(asker, linkNet));
    const iflink = getIflink(dev);
    if (elsewhere || iflink !== dev.ifindex) writer.putU32(IFLA_LINK, iflink);
  }

  /** Gives whether it went well. From net/core/rtnetlink.c:rtnl_link_info_fill. */
  #putLinkInfo(writer: MessageWriter, dev: net_device): boolean {
    const ops = dev.rtnl_link_ops;
    if (ops === null) return true;
    const nest = writer.nestStart(IFLA_LINKINFO);
    writer.putString(IFLA_INFO_KIND, ops.kind);
    let error = 0;
    if (ops.fill_info !== null) {
      const data = writer.nestStart(IFLA_INFO_DATA);
      error = this.#faults.refusal('fill_info') || ops.fill_info(writer, dev);
      writer.nestEnd(data);
    }
    writer.nestEnd(nest);
    return error >= 0;
  }
}

function putAddress(writer: MessageWriter, type: number, address: Uint8Array, length: number): void {
  const at = writer.reserveAttribute(type, length);
  if (at === -1) return;
  for (let i = 0; i < length; i++) writer.buffer[at + i] = address[i] ?? 0;
}

function hasAddress(address: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (address[i] !== 0) return true;
  return false;
}

function putAltnames(writer: MessageWriter, dev: net_device): void {
  if (dev.altnames.length === 0) return;
  const nest = writer.nestStart(IFLA_PROP_LIST | NLA_F_NESTED);
  for (const name of dev.altnames) writer.putString(IFLA_ALT_IFNAME, name);
  writer.nestEnd(nest);
}
