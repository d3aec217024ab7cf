import {
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_DELNEXTHOP,
  RTM_DELNSID,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  RTM_NEWRULE,
} from '@netdevkit/bindings';
import type { Message } from '@netdevkit/netlink';
import { parseAddress, type Address } from './address.ts';
import type { Link } from './link.ts';
import { isNamespaceMessage, parseNamespaceId, type NamespaceId } from './namespace-ids.ts';
import { parseNeighbour, type Neighbour } from './neighbour.ts';
import { parseNexthop, type NexthopObject } from './nexthop.ts';
import { parseLink } from './parse-link.ts';
import { parseRoute, type Route } from './route.ts';
import { parseRule, type Rule } from './rule.ts';

/** What a notification has beside what it is about. */
export interface Notification {
  /** The port of whoever caused it and asked for an echo, else 0. */
  readonly pid: number;
  /** The sequence number of that request, else 0. */
  readonly seq: number;
  /** With `allNamespaces`: the number of the namespace that it comes from, when that is another. */
  readonly nsid: number | undefined;
  /** The whole message. */
  readonly message: Message;
}

/** A link is new, or something about it changed: {@link Link.change} has the flags that did. */
export interface NewLinkEvent extends Notification {
  /** The message was `RTM_NEWLINK`. */
  readonly type: 'new';
  /** The link as it is now. */
  readonly link: Link;
}

/** A link is gone, to another namespace if {@link Link.newNetnsid} is there. */
export interface DeletedLinkEvent extends Notification {
  /** The message was `RTM_DELLINK`. */
  readonly type: 'del';
  /** The link as it was. */
  readonly link: Link;
}

/** A namespace got a number here, or lost it. */
export interface NamespaceEvent extends Notification {
  /** Which of the two: `RTM_NEWNSID` or `RTM_DELNSID`. */
  readonly type: 'new-nsid' | 'del-nsid';
  /** The number. */
  readonly namespace: NamespaceId;
}

/** An address came, changed or is gone. */
export interface AddressEvent extends Notification {
  /** Whether it is there, new or changed (`RTM_NEWADDR`), or gone (`RTM_DELADDR`). */
  readonly type: 'new-address' | 'del-address';
  /** The address as it is, or was. */
  readonly address: Address;
}

/** A route came, changed or is gone. Routes that go with their link are not told of. */
export interface RouteEvent extends Notification {
  /** Whether it is there, new or changed (`RTM_NEWROUTE`), or gone (`RTM_DELROUTE`). */
  readonly type: 'new-route' | 'del-route';
  /** The route as it is, or was. */
  readonly route: Route;
}

/** A neighbour came, changed or is gone. */
export interface NeighbourEvent extends Notification {
  /** Whether it is there, new or changed (`RTM_NEWNEIGH`), or gone (`RTM_DELNEIGH`). */
  readonly type: 'new-neighbour' | 'del-neighbour';
  /** The neighbour as it is, or was. */
  readonly neighbour: Neighbour;
}

/** A rule came or is gone. */
export interface RuleEvent extends Notification {
  /** Whether it is there (`RTM_NEWRULE`) or gone (`RTM_DELRULE`). */
  readonly type: 'new-rule' | 'del-rule';
  /** The rule as it is, or was. */
  readonly rule: Rule;
}

/** A next hop object came, changed or is gone. */
export interface NexthopEvent extends Notification {
  /** Whether it is there, new or changed (`RTM_NEWNEXTHOP`), or gone (`RTM_DELNEXTHOP`). */
  readonly type: 'new-nexthop' | 'del-nexthop';
  /** The object as it is, or was. */
  readonly nexthop: NexthopObject;
}

/** A message of another group, or one that makes no sense. */
export interface MessageEvent extends Notification {
  /** None of the others: {@link Notification.message} is all that is known. */
  readonly type: 'message';
}

/**
 * Events were lost, because they came faster than they were taken. What is known may be out of date: forget it if all there
 * is comes next, as with `resync`.
 */
export interface OverrunEvent {
  /** The socket gave `ENOBUFS`; there is no message. */
  readonly type: 'overrun';
}

/**
 * With `resync`: all that there is was told of since the last {@link OverrunEvent}. What was lost is made good; what comes
 * from here on may repeat some of it, in the order in which it happened.
 */
export interface ResyncedEvent {
  /** No message either: the monitor says so itself. */
  readonly type: 'resynced';
}

/** What a monitor tells of. */
export type MonitorEvent =
  | NewLinkEvent
  | DeletedLinkEvent
  | NamespaceEvent
  | AddressEvent
  | RouteEvent
  | NeighbourEvent
  | RuleEvent
  | NexthopEvent
  | MessageEvent
  | OverrunEvent
  | ResyncedEvent;

/**
 * The event that a message is.
 *
 * @param message - a notification, or an entry of a table
 * @param nsid - the number of the namespace that it comes from, when that is another
 * @param cause - who caused it
 */
export function eventOf(
  message: Message,
  nsid: number | undefined,
  cause: { readonly pid: number; readonly seq: number } = message,
): MonitorEvent {
  const base: Notification = { pid: cause.pid, seq: cause.seq, nsid, message };
  if (isNamespaceMessage(message)) {
    const namespace = parseNamespaceId(message);
    if (namespace !== undefined) return { type: message.type === RTM_DELNSID ? 'del-nsid' : 'new-nsid', namespace, ...base };
  }
  return linkEvent(base) ?? addressEvent(base) ?? routeEvent(base) ?? neighbourEvent(base) ?? ruleEvent(base) ?? nexthopEvent(base) ?? { type: 'message', ...base };
}

function linkEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWLINK && message.type !== RTM_DELLINK) return undefined;
  const link = parseLink(message);
  return link === undefined ? undefined : { type: message.type === RTM_NEWLINK ? 'new' : 'del', link, ...base };
}

function addressEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWADDR && message.type !== RTM_DELADDR) return undefined;
  const address = parseAddress(message);
  return address === undefined ? undefined : { type: message.type === RTM_NEWADDR ? 'new-address' : 'del-address', address, ...base };
}

function routeEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWROUTE && message.type !== RTM_DELROUTE) return undefined;
  const route = parseRoute(message);
  return route === undefined ? undefined : { type: message.type === RTM_NEWROUTE ? 'new-route' : 'del-route', route, ...base };
}

function neighbourEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWNEIGH && message.type !== RTM_DELNEIGH) return undefined;
  const neighbour = parseNeighbour(message);
  if (neighbour === undefined) return undefined;
  return { type: message.type === RTM_NEWNEIGH ? 'new-neighbour' : 'del-neighbour', neighbour, ...base };
}

function ruleEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWRULE && message.type !== RTM_DELRULE) return undefined;
  const rule = parseRule(message);
  return rule === undefined ? undefined : { type: message.type === RTM_NEWRULE ? 'new-rule' : 'del-rule', rule, ...base };
}

function nexthopEvent(base: Notification): MonitorEvent | undefined {
  const { message } = base;
  if (message.type !== RTM_NEWNEXTHOP && message.type !== RTM_DELNEXTHOP) return undefined;
  const nexthop = parseNexthop(message);
  return nexthop === undefined ? undefined : { type: message.type === RTM_NEWNEXTHOP ? 'new-nexthop' : 'del-nexthop', nexthop, ...base };
}
