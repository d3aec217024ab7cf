/**
 * What ip(8) does, as a library over the rtnetlink sockets of any kernel.
 *
 * @packageDocumentation
 */

export {
  addAddress,
  changeAddress,
  deleteAddress,
  dumpAddresses,
  matchesAddress,
  replaceAddress,
  type AddressFilter,
  type AddressSpec,
} from './address-requests.ts';
export { parseAddress, type Address, type AddressLifetime } from './address.ts';
export { type Addresses } from './addresses.ts';
export { attributePath, attributeTypesAt } from './attribute-path.ts';
export { formatIpAddress, parseIpAddress, parseIpPrefix, type IpPrefix } from './ip-address.ts';
export { IpRoute } from './ip-route.ts';
export type { AttributeObject, AttributeValue, LinkDataByKind, MemberDataByKind } from './generated/link-data.ts';
export { formatLinkAddress, parseLinkAddress } from './link-address.ts';
export type { LinkData, MemberData } from './link-data.ts';
export {
  addAltNames,
  addLink,
  addLinkEchoed,
  deleteAltNames,
  deleteLink,
  dumpLinks,
  getLink,
  matchesFilter,
  setLink,
  type LinkDetail,
  type LinkFilter,
} from './link-requests.ts';
export { type LinkChanges, type LinkGroup, type LinkSpec, type LinkTarget, type NamespaceTarget } from './link-spec.ts';
export { readLinkStats, type LinkStats } from './link-stats.ts';
export { isMemberOfKind, isOfKind, type Link, type LinkInet6, type LinkInfo, type LinkMap, type LinkXdp, type RawAttribute } from './link.ts';
export { type Links } from './links.ts';
export {
  type AddressEvent,
  type DeletedLinkEvent,
  type MessageEvent,
  type MonitorEvent,
  type NamespaceEvent,
  type NeighbourEvent,
  type NewLinkEvent,
  type Notification,
  type OverrunEvent,
  type ResyncedEvent,
  type RouteEvent,
  type NexthopEvent,
  type RuleEvent,
} from './monitor-events.ts';
export { type Monitor, type MonitorOptions } from './monitor.ts';
export {
  dumpNamespaceIds,
  getNamespaceId,
  parseNamespaceId,
  setNamespaceId,
  type NamespaceId,
  type NamespaceIds,
  type NamespacePeer,
} from './namespace-ids.ts';
export {
  addNeighbour,
  changeNeighbour,
  deleteNeighbour,
  dumpNeighbours,
  getNeighbour,
  matchesNeighbour,
  parseNeighbour,
  replaceNeighbour,
  type Neighbour,
  type NeighbourFilter,
  type NeighbourSpec,
} from './neighbour.ts';
export { type Neighbours } from './neighbours.ts';
export {
  addNexthop,
  addNexthopEchoed,
  deleteNexthop,
  dumpNexthops,
  getNexthop,
  matchesNexthop,
  replaceNexthop,
  type NexthopFilter,
  type NexthopSpec,
} from './nexthop-requests.ts';
export { parseNexthop, type NexthopMember, type NexthopObject, type ResilientGroup, type ResilientParts } from './nexthop.ts';
export { type Nexthops } from './nexthops.ts';
export { parseLink } from './parse-link.ts';
export { dumpQdiscs, matchesQdisc, parseQdisc, type Qdisc, type QdiscFilter, type Qdiscs } from './qdisc.ts';
export { RequestError, type RequestErrorOptions } from './request-error.ts';
export { type DumpRequest, type Outcome, type Request } from './request.ts';
export { Requester, type RequesterOptions, type WarningHandler } from './requester.ts';
export {
  addRoute,
  appendRoute,
  changeRoute,
  deleteRoute,
  dumpRoutes,
  getRoute,
  matchesRoute,
  prependRoute,
  replaceRoute,
  type RouteFilter,
  type RouteQuery,
  type RouteSpec,
} from './route-requests.ts';
export { parseRoute, type NextHop, type Route } from './route.ts';
export { type Routes } from './routes.ts';
export { addRule, deleteRule, dumpRules, matchesRule, type RuleFilter, type RuleSpec } from './rule-requests.ts';
export { parseRule, type Range, type Rule, type RuleParts } from './rule.ts';
export { type Rules } from './rules.ts';
export { dumpStats, getStats, parseStats, statsBit, type Stats, type StatsReport } from './stats.ts';
