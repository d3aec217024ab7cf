import {
  if_stats_msg,
  IFLA_OFFLOAD_XSTATS_HW_S_INFO,
  IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST,
  IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED,
  IFLA_OFFLOAD_XSTATS_L3_STATS,
  IFLA_OFFLOAD_XSTATS_MAX,
  IFLA_STATS_AF_SPEC,
  IFLA_STATS_GET_FILTERS,
  IFLA_STATS_GETSET_MAX,
  IFLA_STATS_LINK_64,
  IFLA_STATS_LINK_OFFLOAD_XSTATS,
  IFLA_STATS_MAX,
  IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS,
  NLA_F_NESTED,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  PF_UNSPEC,
  RTM_NEWSTATS,
  RTNLGRP_STATS,
  rtnl_link_stats64,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import { devGetStats } from '../core/dev-stats.ts';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { dumpDevices } from './device-walk.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';

/** `struct rtnl_hw_stats64`: nine counters. */
const HW_STATS_SIZE = 72;
/** Octets that a message takes at most: its headers, 204 for the counters, 92 for the hardware's, 4 for the families. */
const MESSAGE_SIZE = 512;

const FILTER_POLICY: nla_policies = policies(IFLA_STATS_MAX, {
  // From net/core/rtnetlink.c:RTNL_STATS_OFFLOAD_XSTATS_VALID: one bit more than there are attributes.
  [IFLA_STATS_LINK_OFFLOAD_XSTATS]: { type: 'NLA_U32', mask: (1 << (IFLA_OFFLOAD_XSTATS_MAX + 1)) - 1 },
});
const GET_POLICY: nla_policies = policies(IFLA_STATS_GETSET_MAX, {
  [IFLA_STATS_GET_FILTERS]: { type: 'NLA_NESTED', nested: FILTER_POLICY },
});
const SET_POLICY: nla_policies = policies(IFLA_STATS_GETSET_MAX, {
  [IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS]: { type: 'NLA_U8', max: 1 },
});

/** What is wanted of a device: a mask of attributes, and one of those inside `IFLA_STATS_LINK_OFFLOAD_XSTATS`. */
interface Filters {
  readonly mask: number;
  readonly offload: number;
}

/** Where a dump stands. */
class StatsDump {
  readonly filters: Filters;
  ifindex = 0;

  constructor(filters: Filters) {
    this.filters = filters;
  }
}

/** `IFLA_STATS_FILTER_BIT`. */
function isWanted(mask: number, type: number): boolean {
  return (mask & (1 << (type - 1))) !== 0;
}

/**
 * RTM_GETSTATS and RTM_SETSTATS: counters without the rest of a link. net/core/rtnetlink.c.
 */
export class GetStats {
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(IFLA_STATS_GETSET_MAX);
  readonly #filters = new AttributeTable(IFLA_STATS_MAX);
  readonly #stats = new BigUint64Array(rtnl_link_stats64.SIZE / 8);
  readonly #statsOctets = new Uint8Array(this.#stats.buffer);
  /** The devices whose hardware was asked to count. None has any, so none does. */
  readonly #l3 = new WeakSet<net_device>();

  constructor(sockets: RtnlSockets) {
    this.#sockets = sockets;
  }

  /** From net/core/rtnetlink.c:rtnl_stats_get. */
  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, view, offset, namespace } = request;
    const error = checkHeader(view, offset, request.length, request.socket.strictCheck, false, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    const ifindex = if_stats_msg.ifindex(view, header);
    if (ifindex === 0) return -errno.EINVAL;
    const dev = namespace.byIndex(ifindex);
    if (dev === undefined) return -errno.ENODEV;
    const mask = if_stats_msg.filter_mask(view, header);
    if (mask === 0) return refuse(extack, 'EINVAL', 'Filter mask must be set for stats get');
    const filters = this.#parse(bytes, offset, mask, extack);
    if (typeof filters === 'number') return filters;
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => this.#fill(writer, dev, request.portid, request.seq, 0, filters));
    return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, request.portid);
  };

  /** From net/core/rtnetlink.c:rtnl_stats_dump. */
  readonly dump = (chunk: MessageWriter, callback: DumpCallback): number => {
    const { namespace, portid, seq } = callback;
    callback.generation = namespace.devBaseSeq;
    const state = callback.state instanceof StatsDump ? callback.state : this.#start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    return dumpDevices(namespace, state, chunk, (dev) => this.#fill(chunk, dev, portid, seq, NLM_F_MULTI, state.filters));
  };

  /** From net/core/rtnetlink.c:rtnl_stats_set. */
  readonly set = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, view, offset, namespace } = request;
    let error = checkHeader(view, offset, request.length, request.socket.strictCheck, false, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    if (if_stats_msg.family(view, header) !== PF_UNSPEC) return refuse(extack, 'EINVAL', 'Address family should be AF_UNSPEC');
    const ifindex = if_stats_msg.ifindex(view, header);
    if (ifindex === 0) return -errno.EINVAL;
    const dev = namespace.byIndex(ifindex);
    if (dev === undefined) return -errno.ENODEV;
    if (if_stats_msg.filter_mask(view, header) !== 0) return refuse(extack, 'EINVAL', 'Filter mask must be 0 for stats set');
    error = parseMessageAttributes(this.#table, bytes, offset, if_stats_msg.SIZE, SET_POLICY, Validation.STRICT, extack);
    const wanted = this.#table.u8(IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS);
    if (error < 0 || wanted === undefined || (wanted !== 0) === this.#l3.has(dev)) return error;
    if (wanted === 0) this.#l3.delete(dev);
    else this.#l3.add(dev);
    this.#notify(dev, request);
    return 0;
  };

  /** Tells of what the hardware was asked for. From net/core/rtnetlink.c:rtnl_offload_xstats_notify. */
  #notify(dev: net_device, { namespace }: NetlinkRequest): void {
    if (!this.#sockets.hasListeners(namespace, RTNLGRP_STATS)) return;
    const filters: Filters = {
      mask: 1 << (IFLA_STATS_LINK_OFFLOAD_XSTATS - 1),
      offload: 1 << (IFLA_OFFLOAD_XSTATS_HW_S_INFO - 1),
    };
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => this.#fill(writer, dev, 0, 0, 0, filters));
    if (typeof skb === 'number') this.#sockets.lost(namespace, RTNLGRP_STATS, skb);
    else this.#sockets.notify(namespace, skb, RTNLGRP_STATS, null);
  }

  #start(callback: DumpCallback): StatsDump | number {
    const { request, strictCheck, extack } = callback;
    const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
    const error = checkHeader(view, 0, request.length, strictCheck, true, extack);
    if (error < 0) return error;
    const mask = if_stats_msg.filter_mask(view, NLMSG_HDRLEN);
    if (mask === 0) return refuse(extack, 'EINVAL', 'Filter mask must be set for stats dump');
    const filters = this.#parse(request, 0, mask, extack);
    return typeof filters === 'number' ? filters : new StatsDump(filters);
  }

  /** From net/core/rtnetlink.c:rtnl_stats_get_parse. */
  #parse(bytes: Uint8Array, offset: number, mask: number, extack: netlink_ext_ack): Filters | number {
    let error = parseMessageAttributes(this.#table, bytes, offset, if_stats_msg.SIZE, GET_POLICY, Validation.STRICT, extack);
    if (error === 0) error = this.#table.nested(IFLA_STATS_GET_FILTERS, this.#filters, FILTER_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    for (let type = 1; type <= IFLA_STATS_MAX; type++) {
      if (this.#filters.has(type) && !isWanted(mask, type)) {
        return refuse(extack, 'EINVAL', 'Filtered attribute not enabled in filter_mask');
      }
    }
    return { mask, offload: this.#filters.u32(IFLA_STATS_LINK_OFFLOAD_XSTATS) ?? 0xffff_ffff };
  }

  /** From net/core/rtnetlink.c:rtnl_fill_statsinfo. No device here has statistics of its kind's own. */
  #fill(writer: MessageWriter, dev: net_device, portid: number, seq: number, flags: number, filters: Filters): number {
    const mark = writer.mark();
    writer.begin(RTM_NEWSTATS, flags, seq, portid);
    const header = writer.reserve(if_stats_msg.SIZE);
    if (header !== -1) {
      if_stats_msg.set_ifindex(writer.view, header, dev.ifindex);
      if_stats_msg.set_filter_mask(writer.view, header, filters.mask);
    }
    if (isWanted(filters.mask, IFLA_STATS_LINK_64)) {
      devGetStats(dev, this.#stats);
      writer.putBytes(IFLA_STATS_LINK_64, this.#statsOctets);
    }
    if (isWanted(filters.mask, IFLA_STATS_LINK_OFFLOAD_XSTATS)) this.#putOffload(writer, dev, filters.offload);
    // No family here counts by device.
    if (isWanted(filters.mask, IFLA_STATS_AF_SPEC)) writer.nestEnd(writer.nestStart(IFLA_STATS_AF_SPEC));
    if (writer.overflowed) {
      writer.cancel(mark);
      return -errno.EMSGSIZE;
    }
    writer.end();
    return 0;
  }

  /** From net/core/rtnetlink.c:rtnl_offload_xstats_fill. */
  #putOffload(writer: MessageWriter, dev: net_device, mask: number): void {
    const requested = this.#l3.has(dev);
    const info = isWanted(mask, IFLA_OFFLOAD_XSTATS_HW_S_INFO);
    const counters = requested && isWanted(mask, IFLA_OFFLOAD_XSTATS_L3_STATS);
    if (!info && !counters) return;
    const nest = writer.nestStart(IFLA_STATS_LINK_OFFLOAD_XSTATS);
    if (info) {
      const outer = writer.nestStart(IFLA_OFFLOAD_XSTATS_HW_S_INFO | NLA_F_NESTED);
      const inner = writer.nestStart(IFLA_OFFLOAD_XSTATS_L3_STATS | NLA_F_NESTED);
      writer.putU8(IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST, requested ? 1 : 0);
      writer.putU8(IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED, 0);
      writer.nestEnd(inner);
      writer.nestEnd(outer);
    }
    if (counters) writer.reserveAttribute(IFLA_OFFLOAD_XSTATS_L3_STATS, HW_STATS_SIZE);
    writer.nestEnd(nest);
  }
}

/** From net/core/rtnetlink.c:rtnl_valid_stats_req. */
function checkHeader(view: DataView, offset: number, length: number, strict: boolean, isDump: boolean, extack: netlink_ext_ack): number {
  if (length < NLMSG_HDRLEN + if_stats_msg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for stats dump');
  if (!strict) return 0;
  const at = offset + NLMSG_HDRLEN;
  if (if_stats_msg.pad1(view, at) !== 0 || if_stats_msg.pad2(view, at) !== 0 || (isDump && if_stats_msg.ifindex(view, at) !== 0)) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for stats dump request');
  }
  if (if_stats_msg.filter_mask(view, at) >= 1 << IFLA_STATS_MAX) {
    return refuse(extack, 'EINVAL', 'Invalid stats requested through filter mask');
  }
  return 0;
}
