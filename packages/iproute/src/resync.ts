import {
  AF_INET,
  AF_INET6,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
  RTNLGRP_NEXTHOP,
  RTNLGRP_NSID,
} from '@netdevkit/bindings';
import { Message, type NetlinkSocket } from '@netdevkit/netlink';
import { dumpAddresses } from './address-requests.ts';
import { dumpLinks } from './link-requests.ts';
import { dumpNamespaceIds } from './namespace-ids.ts';
import { dumpNeighbours } from './neighbour.ts';
import { dumpNexthops } from './nexthop-requests.ts';
import type { DumpRequest } from './request.ts';
import { Requester } from './requester.ts';
import { dumpRoutes } from './route-requests.ts';
import { dumpRules } from './rule-requests.ts';

/** What is dumped to know what a group would have told of; in the order in which it builds upon each other. */
const TABLES: ReadonlyMap<number, () => DumpRequest<unknown>> = new Map<number, () => DumpRequest<unknown>>([
  [RTNLGRP_NSID, dumpNamespaceIds],
  [RTNLGRP_LINK, dumpLinks],
  [RTNLGRP_IPV4_IFADDR, () => dumpAddresses({ family: AF_INET })],
  [RTNLGRP_IPV6_IFADDR, () => dumpAddresses({ family: AF_INET6 })],
  [RTNLGRP_NEXTHOP, () => dumpNexthops()],
  [RTNLGRP_IPV4_ROUTE, () => dumpRoutes({ family: AF_INET })],
  [RTNLGRP_IPV6_ROUTE, () => dumpRoutes({ family: AF_INET6 })],
  [RTNLGRP_IPV4_RULE, () => dumpRules({ family: AF_INET })],
  [RTNLGRP_IPV6_RULE, () => dumpRules({ family: AF_INET6 })],
  [RTNLGRP_NEIGH, () => dumpNeighbours()],
]);

/**
 * All that there is of what groups tell of.
 *
 * @param openSocket - opens a socket for the dumps
 * @param groups - `RTNLGRP_*`; those that no table stands behind are passed over
 * @returns messages as notifications would have brought them
 * @throws KernelError: a table could not be read
 */
export function tablesOf(openSocket: () => NetlinkSocket, groups: readonly number[]): Message[] {
  using requester = new Requester(openSocket);
  const all: Message[] = [];
  for (const [group, request] of TABLES) {
    if (groups.includes(group)) all.push(...requester.dump({ ...request(), accept: copyOf }));
  }
  return all;
}

/** A message by itself: the datagram that it came in is the socket's. */
function copyOf({ bytes, offset, length }: Message): Message {
  return new Message(bytes.slice(offset, offset + length));
}
