import {
  NDTA_CONFIG,
  NDTA_GC_INTERVAL,
  NDTA_MAX,
  NDTA_NAME,
  NDTA_PARMS,
  NDTA_STATS,
  NDTA_THRESH1,
  NDTA_THRESH2,
  NDTA_THRESH3,
  NDTPA_ANYCAST_DELAY,
  NDTPA_APP_PROBES,
  NDTPA_BASE_REACHABLE_TIME,
  NDTPA_DELAY_PROBE_TIME,
  NDTPA_GC_STALETIME,
  NDTPA_IFINDEX,
  NDTPA_INTERVAL_PROBE_TIME_MS,
  NDTPA_LOCKTIME,
  NDTPA_MAX,
  NDTPA_MCAST_PROBES,
  NDTPA_MCAST_REPROBES,
  NDTPA_PROXY_DELAY,
  NDTPA_PROXY_QLEN,
  NDTPA_QUEUE_LEN,
  NDTPA_QUEUE_LENBYTES,
  NDTPA_RETRANS_TIME,
  NDTPA_UCAST_PROBES,
  ndt_config,
  ndt_stats,
  ndtmsg,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_NEWNEIGHTBL,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { finish } from '../rtnetlink/tell.ts';
import type { NeighParms } from './neighbour-parms.ts';
import type { NeighbourTable } from './neighbour.ts';

/** Milliseconds between collections of what is not used: `gc_interval`. */
const GC_INTERVAL = 30_000n;
const THRESHOLDS: readonly (readonly [type: number, value: number])[] = [
  [NDTA_THRESH1, 128],
  [NDTA_THRESH2, 512],
  [NDTA_THRESH3, 1024],
];
/** Octets of a neighbour before its address, on a 64-bit Linux 6.12: `offsetof(struct neighbour, primary_key)`. */
const KEY_AT = 400;
/** NEIGH_PRIV_ALIGN. */
const ALIGNMENT = 8;

const U32 = { type: 'NLA_U32' } as const;
const U64 = { type: 'NLA_U64' } as const;

// From net/core/neighbour.c:nl_neightbl_policy.
const POLICY: nla_policies = policies(NDTA_MAX, {
  [NDTA_NAME]: { type: 'NLA_STRING' },
  [NDTA_THRESH1]: U32,
  [NDTA_THRESH2]: U32,
  [NDTA_THRESH3]: U32,
  [NDTA_GC_INTERVAL]: U64,
  [NDTA_PARMS]: { type: 'NLA_NESTED' },
});

// From net/core/neighbour.c:nl_ntbl_parm_policy.
const PARMS_POLICY: nla_policies = policies(NDTPA_MAX, {
  [NDTPA_IFINDEX]: U32,
  [NDTPA_QUEUE_LEN]: U32,
  [NDTPA_QUEUE_LENBYTES]: U32,
  [NDTPA_PROXY_QLEN]: U32,
  [NDTPA_APP_PROBES]: U32,
  [NDTPA_UCAST_PROBES]: U32,
  [NDTPA_MCAST_PROBES]: U32,
  [NDTPA_MCAST_REPROBES]: U32,
  [NDTPA_BASE_REACHABLE_TIME]: U64,
  [NDTPA_GC_STALETIME]: U64,
  [NDTPA_DELAY_PROBE_TIME]: U64,
  [NDTPA_RETRANS_TIME]: U64,
  [NDTPA_ANYCAST_DELAY]: U64,
  [NDTPA_PROXY_DELAY]: U64,
  [NDTPA_LOCKTIME]: U64,
  // NB: Linux means to refuse 0, and does not: its policy has a least value and nothing that says to look at it.
  [NDTPA_INTERVAL_PROBE_TIME_MS]: U64,
});

/** Where a dump of tables stands. */
class TableDump {
  table = 0;
  /** 0 for the table itself, then its devices. */
  item = 0;
}

/**
 * RTM_GETNEIGHTBL, as a dump. From net/core/neighbour.c:neightbl_dump_info.
 *
 * @param tables - in their order
 */
export function dumpNeighbourTables(tables: readonly NeighbourTable[], timers: Timers): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const { request, strictCheck, extack, namespace } = callback;
    if (strictCheck && callback.state === undefined) {
      const error = checkHeader(request, extack);
      if (error < 0) return error;
    }
    const state = callback.state instanceof TableDump ? callback.state : new TableDump();
    callback.state = state;
    const family = request[NLMSG_HDRLEN] ?? 0;
    for (; state.table < tables.length; state.table++) {
      const table = tables[state.table];
      if (table === undefined || (family !== 0 && table.ops.family !== family)) continue;
      const all: readonly (NeighParms | null)[] = [null, ...table.parmsIn(namespace)];
      for (; state.item < all.length; state.item++) {
        const error = fill(chunk, callback, table, all[state.item] ?? null, timers.now());
        if (error < 0) return chunk.length > 0 ? 1 : error;
      }
      state.item = 0;
    }
    return 0;
  };
}

/**
 * RTM_SETNEIGHTBL: the settings of a device, or of those to come. From net/core/neighbour.c:neightbl_set.
 *
 * @param isInitial - whether a namespace is the one that there is from the start, to which what all share belongs
 */
export function setNeighbourTable(
  tables: readonly NeighbourTable[],
  isInitial: (namespace: NetlinkRequest['namespace']) => boolean,
): (request: NetlinkRequest, extack: netlink_ext_ack) => number {
  const tb = new AttributeTable(NDTA_MAX);
  const own = new AttributeTable(NDTPA_MAX);
  return ({ bytes, offset, view, namespace }, extack) => {
    let error = parseMessageAttributes(tb, bytes, offset, ndtmsg.SIZE, POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const name = tb.string(NDTA_NAME);
    if (name === undefined) return -errno.EINVAL;
    const family = ndtmsg.ndtm_family(view, offset + NLMSG_HDRLEN);
    const table = tables.find(({ ops }) => (family === 0 || ops.family === family) && ops.id === name);
    if (table === undefined) return -errno.ENOENT;
    if (tb.has(NDTA_PARMS)) {
      error = tb.nested(NDTA_PARMS, own, PARMS_POLICY, Validation.LIBERAL, extack);
      if (error < 0) return error;
      const ifindex = own.u32(NDTPA_IFINDEX) ?? 0;
      const parms = ifindex === 0 ? (isInitial(namespace) ? table.parms : undefined) : table.parmsIn(namespace).find(({ dev }) => dev?.ifindex === ifindex);
      if (parms === undefined) return -errno.ENOENT;
      parms.set(own);
    }
    const shared = [NDTA_THRESH1, NDTA_THRESH2, NDTA_THRESH3, NDTA_GC_INTERVAL].some((type) => tb.has(type));
    // Nothing is collected here: thresholds are taken and change nothing.
    return shared && !isInitial(namespace) ? -errno.ENOENT : 0;
  };
}

// From net/core/neighbour.c:neightbl_valid_dump_info.
function checkHeader(request: Uint8Array, extack: netlink_ext_ack): number {
  const payload = request.subarray(NLMSG_HDRLEN);
  if (payload.length < ndtmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for neighbor table dump request');
  if (payload.subarray(1, ndtmsg.SIZE).some((octet) => octet !== 0)) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for neighbor table dump request');
  }
  return payload.length > ndtmsg.SIZE ? refuse(extack, 'EINVAL', 'Invalid data after header in neighbor table dump request') : 0;
}

// From net/core/neighbour.c:neightbl_fill_info, neightbl_fill_param_info.
function fill(writer: MessageWriter, { portid, seq }: DumpCallback, table: NeighbourTable, device: NeighParms | null, now: number): number {
  const mark = writer.mark();
  writer.begin(RTM_NEWNEIGHTBL, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(ndtmsg.SIZE);
  if (at !== -1) ndtmsg.set_ndtm_family(writer.view, at, table.ops.family);
  writer.putString(NDTA_NAME, table.ops.id);
  if (device === null) {
    writer.putU64(NDTA_GC_INTERVAL, GC_INTERVAL);
    for (const [type, value] of THRESHOLDS) writer.putU32(type, value);
    const config = writer.reserveAttribute(NDTA_CONFIG, ndt_config.SIZE);
    if (config !== -1) {
      ndt_config.set_ndtc_key_len(writer.view, config, table.ops.keyLength);
      ndt_config.set_ndtc_entry_size(writer.view, config, Math.ceil((KEY_AT + table.ops.keyLength) / ALIGNMENT) * ALIGNMENT);
      ndt_config.set_ndtc_entries(writer.view, config, table.entries);
      ndt_config.set_ndtc_last_flush(writer.view, config, now);
      ndt_config.set_ndtc_last_rand(writer.view, config, now);
    }
    writer.reserveAttribute(NDTA_STATS, ndt_stats.SIZE);
  }
  const nest = writer.nestStart(NDTA_PARMS);
  (device ?? table.parms).fill(writer);
  writer.nestEnd(nest);
  return finish(writer, mark);
}
