import {
  IFA_MAX,
  IFA_TARGET_NETNSID,
  ifaddrmsg,
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_GETANYCAST,
  RTM_GETMULTICAST,
  RTM_NEWADDR,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import type { Net } from '../core/net-namespace.ts';
import type { IfaddrMessage } from '../ipv4/ifaddr-fill.ts';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { deviceAfter } from '../rtnetlink/device-walk.ts';
import { netByNsid } from '../rtnetlink/link-netns.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { fillAnycast, fillGroup, fillIfaddr6 } from './ifaddr6-fill.ts';
import { IFA_IPV6_POLICY } from './ifaddr6-requests.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import type { Inet6Device } from './inet6-device.ts';

/** Which addresses: those of devices, groups that they are in, or anycast addresses, of which only routers have any. */
export type AddressType = 'unicast' | 'multicast' | 'anycast';

/** With which type of message it is answered: for groups and anycast addresses Linux takes that of the question. */
const ANSWERS: Readonly<Record<AddressType, number>> = { unicast: RTM_NEWADDR, multicast: RTM_GETMULTICAST, anycast: RTM_GETANYCAST };

/** Where a dump of addresses stands. */
class Address6Dump {
  net: Net;
  nsid = -1;
  /** The only device that is asked for, 0 for all. */
  only = 0;
  ifindex = 0;
  item = 0;

  constructor(net: Net) {
    this.net = net;
  }
}

/**
 * RTM_GETADDR, RTM_GETMULTICAST and RTM_GETANYCAST of IPv6, as dumps. From net/ipv6/addrconf.c:inet6_dump_addr.
 */
export function dumpIfaddrs6(addresses: Inet6Addresses, timers: Timers, type: AddressType): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const state = callback.state instanceof Address6Dump ? callback.state : start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { portid, seq } = callback;
    const flags = NLM_F_MULTI | (state.only === 0 ? 0 : NLM_F_DUMP_FILTERED);
    const message: IfaddrMessage = { type: ANSWERS[type], flags, portid, seq, nsid: state.nsid };
    const write = (idev: Inet6Device): number => {
      const items = writersOf(idev, type, timers, message);
      for (; state.item < items.length; state.item++) {
        const error = items[state.item]?.(chunk) ?? 0;
        if (error < 0) return error;
      }
      return 0;
    };
    if (state.only !== 0) {
      const dev = state.net.byIndex(state.only);
      if (dev === undefined) return -errno.ENODEV;
      const idev = addresses.device(dev);
      const error = idev === undefined ? 0 : write(idev);
      return error < 0 && chunk.length > 0 ? 1 : error;
    }
    callback.generation = addresses.baseSeq(state.net);
    for (let dev = deviceAfter(state.net, state.ifindex); dev !== undefined; dev = deviceAfter(state.net, state.ifindex)) {
      const idev = addresses.device(dev);
      const error = idev === undefined ? 0 : write(idev);
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.ifindex = dev.ifindex;
      state.item = 0;
    }
    return 0;
  };
}

function writersOf(idev: Inet6Device, type: AddressType, timers: Timers, message: IfaddrMessage): ((chunk: MessageWriter) => number)[] {
  if (type === 'unicast') return idev.addresses.map((ifp) => (chunk) => fillIfaddr6(chunk, ifp, message, timers.now()));
  if (type === 'multicast') return idev.groups.map((group) => (chunk) => fillGroup(chunk, idev.dev, group, message));
  return idev.anycast.map((address) => (chunk) => fillAnycast(chunk, idev.dev, address, message));
}

// From net/ipv6/addrconf.c:inet6_valid_dump_ifaddr_req.
function start(callback: DumpCallback): Address6Dump | number {
  const { request, strictCheck, extack, namespace, socket } = callback;
  const state = new Address6Dump(namespace);
  if (!strictCheck) return state;
  if (request.length < NLMSG_HDRLEN + ifaddrmsg.SIZE) {
    return refuse(extack, 'EINVAL', 'ipv6: Invalid header for address dump request');
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = NLMSG_HDRLEN;
  if ((ifaddrmsg.ifa_prefixlen(view, at) | ifaddrmsg.ifa_flags(view, at) | ifaddrmsg.ifa_scope(view, at)) !== 0) {
    return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for address dump request');
  }
  state.only = ifaddrmsg.ifa_index(view, at) | 0;
  if (state.only !== 0) callback.answerFlags |= NLM_F_DUMP_FILTERED;
  const table = new AttributeTable(IFA_MAX);
  const error = parseMessageAttributes(table, request, 0, ifaddrmsg.SIZE, IFA_IPV6_POLICY, Validation.DEPRECATED_STRICT, extack);
  if (error < 0) return error;
  for (let type = 0; type <= IFA_MAX; type++) {
    if (!table.has(type)) continue;
    if (type !== IFA_TARGET_NETNSID) return refuse(extack, 'EINVAL', 'ipv6: Unsupported attribute in dump request');
    const nsid = table.s32(type) ?? -1;
    const net = netByNsid(namespace, nsid, socket);
    if (typeof net === 'number') {
      extack._msg = 'ipv6: Invalid target network namespace id';
      return net;
    }
    state.net = net;
    state.nsid = nsid;
  }
  return state;
}
