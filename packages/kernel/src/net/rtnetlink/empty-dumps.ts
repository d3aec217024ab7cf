import {
  br_port_msg,
  NLMSG_HDRLEN,
  PF_BRIDGE,
  PF_UNSPEC,
  RTM_GETACTION,
  RTM_GETCHAIN,
  RTM_GETMDB,
  RTM_GETROUTE,
  RTM_GETTCLASS,
  RTM_GETTFILTER,
  RTNL_FAMILY_IP6MR,
  RTNL_FAMILY_IPMR,
  rtmsg,
} from '@netdevkit/bindings';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { refuse } from './link-request.ts';
import type { MessageHandlers } from './message-handlers.ts';

/** A table of which a system without addresses has no entries. */
interface EmptyTable {
  readonly type: number;
  readonly family: number;
  /** Octets of the header that a strict request must have; 0 when nobody looks. */
  readonly headerSize: number;
  /** What is said of a shorter one. */
  readonly shortHeader: string;
}

function empty(type: number, family: number, headerSize = 0, shortHeader = ''): EmptyTable {
  return { type, family, headerSize, shortHeader };
}

// Header checks from each table's own `*_valid_dump_*` function in net/core, net/ipv4 and net/ipv6.
const TABLES: readonly EmptyTable[] = [
  empty(RTM_GETROUTE, RTNL_FAMILY_IPMR, rtmsg.SIZE, 'Invalid header for FIB dump request'),
  empty(RTM_GETROUTE, RTNL_FAMILY_IP6MR, rtmsg.SIZE, 'Invalid header for FIB dump request'),
  empty(RTM_GETMDB, PF_BRIDGE, br_port_msg.SIZE, 'Invalid header for mdb dump request'),
  empty(RTM_GETTCLASS, PF_UNSPEC),
  empty(RTM_GETTFILTER, PF_UNSPEC),
  empty(RTM_GETCHAIN, PF_UNSPEC),
  empty(RTM_GETACTION, PF_UNSPEC),
];

/**
 * Registers the dumps of tables that are there and empty: addresses, routes, neighbours and the rest. Changes to them,
 * and questions about one entry, have no handler: -EOPNOTSUPP, as from a kernel that was built without them.
 */
export function registerEmptyDumps(handlers: MessageHandlers): void {
  for (const { type, family, headerSize, shortHeader } of TABLES) {
    const dump = (_chunk: unknown, { request, strictCheck, extack }: DumpCallback): number =>
      strictCheck && request.length - NLMSG_HDRLEN < headerSize ? refuse(extack, 'EINVAL', shortHeader) : 0;
    handlers.register(family, type, { dump: () => ({ dump }) });
  }
}
