/**
 * Names of numbers that all of rtnetlink uses. C twins: `linux/socket.h`, `linux/rtnetlink.h`, `linux/if_arp.h`, `linux/if.h`.
 *
 * @packageDocumentation
 */

import { enumeration, flagBits, type Names } from '../schema/index.ts';

/** Address families, and what rtnetlink has beside them. From include/linux/socket.h, include/uapi/linux/rtnetlink.h: `RTNL_FAMILY_*`. */
export const addressFamilies: Names = enumeration('address-family', {
  0: 'unspec', 1: 'unix', 2: 'inet', 3: 'ax25', 4: 'ipx', 5: 'appletalk', 6: 'netrom', 7: 'bridge', 8: 'atmpvc', 9: 'x25', 10: 'inet6',
  11: 'rose', 12: 'decnet', 13: 'netbeui', 14: 'security', 15: 'key', 16: 'netlink', 17: 'packet', 18: 'ash', 19: 'econet',
  20: 'atmsvc', 21: 'rds', 22: 'sna', 23: 'irda', 24: 'pppox', 25: 'wanpipe', 26: 'llc', 27: 'ib', 28: 'mpls', 29: 'can', 30: 'tipc',
  31: 'bluetooth', 32: 'iucv', 33: 'rxrpc', 34: 'isdn', 35: 'phonet', 36: 'ieee802154', 37: 'caif', 38: 'alg', 39: 'nfc', 40: 'vsock',
  41: 'kcm', 42: 'qipcrtr', 43: 'smc', 44: 'xdp', 45: 'mctp', 128: 'ipmr', 129: 'ip6mr',
}); // prettier-ignore

/** Routing tables with a name of their own. From include/uapi/linux/rtnetlink.h: `RT_TABLE_*`. */
export const routeTables: Names = enumeration('rt-table', { 0: 'unspec', 252: 'compat', 253: 'default', 254: 'main', 255: 'local' });

/** Who made a route. From include/uapi/linux/rtnetlink.h: `RTPROT_*`. */
export const routeProtocols: Names = enumeration('rt-protocol', {
  0: 'unspec', 1: 'redirect', 2: 'kernel', 3: 'boot', 4: 'static', 8: 'gated', 9: 'ra', 10: 'mrt', 11: 'zebra', 12: 'bird', 13: 'dnrouted',
  14: 'xorp', 15: 'ntk', 16: 'dhcp', 17: 'mrouted', 18: 'keepalived', 42: 'babel', 84: 'ovn', 99: 'openr', 186: 'bgp', 187: 'isis',
  188: 'ospf', 189: 'rip', 192: 'eigrp',
}); // prettier-ignore

/** How far a route or an address reaches. From include/uapi/linux/rtnetlink.h: `RT_SCOPE_*`. */
export const routeScopes: Names = enumeration('rt-scope', { 0: 'universe', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' });

/** Nexthops' flags, and those of routes above them. From include/uapi/linux/rtnetlink.h: `RTNH_F_*`, `RTM_F_*`. */
export const routeFlags: Names = flagBits('rtm-flags', {
  0: 'dead', 1: 'pervasive', 2: 'onlink', 3: 'offload', 4: 'linkdown', 5: 'unresolved', 6: 'trap',
  8: 'notify', 9: 'cloned', 10: 'equalize', 11: 'prefix', 12: 'lookup-table', 13: 'fib-match', 14: 'rt-offload', 15: 'rt-trap',
  29: 'offload-failed',
}); // prettier-ignore

/** From include/uapi/linux/rtnetlink.h: `RTNH_F_*`. */
export const nexthopFlags: Names = flagBits('rtnh-flags', ['dead', 'pervasive', 'onlink', 'offload', 'linkdown', 'unresolved', 'trap']);

/** How much a router is preferred, of two bits. From include/uapi/linux/icmpv6.h: `ICMPV6_ROUTER_PREF_*`. */
export const routerPreferences: Names = enumeration('router-preference', ['medium', 'high', 'invalid', 'low']);

/** What a link carries; 0, which is NET/ROM, is in requests that do not say. From include/uapi/linux/if_arp.h: `ARPHRD_*`. */
export const linkTypes: Names = enumeration('arphrd', {
  1: 'ether', 2: 'eether', 3: 'ax25', 4: 'pronet', 5: 'chaos', 6: 'ieee802', 7: 'arcnet', 8: 'appletlk', 15: 'dlci',
  19: 'atm', 23: 'metricom', 24: 'ieee1394', 27: 'eui64', 32: 'infiniband', 256: 'slip', 257: 'cslip', 258: 'slip6', 259: 'cslip6',
  260: 'rsrvd', 264: 'adapt', 270: 'rose', 271: 'x25', 272: 'hwx25', 280: 'can', 290: 'mctp', 512: 'ppp', 513: 'cisco', 516: 'lapb',
  517: 'ddcmp', 518: 'rawhdlc', 519: 'rawip', 768: 'tunnel', 769: 'tunnel6', 770: 'frad', 771: 'skip', 772: 'loopback', 773: 'localtlk',
  774: 'fddi', 775: 'bif', 776: 'sit', 777: 'ipddp', 778: 'ipgre', 779: 'pimreg', 780: 'hippi', 781: 'ash', 782: 'econet', 783: 'irda',
  784: 'fcpp', 785: 'fcal', 786: 'fcpl', 787: 'fcfabric', 800: 'ieee802-tr', 801: 'ieee80211', 802: 'ieee80211-prism',
  803: 'ieee80211-radiotap', 804: 'ieee802154', 805: 'ieee802154-monitor', 820: 'phonet', 821: 'phonet-pipe', 822: 'caif', 823: 'ip6gre',
  824: 'netlink', 825: '6lowpan', 826: 'vsockmon', 65534: 'none', 65535: 'void',
}); // prettier-ignore

/** Protocols above IP. From include/uapi/linux/in.h: `IPPROTO_*`. */
export const ipProtocols: Names = enumeration('ip-proto', {
  0: 'ip', 1: 'icmp', 2: 'igmp', 4: 'ipip', 6: 'tcp', 8: 'egp', 12: 'pup', 17: 'udp', 22: 'idp', 29: 'tp', 33: 'dccp', 41: 'ipv6',
  46: 'rsvp', 47: 'gre', 50: 'esp', 51: 'ah', 58: 'icmpv6', 92: 'mtp', 94: 'beetph', 98: 'encap', 103: 'pim', 108: 'comp', 115: 'l2tp',
  43: 'routing', 44: 'fragment', 59: 'none', 60: 'dstopts', 132: 'sctp', 135: 'mh', 136: 'udplite', 137: 'mpls', 143: 'ethernet', 144: 'aggfrag', 255: 'raw', 256: 'smc', 262: 'mptcp',
}); // prettier-ignore
