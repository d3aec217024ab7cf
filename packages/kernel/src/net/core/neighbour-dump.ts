import {
  NDA_IFINDEX,
  NDA_MASTER,
  NDA_MAX,
  ndmsg,
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  NTF_PROXY,
  RTM_NEWNEIGH,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import type { DumpCallback, DumpControl } from '../netlink/netlink-types.ts';
import { dumpItems, type DumpItem } from '../rtnetlink/dump-items.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { fillNeighbour, fillProxy, type NeighbourMessage } from './neighbour-fill.ts';
import { NDA_POLICY } from './neighbour-requests.ts';
import type { NeighbourTable } from './neighbour.ts';

/** What a dump of neighbours is of. */
interface Filter {
  ifindex: number;
  master: number;
}

/**
 * RTM_GETNEIGH, as a dump. From net/core/neighbour.c:neigh_dump_info.
 *
 * @param tables - in their order
 */
export function dumpNeighbours(tables: readonly NeighbourTable[], timers: Timers): DumpControl['dump'] {
  return dumpItems((callback) => begin(tables, timers, callback));
}

function begin(tables: readonly NeighbourTable[], timers: Timers, callback: DumpCallback): readonly DumpItem[] | number {
  const { request, namespace, portid, seq } = callback;
  const filter: Filter = { ifindex: 0, master: 0 };
  const error = readFilter(callback, filter);
  if (error < 0) return error;
  const family = request[NLMSG_HDRLEN] ?? 0;
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const proxies = request.length >= NLMSG_HDRLEN + ndmsg.SIZE && ndmsg.ndm_flags(view, NLMSG_HDRLEN) === NTF_PROXY;
  const isFiltered = filter.ifindex !== 0 || filter.master !== 0;
  const message: NeighbourMessage = { type: RTM_NEWNEIGH, flags: NLM_F_MULTI | (isFiltered ? NLM_F_DUMP_FILTERED : 0), portid, seq };
  // No device has a master.
  const isWanted = (dev: net_device | null): boolean =>
    (filter.ifindex === 0 || dev?.ifindex === filter.ifindex) && (filter.master === 0 || filter.master === -1);
  return tables
    .filter(({ ops }) => family === 0 || ops.family === family)
    .flatMap((table): DumpItem[] =>
      proxies
        ? table.proxiesOf(namespace).filter(({ dev }) => isWanted(dev)).map((proxy) => (chunk) => fillProxy(chunk, table, proxy, message))
        : table
            .of(namespace)
            .filter(({ dev }) => isWanted(dev))
            .map((neighbour) => (chunk) => (neighbour.dead ? 0 : fillNeighbour(chunk, neighbour, message, timers.now(), 0))),
    );
}

// From net/core/neighbour.c:neigh_valid_dump_req.
function readFilter({ request, strictCheck, extack }: DumpCallback, filter: Filter): number {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = NLMSG_HDRLEN;
  if (strictCheck) {
    if (request.length < at + ndmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for neighbor dump request');
    const others = ndmsg.ndm_pad1(view, at) | ndmsg.ndm_pad2(view, at) | ndmsg.ndm_ifindex(view, at) | ndmsg.ndm_state(view, at) | ndmsg.ndm_type(view, at);
    if (others !== 0) return refuse(extack, 'EINVAL', 'Invalid values in header for neighbor dump request');
    if ((ndmsg.ndm_flags(view, at) & ~NTF_PROXY) !== 0) return refuse(extack, 'EINVAL', 'Invalid flags in header for neighbor dump request');
  }
  const tb = new AttributeTable(NDA_MAX);
  const mode = strictCheck ? Validation.DEPRECATED_STRICT : Validation.LIBERAL;
  const error = parseMessageAttributes(tb, request, 0, ndmsg.SIZE, NDA_POLICY, mode, extack);
  // What cannot be read is an error to the strict alone.
  if (error < 0) return strictCheck ? error : 0;
  for (let type = 0; type <= NDA_MAX; type++) {
    if (!tb.has(type)) continue;
    if (type === NDA_IFINDEX) filter.ifindex = tb.s32(type) ?? 0;
    else if (type === NDA_MASTER) filter.master = tb.s32(type) ?? 0;
    else if (strictCheck) return refuse(extack, 'EINVAL', 'Unsupported attribute in neighbor dump request');
  }
  return 0;
}
