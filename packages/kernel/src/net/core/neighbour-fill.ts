import {
  NDA_CACHEINFO,
  NDA_DST,
  NDA_FLAGS_EXT,
  NDA_LLADDR,
  NDA_PROBES,
  NDA_PROTOCOL,
  nda_cacheinfo,
  ndmsg,
  NTF_PROXY,
  RTN_UNICAST,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { finish } from '../rtnetlink/tell.ts';
import { NUD_VALID, type Neighbour, type NeighbourTable, type ProxyNeighbour } from './neighbour.ts';

/** Octets that a message about a neighbour takes at most: `neigh_nlmsg_size` and its header. */
export const NEIGHBOUR_SIZE = 160;

/** Where the extended flags stand among the others: `NTF_EXT_SHIFT`. */
export const NTF_EXT_SHIFT = 8;
const NTF_OLD_MASK = 0xff;
/** Milliseconds in a user's clock tick. */
const TICK = 10;

/** What a message about a neighbour bears beside the neighbour. */
export interface NeighbourMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
}

/**
 * Writes a message about a neighbour. From net/core/neighbour.c:neigh_fill_info.
 *
 * @param now - milliseconds since boot
 * @param holders - who has it at hand, beside its table and its timer
 * @returns 0, or -EMSGSIZE
 */
export function fillNeighbour(writer: MessageWriter, neighbour: Neighbour, message: NeighbourMessage, now: number, holders: number): number {
  const { table, dev, state, key, lladdr } = neighbour;
  const mark = begin(writer, table, message, dev.ifindex, neighbour.flags & NTF_OLD_MASK, neighbour.type, state);
  writer.putBytes(NDA_DST, key);
  if ((state & NUD_VALID) !== 0) writer.putBytes(NDA_LLADDR, lladdr.subarray(0, dev.addr_len));
  writer.putU32(NDA_PROBES, neighbour.probes);
  const at = writer.reserveAttribute(NDA_CACHEINFO, nda_cacheinfo.SIZE);
  if (at !== -1) {
    nda_cacheinfo.set_ndm_confirmed(writer.view, at, Math.floor((now - neighbour.confirmed) / TICK));
    nda_cacheinfo.set_ndm_used(writer.view, at, Math.floor((now - neighbour.used) / TICK));
    nda_cacheinfo.set_ndm_updated(writer.view, at, Math.floor((now - neighbour.updated) / TICK));
    nda_cacheinfo.set_ndm_refcnt(writer.view, at, holders + (neighbour.timer === null ? 0 : 1));
  }
  putRest(writer, neighbour.protocol, neighbour.flags);
  return finish(writer, mark);
}

/** Writes a message about an address that this system answers for. From net/core/neighbour.c:pneigh_fill_info. */
export function fillProxy(writer: MessageWriter, table: NeighbourTable, proxy: ProxyNeighbour, message: NeighbourMessage): number {
  const flags = (proxy.flags & NTF_OLD_MASK) | NTF_PROXY;
  const mark = begin(writer, table, message, proxy.dev?.ifindex ?? 0, flags, RTN_UNICAST, 0);
  writer.putBytes(NDA_DST, proxy.key);
  putRest(writer, proxy.protocol, proxy.flags);
  return finish(writer, mark);
}

function begin(
  writer: MessageWriter,
  table: NeighbourTable,
  message: NeighbourMessage,
  ifindex: number,
  flags: number,
  type: number,
  state: number,
): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(ndmsg.SIZE);
  if (at !== -1) {
    ndmsg.set_ndm_family(writer.view, at, table.ops.family);
    ndmsg.set_ndm_ifindex(writer.view, at, ifindex);
    ndmsg.set_ndm_state(writer.view, at, state);
    ndmsg.set_ndm_flags(writer.view, at, flags);
    ndmsg.set_ndm_type(writer.view, at, type);
  }
  return mark;
}

function putRest(writer: MessageWriter, protocol: number, flags: number): void {
  if (protocol !== 0) writer.putU8(NDA_PROTOCOL, protocol);
  if (flags >>> NTF_EXT_SHIFT !== 0) writer.putU32(NDA_FLAGS_EXT, flags >>> NTF_EXT_SHIFT);
}
