/** The beginnings of C's names. */
const PREFIX =
  /^_*(?:AF_|CTRL_ATTR_(?:OP_(?!POLICY)|MCAST_GRP_)?|CTRL_CMD_|NL80211_(?:CMD_|ATTR_|BAND_IFTYPE_ATTR_|BAND_ATTR_|FREQUENCY_ATTR_|BITRATE_ATTR_|IFACE_COMB_|TXQ_STATS_|IFTYPE_)|NFULA_|IFLA_|RTA_|IFA_)/;

/** What tshark says in other words, by field, and what it is called here. */
const SYNONYMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'netlink-route.ifla_attr_type': {
    'HW Address': 'address',
    'Device name': 'ifname',
    'Link type': 'link',
    'Queueing discipline': 'qdisc',
    'Interface Statistics': 'stats',
    'Prot info': 'protinfo',
    'TxQueue length': 'txqlen',
    'Link mode': 'linkmode',
    'Link info': 'linkinfo',
    'NetNs id': 'net-ns-pid',
    'VF Info': 'vfinfo-list',
    Stats: 'stats64',
    'NetNs fd': 'net-ns-fd',
    'Number of Tx queues': 'num-tx-queues',
    'Number of Rx queues': 'num-rx-queues',
    'Link network namespace ID': 'link-netnsid',
    'Maximum GSO segment count': 'gso-max-segs',
    'Maximum GSO size': 'gso-max-size',
    IFLA_IF_NETNSID: 'target-netnsid',
    'Minimum MTU': 'min-mtu',
    'Maximum MTU': 'max-mtu',
    'Property list': 'prop-list',
    'Alternative ifname': 'alt-ifname',
    'Permanent address': 'perm-address',
    'Parent device name': 'parent-dev-name',
    'Parent device bus name': 'parent-dev-bus-name',
    'GRO maximum size': 'gro-max-size',
    'TSO maximum size': 'tso-max-size',
    'TSO maximum number of segments': 'tso-max-segs',
    'Allmulti count': 'allmulti',
  },
  'netlink-route.ifa_attr_type': {
    'Interface address': 'address',
    'Local address': 'local',
    'Name of interface': 'label',
    'Broadcast address': 'broadcast',
    'Address information': 'cacheinfo',
    'Address flags': 'flags',
  },
  'netlink-route.rta_attr_type': {
    'Route destination address': 'dst',
    'Route source address': 'src',
    'Input interface index': 'iif',
    'Output interface index': 'oif',
    'Gateway of the route': 'gateway',
  },
  'netlink-route.rt_type': {
    'Unknown route': 'unspec',
    'Gateway or direct route': 'unicast',
    'Local interface route': 'local',
    'Local broadcast route (send as broadcast)': 'broadcast',
    'Multicast route': 'multicast',
    'Unreachable destination': 'unreachable',
    Drop: 'blackhole',
    'Administratively prohibited': 'prohibit',
    'Routing lookup in another table': 'throw',
  },
  'netlink-route.ifi_type': {
    Ethernet: 'ether',
    'Controller Area Network': 'can',
    'IPIP tunnel': 'tunnel',
    'IP6IP6 tunnel': 'tunnel6',
    'sit0 device - IPv6-in-IPv4': 'sit',
    'GRE over IP': 'ipgre',
    'GRE over IPv6': 'ip6gre',
    'IEEE 802.11': 'ieee80211',
    'IEEE 802.11 + radiotap header': 'ieee80211-radiotap',
    'IEEE 802.15.4': 'ieee802154',
    'IEEE 802.15.4 network monitor': 'ieee802154-monitor',
    'Vsock monitor header': 'vsockmon',
    'Pure IP': 'rawip',
    'Raw IP': 'rawip',
    'zero header length': 'none',
    'Void type, nothing is known': 'void',
  },
  'netlink-route.ifla_operstate': { 'Lower layer down': 'lowerlayerdown', 'Not present': 'notpresent' },
  'netlink-route.rt_scope': {
    'global route': 'universe',
    'route on this link': 'link',
    'route on the local host': 'host',
    "destination doesn't exist": 'nowhere',
  },
  'netlink-route.rt_protocol': { unknown: 'unspec', 'RDISC/ND router advertisements': 'ra' },
  'netlink-netfilter.family': { AF_INET: 'ipv4', AF_INET6: 'ipv6' },
  'netlink-netfilter.ct.attr': {
    'Original IP tuple': 'tuple-orig',
    'Reply IP tuple': 'tuple-reply',
    'Connection status': 'status',
    'Protocol-specific info': 'protoinfo',
    'SNAT setup': 'nat-src',
    'Use count': 'use',
  },
  'netlink-netfilter.nfct_tuple': { 'IP address': 'tuple-ip', 'L4 protocol info': 'tuple-proto' },
  'netlink-netfilter.nfct_tuple.ip': { 'IPv4 source address': 'ip-v4-src', 'IPv4 destination address': 'ip-v4-dst' },
  'netlink-netfilter.nfct_tuple.proto': {
    'IP protocol number': 'proto-num',
    'Source port': 'proto-src-port',
    'Destination port': 'proto-dst-port',
    'ICMPv4 ID': 'proto-icmp-id',
    'ICMPv4 type': 'proto-icmp-type',
    'ICMPv4 code': 'proto-icmp-code',
  },
  'netlink-netfilter.ipset_attr': {
    'Protocol version': 'protocol',
    'Name of the set': 'setname',
    'Settype revision': 'revision',
    'Settype family': 'family',
    'Flags at command level': 'flags',
    'Nested attributes': 'data',
    'Multiple data containers': 'adt',
    'Minimal supported version number': 'protocol-min',
  },
  'netlink-netfilter.ipset_ip_attr': { 'IPv4 address': 'ipv4', 'IPv6 address': 'ipv6' },
  'netlink-netfilter.ipset_adt_attr': { IP_FROM: 'ip', PORT_FROM: 'port' },
  'netlink-sock_diag.netlink_attr': { 'Memory info': 'meminfo' },
  'netlink-sock_diag.unix_attr': { 'RQ len': 'rqlen' },
  // The specifications name an answer after its request.
  'genl.ctrl.cmd': { CTRL_CMD_NEWFAMILY: 'getfamily' },
  'nl80211.cmd': { NL80211_CMD_NEW_WIPHY: 'get-wiphy', NL80211_CMD_NEW_INTERFACE: 'get-interface' },
  'nl80211.reg_rule_attr': {
    NL80211_ATTR_REG_RULE_FLAGS: 'flags',
    NL80211_ATTR_POWER_RULE_MAX_ANT_GAIN: 'power-max-ant-gain',
    NL80211_ATTR_POWER_RULE_MAX_EIRP: 'power-max-eirp',
  },
  'nl80211.channel_type': { NL80211_CHAN_NO_HT: 'no-ht' },
  'net_dm.cmd': { 'Start monitoring': 'start', 'Stop monitoring': 'stop' },
  'netlink-sock_diag.family': { AF_LOCAL: 'unix' },
  'netlink-sock_diag.inet_protocol': { 'Datagram Congestion Control Protocol': 'dccp' },
  'netlink-netfilter.ipset.family': { Unspecified: 'unspec' },
  'netlink-sock_diag.type': { SOCK_STREAM: 'stream', SOCK_DGRAM: 'dgram', SOCK_RAW: 'raw', SOCK_SEQPACKET: 'seqpacket' },
  'nl80211.iftype': { NL80211_IFTYPE_STATION: 'station' },
};

/**
 * Whether two names say the same.
 *
 * @param field - tshark's field
 * @param theirs - what tshark calls a value of it
 * @param ours - what the decoder calls it
 */
export function areSameNames(field: string, theirs: string, ours: string): boolean {
  return SYNONYMS[field]?.[theirs] === ours || plain(theirs) === plain(ours);
}

function plain(name: string): string {
  return name.replace(PREFIX, '').toLowerCase().replaceAll(/[ _]/g, '-');
}
