import {
  AF_INET6,
  IFA_ADDRESS,
  IFA_ANYCAST,
  IFA_F_PERMANENT,
  IFA_FLAGS,
  IFA_LOCAL,
  IFA_MULTICAST,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  ifaddrmsg,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_SITE,
  RT_SCOPE_UNIVERSE,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { putCacheinfo, remaining, type IfaddrMessage } from '../ipv4/ifaddr-fill.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import { finish } from '../rtnetlink/tell.ts';
import { hasPeer, type AnycastAddress, type Group, type Inet6Ifaddr } from './inet6-device.ts';
import { SCOPE, scopeOf } from './ipv6-address.ts';

/** Octets that a message about an address takes at most: `inet6_ifaddr_msgsize` and its header. */
export const IFADDR6_SIZE = 144;

const FOREVER = { valid: INFINITY_LIFE_TIME, preferred: INFINITY_LIFE_TIME };

/**
 * Writes a message about an address. From net/ipv6/addrconf.c:inet6_fill_ifaddr.
 *
 * @param now - milliseconds since boot
 * @returns 0, or -EMSGSIZE
 */
export function fillIfaddr6(writer: MessageWriter, ifp: Inet6Ifaddr, message: IfaddrMessage, now: number): number {
  const mark = putHeader(writer, ifp.idev.dev, message, ifp.prefixLength, ifp.flags, routeScope(ifp.scope));
  if (hasPeer(ifp)) {
    writer.putBytes(IFA_LOCAL, ifp.addr);
    writer.putBytes(IFA_ADDRESS, ifp.peer);
  } else {
    writer.putBytes(IFA_ADDRESS, ifp.addr);
  }
  if (ifp.metric !== 0) writer.putU32(IFA_RT_PRIORITY, ifp.metric);
  const lifetimes = { valid: ifp.validLft, preferred: ifp.preferredLft };
  const isForever = (ifp.flags & IFA_F_PERMANENT) !== 0 && ifp.preferredLft === INFINITY_LIFE_TIME;
  putCacheinfo(writer, isForever ? FOREVER : remaining(lifetimes, Math.floor((now - ifp.tstamp) / 1000)), ifp.cstamp, ifp.tstamp);
  writer.putU32(IFA_FLAGS, ifp.flags);
  if (ifp.proto !== 0) writer.putU8(IFA_PROTO, ifp.proto);
  return finish(writer, mark);
}

/** Writes a message about a group that a device is in. From net/ipv6/addrconf.c:inet6_fill_ifmcaddr. */
export function fillGroup(writer: MessageWriter, dev: net_device, group: Group, message: IfaddrMessage): number {
  const mark = putHeader(writer, dev, message, 128, IFA_F_PERMANENT, groupScope(group));
  writer.putBytes(IFA_MULTICAST, group.address);
  putCacheinfo(writer, FOREVER, group.cstamp, group.cstamp);
  return finish(writer, mark);
}

/** Writes a message about an address that a device answers for as a router. From net/ipv6/addrconf.c:inet6_fill_ifacaddr. */
export function fillAnycast(writer: MessageWriter, dev: net_device, { addr, cstamp }: AnycastAddress, message: IfaddrMessage): number {
  const scope = (scopeOf(addr) & SCOPE.SITE) !== 0 ? RT_SCOPE_SITE : RT_SCOPE_UNIVERSE;
  const mark = putHeader(writer, dev, message, 128, IFA_F_PERMANENT, scope);
  writer.putBytes(IFA_ANYCAST, addr);
  putCacheinfo(writer, FOREVER, cstamp, cstamp);
  return finish(writer, mark);
}

function putHeader(writer: MessageWriter, dev: net_device, message: IfaddrMessage, length: number, flags: number, scope: number): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(ifaddrmsg.SIZE);
  if (at !== -1) {
    ifaddrmsg.set_ifa_family(writer.view, at, AF_INET6);
    ifaddrmsg.set_ifa_prefixlen(writer.view, at, length);
    ifaddrmsg.set_ifa_flags(writer.view, at, flags & 0xff);
    ifaddrmsg.set_ifa_scope(writer.view, at, scope);
    ifaddrmsg.set_ifa_index(writer.view, at, dev.ifindex);
  }
  if (message.nsid >= 0) writer.putS32(IFA_TARGET_NETNSID, message.nsid);
  return mark;
}

// From net/ipv6/addrconf.c:rt_scope.
function routeScope(scope: number): number {
  if ((scope & SCOPE.HOST) !== 0) return RT_SCOPE_HOST;
  if ((scope & SCOPE.LINK) !== 0) return RT_SCOPE_LINK;
  return (scope & SCOPE.SITE) !== 0 ? RT_SCOPE_SITE : RT_SCOPE_UNIVERSE;
}

function groupScope({ address }: Group): number {
  return (scopeOf(address) & SCOPE.SITE) !== 0 ? RT_SCOPE_SITE : RT_SCOPE_UNIVERSE;
}
