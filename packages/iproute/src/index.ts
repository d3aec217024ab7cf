/**
 * What ip(8) does, as a library over the rtnetlink sockets of any kernel.
 *
 * @packageDocumentation
 */

export { attributePath, attributeTypesAt } from './attribute-path.ts';
export { IpRoute } from './ip-route.ts';
export { formatLinkAddress, parseLinkAddress } from './link-address.ts';
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
export { type Link, type LinkInet6, type LinkInfo, type LinkMap, type LinkXdp, type RawAttribute } from './link.ts';
export { type Links } from './links.ts';
export {
  type DeletedLinkEvent,
  type MessageEvent,
  type Monitor,
  type MonitorEvent,
  type MonitorOptions,
  type NamespaceEvent,
  type NewLinkEvent,
  type Notification,
  type OverrunEvent,
} from './monitor.ts';
export {
  dumpNamespaceIds,
  getNamespaceId,
  parseNamespaceId,
  setNamespaceId,
  type NamespaceId,
  type NamespaceIds,
  type NamespacePeer,
} from './namespace-ids.ts';
export { parseLink } from './parse-link.ts';
export { RequestError, type RequestErrorOptions } from './request-error.ts';
export { type DumpRequest, type Outcome, type Request } from './request.ts';
export { Requester, type RequesterOptions, type WarningHandler } from './requester.ts';
export { dumpStats, getStats, parseStats, statsBit, type Stats, type StatsReport } from './stats.ts';
