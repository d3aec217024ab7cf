import {
  PF_INET,
  PF_INET6,
  PF_UNSPEC,
  RTM_DELNEXTHOP,
  RTM_GETNEXTHOP,
  RTM_GETNEXTHOPBUCKET,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  NLM_F_REPLACE,
  RTNH_F_DEAD,
} from '@netdevkit/bindings';
import type { Inet } from '../ipv4/af-inet.ts';
import type { Inet6 } from '../ipv6/af-inet6.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { NexthopCreate } from './nexthop-create.ts';
import { NexthopDumps } from './nexthop-dump.ts';
import { NexthopRequests } from './nexthop-requests.ts';
import type { Nexthops } from './nexthops.ts';

/** What next hop objects are joined to. */
export interface NexthopUsers {
  readonly nexthops: Nexthops;
  readonly inet: Inet;
  readonly inet6: Inet6;
  readonly sockets: RtnlSockets;
}

/** Joins next hop objects to the routes that name them, and answers requests about them. From net/ipv4/nexthop.c:nexthop_init. */
export function registerNexthops(handlers: MessageHandlers, { nexthops, inet, inet6, sockets }: NexthopUsers): void {
  nexthops.routes = {
    flush: (net, infos) => {
      for (const info of infos) info.flags |= RTNH_F_DEAD;
      inet.routes.flush(net);
    },
    remove6: (info, silent) => {
      inet6.routes.remove(info, null, silent);
    },
    update: (net, infos, requester) => {
      inet.routes.tellUpdated(net, infos, requester);
    },
    update6: (info, requester) => {
      inet6.routes.tell(RTM_NEWROUTE, info, requester, NLM_F_REPLACE);
    },
  };
  const create = new NexthopCreate({ nexthops, ipv4: inet.nexthops, ipv6: inet6.create });
  const requests = new NexthopRequests(nexthops, create, sockets);
  const dumps = new NexthopDumps(nexthops, sockets);
  const dump = { dump: (): { dump: typeof dumps.dump } => ({ dump: dumps.dump }) };
  handlers.register(PF_UNSPEC, RTM_NEWNEXTHOP, { doit: requests.add });
  handlers.register(PF_UNSPEC, RTM_DELNEXTHOP, { doit: requests.delete });
  handlers.register(PF_UNSPEC, RTM_GETNEXTHOP, { doit: requests.get, ...dump });
  for (const family of [PF_INET, PF_INET6]) {
    handlers.register(family, RTM_NEWNEXTHOP, { doit: requests.add });
    handlers.register(family, RTM_GETNEXTHOP, dump);
  }
  handlers.register(PF_UNSPEC, RTM_GETNEXTHOPBUCKET, { doit: dumps.getBucket, dump: () => ({ dump: dumps.dumpBuckets }) });
}
