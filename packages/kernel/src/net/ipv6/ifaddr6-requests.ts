import {
  IFA_ADDRESS,
  IFA_CACHEINFO,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_FLAGS,
  IFA_LOCAL,
  IFA_MAX,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  ifa_cacheinfo,
  ifaddrmsg,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
  RTM_NEWADDR,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { netByNsid } from '../rtnetlink/link-netns.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import type { Addrconf } from './addrconf.ts';
import { fillIfaddr6, IFADDR6_SIZE } from './ifaddr6-fill.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { NO_PEER } from './inet6-device.ts';
import { equal, type In6 } from './ipv6-address.ts';

/** What the attributes of an IPv6 address may hold. From net/ipv6/addrconf.c:ifa_ipv6_policy. */
export const IFA_IPV6_POLICY: nla_policies = policies(IFA_MAX, {
  [IFA_ADDRESS]: { type: 'NLA_UNSPEC', len: 16 },
  [IFA_LOCAL]: { type: 'NLA_UNSPEC', len: 16 },
  [IFA_CACHEINFO]: { type: 'NLA_UNSPEC', len: ifa_cacheinfo.SIZE },
  [IFA_FLAGS]: { type: 'NLA_UNSPEC', len: 4 },
  [IFA_RT_PRIORITY]: { type: 'NLA_UNSPEC', len: 4 },
  [IFA_TARGET_NETNSID]: { type: 'NLA_S32' },
  [IFA_PROTO]: { type: 'NLA_U8' },
});

/** The flags that a user may ask for; IFA_F_OPTIMISTIC is not, where no device is optimistic. */
const SETTABLE = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

/** What {@link Ifaddr6Requests} stands on. */
export interface Ifaddr6RequestsDeps {
  readonly addrconf: Addrconf;
  readonly addresses: Inet6Addresses;
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
}

/**
 * RTM_NEWADDR, RTM_DELADDR and RTM_GETADDR of IPv6: net/ipv6/addrconf.c.
 */
export class Ifaddr6Requests {
  readonly #deps: Ifaddr6RequestsDeps;
  readonly #table = new AttributeTable(IFA_MAX);

  constructor(deps: Ifaddr6RequestsDeps) {
    this.#deps = deps;
  }

  // From net/ipv6/addrconf.c:inet6_rtm_newaddr.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace, flags } = request;
    const { addrconf, addresses } = this.#deps;
    const tb = this.#table;
    const error = parseMessageAttributes(tb, bytes, offset, ifaddrmsg.SIZE, IFA_IPV6_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const named = this.#addresses();
    if (named === null) return -errno.EINVAL;
    const header = offset + NLMSG_HDRLEN;
    const dev = namespace.byIndex(ifaddrmsg.ifa_index(view, header));
    if (dev === undefined) return refuse(extack, 'ENODEV', 'ipv6: Unable to find the interface');
    const cache = tb.offset(IFA_CACHEINFO);
    const config = {
      ...named,
      prefixLength: ifaddrmsg.ifa_prefixlen(view, header),
      metric: tb.u32(IFA_RT_PRIORITY) ?? 0,
      proto: tb.u8(IFA_PROTO) ?? 0,
      flags: (tb.u32(IFA_FLAGS) ?? ifaddrmsg.ifa_flags(view, header)) & SETTABLE,
      valid: cache === -1 ? INFINITY_LIFE_TIME : ifa_cacheinfo.ifa_valid(view, cache),
      preferred: cache === -1 ? INFINITY_LIFE_TIME : ifa_cacheinfo.ifa_prefered(view, cache),
    };
    const idev = addresses.device(dev);
    if (idev === undefined) return -errno.EINVAL;
    const present = idev.find(config.addr);
    if (present === undefined) return addrconf.add(idev, config, extack);
    if ((flags & NLM_F_EXCL) !== 0 || (flags & NLM_F_REPLACE) === 0) return refuse(extack, 'EEXIST', 'ipv6: address already assigned');
    return addrconf.modify(present, config);
  };

  // From net/ipv6/addrconf.c:inet6_rtm_deladdr.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace } = request;
    const { addrconf, addresses } = this.#deps;
    const error = parseMessageAttributes(this.#table, bytes, offset, ifaddrmsg.SIZE, IFA_IPV6_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const named = this.#addresses();
    if (named === null) return -errno.EINVAL;
    const header = offset + NLMSG_HDRLEN;
    const prefixLength = ifaddrmsg.ifa_prefixlen(view, header);
    if (prefixLength > 128) return refuse(extack, 'EINVAL', 'ipv6: Invalid prefix length');
    const dev = namespace.byIndex(ifaddrmsg.ifa_index(view, header));
    if (dev === undefined) return refuse(extack, 'ENODEV', 'ipv6: Unable to find the interface');
    const idev = addresses.device(dev);
    if (idev === undefined) return refuse(extack, 'ENXIO', 'ipv6: IPv6 is disabled on this device');
    const ifp = idev.find(named.addr);
    if (ifp?.prefixLength !== prefixLength) return refuse(extack, 'EADDRNOTAVAIL', 'ipv6: address not found');
    addrconf.delete(ifp);
    return 0;
  };

  // From net/ipv6/addrconf.c:inet6_rtm_getaddr.
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { view, offset, namespace, portid, seq, socket } = request;
    const { addresses, sockets, timers } = this.#deps;
    const error = this.#parseGet(request, extack);
    if (error < 0) return error;
    const nsid = this.#table.s32(IFA_TARGET_NETNSID) ?? -1;
    const net = this.#table.has(IFA_TARGET_NETNSID) ? netByNsid(namespace, nsid, socket) : namespace;
    if (typeof net === 'number') return net;
    const named = this.#addresses();
    if (named === null) return -errno.EINVAL;
    const dev = net.byIndex(ifaddrmsg.ifa_index(view, offset + NLMSG_HDRLEN));
    const ifp = dev === undefined ? addresses.owner(net, named.addr, null, 0) : addresses.device(dev)?.find(named.addr);
    if (ifp === undefined) return -errno.EADDRNOTAVAIL;
    const message = { type: RTM_NEWADDR, flags: 0, portid, seq, nsid };
    const skb = sockets.build(IFADDR6_SIZE, (writer) => fillIfaddr6(writer, ifp, message, timers.now()));
    return typeof skb === 'number' ? skb : sockets.unicast(namespace, skb, portid);
  };

  // From net/ipv6/addrconf.c:inet6_rtm_valid_getaddr_req.
  #parseGet(request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { bytes, offset, length, view, socket } = request;
    const tb = this.#table;
    if (length < NLMSG_HDRLEN + ifaddrmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv6: Invalid header for get address request');
    if (!socket.strictCheck) return parseMessageAttributes(tb, bytes, offset, ifaddrmsg.SIZE, IFA_IPV6_POLICY, Validation.LIBERAL, extack);
    const at = offset + NLMSG_HDRLEN;
    if ((ifaddrmsg.ifa_prefixlen(view, at) | ifaddrmsg.ifa_flags(view, at) | ifaddrmsg.ifa_scope(view, at)) !== 0) {
      return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for get address request');
    }
    const error = parseMessageAttributes(tb, bytes, offset, ifaddrmsg.SIZE, IFA_IPV6_POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    for (let type = 0; type <= IFA_MAX; type++) {
      if (!tb.has(type) || type === IFA_TARGET_NETNSID || type === IFA_ADDRESS || type === IFA_LOCAL) continue;
      return refuse(extack, 'EINVAL', 'ipv6: Unsupported attribute in get address request');
    }
    return 0;
  }

  /** The address that a request names, and its peer. From net/ipv6/addrconf.c:extract_addr. */
  #addresses(): { readonly addr: In6; readonly peer: In6 } | null {
    const address = this.#table.octets(IFA_ADDRESS)?.slice(0, 16);
    const local = this.#table.octets(IFA_LOCAL)?.slice(0, 16);
    if (local === undefined) return address === undefined ? null : { addr: address, peer: NO_PEER };
    return { addr: local, peer: address === undefined || equal(local, address) ? NO_PEER : address };
  }
}
