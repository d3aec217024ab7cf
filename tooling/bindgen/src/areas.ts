/** One generated file: the headers that it covers, and what of them it takes. */
export interface Area {
  /** Name of the generated file, without its suffix. */
  readonly file: string;
  /** Headers as they are included, such as `linux/netlink.h`. */
  readonly headers: readonly string[];
  /** Which names are taken; all when absent. Names that start with `_` never are. */
  readonly only?: RegExp;
  /** Structs that get accessors. */
  readonly structs?: readonly string[];
  /** Tables from values to names. */
  readonly tables?: readonly Table[];
}

/** A table from values to the names of constants. */
export interface Table {
  /** Name of the exported table. */
  readonly name: string;
  /** What is common to the names of its constants. */
  readonly prefix: string;
  /** A constant whose whole enumeration makes up the table; otherwise it is every constant that `only` matches. */
  readonly enumOf?: string;
  readonly only?: RegExp;
  /** The index is the number of a bit, not a value. */
  readonly flags?: boolean;
  /** A sentence for the table's documentation. */
  readonly note?: string;
}

const values = (name: string, enumOf: string, prefix: string, more: Partial<Table> = {}): Table => ({ name, enumOf, prefix, ...more });
const matching = (name: string, only: RegExp, prefix: string, more: Partial<Table> = {}): Table => ({ name, only, prefix, ...more });

const NLM_F_NOTE = 'The bits from 0x100 up mean another thing in each kind of message.';

/** What is generated, and from where. */
export const AREAS: readonly Area[] = [
  {
    file: 'netlink',
    headers: ['linux/netlink.h'],
    structs: ['sockaddr_nl', 'nlmsghdr', 'nlmsgerr', 'nl_pktinfo', 'nlattr', 'nla_bitfield32'],
    tables: [
      matching(
        'NETLINK_NAMES',
        /^NETLINK_(ROUTE|UNUSED|USERSOCK|FIREWALL|SOCK_DIAG|NFLOG|XFRM|SELINUX|ISCSI|AUDIT|FIB_LOOKUP|CONNECTOR|NETFILTER|IP6_FW|DNRTMSG|KOBJECT_UEVENT|GENERIC|SCSITRANSPORT|ECRYPTFS|RDMA|CRYPTO|SMC)$/u,
        'NETLINK_',
        { note: 'Protocols of `AF_NETLINK`.' },
      ),
      matching('NLMSG_NAMES', /^NLMSG_(NOOP|ERROR|DONE|OVERRUN)$/u, 'NLMSG_', { note: 'Control messages of every netlink protocol.' }),
      matching('NLM_F_NAMES', /^NLM_F_(REQUEST|MULTI|ACK|ECHO|DUMP_INTR|DUMP_FILTERED)$/u, 'NLM_F_', {
        flags: true,
        note: 'The bits that mean the same in every message.',
      }),
      matching('NLM_F_GET_NAMES', /^NLM_F_(ROOT|MATCH|ATOMIC)$/u, 'NLM_F_', { flags: true, note: `Requests of kind GET. ${NLM_F_NOTE}` }),
      matching('NLM_F_NEW_NAMES', /^NLM_F_(REPLACE|EXCL|CREATE|APPEND)$/u, 'NLM_F_', {
        flags: true,
        note: `Requests of kind NEW. ${NLM_F_NOTE}`,
      }),
      matching('NLM_F_DELETE_NAMES', /^NLM_F_(NONREC|BULK)$/u, 'NLM_F_', { flags: true, note: `Requests of kind DEL. ${NLM_F_NOTE}` }),
      matching('NLM_F_ACK_NAMES', /^NLM_F_(CAPPED|ACK_TLVS)$/u, 'NLM_F_', { flags: true, note: `\`NLMSG_ERROR\` and \`NLMSG_DONE\`. ${NLM_F_NOTE}` }),
      values('NLMSGERR_ATTR_NAMES', 'NLMSGERR_ATTR_MSG', 'NLMSGERR_ATTR_'),
      values('NL_ATTR_TYPE_NAMES', 'NL_ATTR_TYPE_INVALID', 'NL_ATTR_TYPE_'),
      values('NL_POLICY_TYPE_ATTR_NAMES', 'NL_POLICY_TYPE_ATTR_TYPE', 'NL_POLICY_TYPE_ATTR_'),
    ],
  },
  {
    file: 'rtnetlink',
    headers: ['linux/rtnetlink.h'],
    structs: ['rtattr', 'rtmsg', 'rtnexthop', 'rta_cacheinfo', 'rtgenmsg', 'ifinfomsg', 'prefixmsg', 'prefix_cacheinfo', 'tcmsg'],
    tables: [
      values('RTM_NAMES', 'RTM_NEWLINK', 'RTM_'),
      values('RTNLGRP_NAMES', 'RTNLGRP_LINK', 'RTNLGRP_'),
      values('RTA_NAMES', 'RTA_DST', 'RTA_'),
      values('RTAX_NAMES', 'RTAX_MTU', 'RTAX_'),
      values('RTN_NAMES', 'RTN_UNICAST', 'RTN_'),
      matching('RTPROT_NAMES', /^RTPROT_/u, 'RTPROT_'),
      values('RT_SCOPE_NAMES', 'RT_SCOPE_UNIVERSE', 'RT_SCOPE_'),
      values('RT_TABLE_NAMES', 'RT_TABLE_MAIN', 'RT_TABLE_'),
      values('PREFIX_NAMES', 'PREFIX_ADDRESS', 'PREFIX_'),
      values('TCA_NAMES', 'TCA_KIND', 'TCA_'),
      matching('RTEXT_FILTER_NAMES', /^RTEXT_FILTER_/u, 'RTEXT_FILTER_', { flags: true }),
    ],
  },
  {
    file: 'if-link',
    headers: ['linux/if_link.h'],
    structs: ['rtnl_link_stats', 'rtnl_link_stats64', 'rtnl_link_ifmap', 'if_stats_msg', 'ifla_cacheinfo', 'ifla_vlan_flags', 'ifla_vlan_qos_mapping'],
    tables: [
      values('IFLA_NAMES', 'IFLA_ADDRESS', 'IFLA_'),
      values('IFLA_PROTO_DOWN_REASON_NAMES', 'IFLA_PROTO_DOWN_REASON_MASK', 'IFLA_PROTO_DOWN_REASON_'),
      values('IFLA_INFO_NAMES', 'IFLA_INFO_KIND', 'IFLA_INFO_'),
      values('IFLA_INET_NAMES', 'IFLA_INET_CONF', 'IFLA_INET_'),
      values('IFLA_INET6_NAMES', 'IFLA_INET6_FLAGS', 'IFLA_INET6_'),
      values('IFLA_BR_NAMES', 'IFLA_BR_FORWARD_DELAY', 'IFLA_BR_'),
      values('IFLA_BRPORT_NAMES', 'IFLA_BRPORT_STATE', 'IFLA_BRPORT_'),
      values('IFLA_VLAN_NAMES', 'IFLA_VLAN_ID', 'IFLA_VLAN_'),
      values('IFLA_MACVLAN_NAMES', 'IFLA_MACVLAN_MODE', 'IFLA_MACVLAN_'),
      values('IFLA_VXLAN_NAMES', 'IFLA_VXLAN_ID', 'IFLA_VXLAN_'),
      values('IFLA_BOND_NAMES', 'IFLA_BOND_MODE', 'IFLA_BOND_'),
      values('IFLA_VF_INFO_NAMES', 'IFLA_VF_INFO', 'IFLA_VF_INFO'),
      values('IFLA_XDP_NAMES', 'IFLA_XDP_FD', 'IFLA_XDP_'),
      values('IFLA_STATS_NAMES', 'IFLA_STATS_LINK_64', 'IFLA_STATS_'),
      values('IFLA_STATS_GETSET_NAMES', 'IFLA_STATS_GET_FILTERS', 'IFLA_STATS_'),
      values('IFLA_EVENT_NAMES', 'IFLA_EVENT_REBOOT', 'IFLA_EVENT_'),
      values('IFLA_OFFLOAD_XSTATS_NAMES', 'IFLA_OFFLOAD_XSTATS_CPU_HIT', 'IFLA_OFFLOAD_XSTATS_'),
    ],
  },
  {
    file: 'if',
    headers: ['linux/if.h'],
    structs: ['ifmap', 'if_settings', 'ifreq', 'ifconf'],
    tables: [
      matching('IFF_NAMES', /^IFF_(UP|BROADCAST|DEBUG|LOOPBACK|POINTOPOINT|NOTRAILERS|RUNNING|NOARP|PROMISC|ALLMULTI|MASTER|SLAVE|MULTICAST|PORTSEL|AUTOMEDIA|DYNAMIC|LOWER_UP|DORMANT|ECHO)$/u, 'IFF_', {
        flags: true,
        note: 'Flags of an interface.',
      }),
      values('IF_OPER_NAMES', 'IF_OPER_UP', 'IF_OPER_'),
      values('IF_LINK_MODE_NAMES', 'IF_LINK_MODE_DORMANT', 'IF_LINK_MODE_'),
    ],
  },
  {
    file: 'if-addr',
    headers: ['linux/if_addr.h'],
    structs: ['ifaddrmsg', 'ifa_cacheinfo'],
    tables: [values('IFA_NAMES', 'IFA_ADDRESS', 'IFA_'), matching('IFA_F_NAMES', /^IFA_F_(?!SECONDARY)/u, 'IFA_F_', { flags: true })],
  },
  {
    file: 'if-addrlabel',
    headers: ['linux/if_addrlabel.h'],
    structs: ['ifaddrlblmsg'],
    tables: [values('IFAL_NAMES', 'IFAL_ADDRESS', 'IFAL_')],
  },
  {
    file: 'neighbour',
    headers: ['linux/neighbour.h'],
    structs: ['ndmsg', 'nda_cacheinfo', 'ndt_stats', 'ndtmsg', 'ndt_config'],
    tables: [
      values('NDA_NAMES', 'NDA_DST', 'NDA_'),
      values('NDTA_NAMES', 'NDTA_NAME', 'NDTA_'),
      values('NDTPA_NAMES', 'NDTPA_IFINDEX', 'NDTPA_'),
      matching('NUD_NAMES', /^NUD_(?!NONE)/u, 'NUD_', { flags: true }),
      matching('NTF_NAMES', /^NTF_(?!EXT)/u, 'NTF_', { flags: true }),
      matching('NTF_EXT_NAMES', /^NTF_EXT_/u, 'NTF_EXT_', { flags: true }),
    ],
  },
  {
    file: 'genetlink',
    headers: ['linux/genetlink.h'],
    structs: ['genlmsghdr'],
    tables: [
      values('CTRL_CMD_NAMES', 'CTRL_CMD_GETFAMILY', 'CTRL_CMD_'),
      values('CTRL_ATTR_NAMES', 'CTRL_ATTR_FAMILY_ID', 'CTRL_ATTR_'),
      values('CTRL_ATTR_OP_NAMES', 'CTRL_ATTR_OP_ID', 'CTRL_ATTR_OP_'),
      values('CTRL_ATTR_MCAST_GRP_NAMES', 'CTRL_ATTR_MCAST_GRP_NAME', 'CTRL_ATTR_MCAST_GRP_'),
      values('CTRL_ATTR_POLICY_NAMES', 'CTRL_ATTR_POLICY_DO', 'CTRL_ATTR_POLICY_'),
      matching('GENL_FLAG_NAMES', /^GENL_(ADMIN_PERM|CMD_CAP_\w+|UNS_ADMIN_PERM)$/u, 'GENL_', { flags: true }),
    ],
  },
  {
    file: 'if-packet',
    headers: ['linux/if_packet.h'],
    structs: [
      'sockaddr_pkt',
      'sockaddr_ll',
      'tpacket_stats',
      'tpacket_stats_v3',
      'tpacket_rollover_stats',
      'tpacket_auxdata',
      'tpacket2_hdr',
      'tpacket_hdr_variant1',
      'tpacket3_hdr',
      'tpacket_bd_ts',
      'tpacket_hdr_v1',
      'tpacket_block_desc',
      'tpacket_req',
      'tpacket_req3',
      'packet_mreq',
      'fanout_args',
    ],
    tables: [
      matching('PACKET_TYPE_NAMES', /^PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL)$/u, 'PACKET_', {
        note: 'Types of a packet, as in `sll_pkttype`.',
      }),
    ],
  },
  {
    file: 'if-arp',
    headers: ['linux/if_arp.h'],
    structs: ['arpreq', 'arphdr'],
    tables: [matching('ARPHRD_NAMES', /^ARPHRD_/u, 'ARPHRD_', { note: 'Types of a device.' })],
  },
  {
    file: 'if-ether',
    headers: ['linux/if_ether.h'],
    structs: ['ethhdr'],
    tables: [matching('ETH_P_NAMES', /^ETH_P_(?!802_3_MIN)/u, 'ETH_P_', { note: 'Protocols of a packet.' })],
  },
  { file: 'net-namespace', headers: ['linux/net_namespace.h'], tables: [values('NETNSA_NAMES', 'NETNSA_NSID', 'NETNSA_')] },
  {
    file: 'fib-rules',
    headers: ['linux/fib_rules.h'],
    structs: ['fib_rule_hdr', 'fib_rule_uid_range', 'fib_rule_port_range'],
    tables: [values('FRA_NAMES', 'FRA_DST', 'FRA_'), values('FR_ACT_NAMES', 'FR_ACT_TO_TBL', 'FR_ACT_')],
  },
  { file: 'netconf', headers: ['linux/netconf.h'], structs: ['netconfmsg'], tables: [values('NETCONFA_NAMES', 'NETCONFA_IFINDEX', 'NETCONFA_')] },
  { file: 'nexthop', headers: ['linux/nexthop.h'], structs: ['nhmsg', 'nexthop_grp'], tables: [values('NHA_NAMES', 'NHA_ID', 'NHA_')] },
  { file: 'pkt-sched', headers: ['linux/pkt_sched.h'], only: /^TC_(H|LINKLAYER)_/u },
  {
    file: 'gen-stats',
    headers: ['linux/gen_stats.h'],
    structs: ['gnet_stats_basic', 'gnet_stats_queue', 'gnet_stats_rate_est64'],
    tables: [values('TCA_STATS_NAMES', 'TCA_STATS_BASIC', 'TCA_STATS_')],
  },
  {
    file: 'if-bridge',
    headers: ['linux/if_bridge.h'],
    only: /^(IFLA_BRIDGE|MDBA|MDB|BRIDGE_VLANDB|BRIDGE_FLAGS|BRIDGE_MODE|BRIDGE_VLAN_INFO|BR_STATE)_/u,
    structs: ['br_port_msg', 'bridge_vlan_info'],
    tables: [values('IFLA_BRIDGE_NAMES', 'IFLA_BRIDGE_FLAGS', 'IFLA_BRIDGE_'), values('MDBA_NAMES', 'MDBA_MDB', 'MDBA_')],
  },
  {
    file: 'socket',
    headers: ['bits/socket.h', 'bits/socket_type.h', 'asm-generic/socket.h', 'linux/net.h'],
    only: /^(AF|PF|SOCK|SOL|SO|SCM|MSG|SS)_|^SOMAXCONN$/u,
    structs: ['sockaddr'],
    tables: [matching('AF_NAMES', /^AF_/u, 'AF_', { note: 'Address families.' })],
  },
  {
    file: 'sock-diag',
    headers: ['linux/sock_diag.h', 'linux/netlink_diag.h', 'linux/packet_diag.h'],
    structs: ['sock_diag_req', 'netlink_diag_req', 'netlink_diag_msg', 'packet_diag_req', 'packet_diag_msg', 'packet_diag_info', 'packet_diag_mclist'],
    tables: [values('NETLINK_DIAG_NAMES', 'NETLINK_DIAG_MEMINFO', 'NETLINK_DIAG_'), values('SK_MEMINFO_NAMES', 'SK_MEMINFO_DROPS', 'SK_MEMINFO_')],
  },
  {
    file: 'inet-diag',
    headers: ['linux/inet_diag.h'],
    only: /^(INET_DIAG_(?!MD5SIG)|TCPDIAG_|DCCPDIAG_)/u,
    structs: ['inet_diag_sockid', 'inet_diag_req', 'inet_diag_req_v2', 'inet_diag_msg', 'inet_diag_bc_op'],
    tables: [values('INET_DIAG_NAMES', 'INET_DIAG_MEMINFO', 'INET_DIAG_')],
  },
  {
    file: 'unix-diag',
    headers: ['linux/unix_diag.h'],
    structs: ['unix_diag_req', 'unix_diag_msg'],
    tables: [values('UNIX_DIAG_NAMES', 'UNIX_DIAG_NAME', 'UNIX_DIAG_')],
  },
  { file: 'route', headers: ['linux/route.h'], only: /^RTF_/u, structs: ['rtentry'] },
  { file: 'ipv6', headers: ['linux/ipv6.h'], only: /^IPV6_MIN_MTU$/u, structs: ['in6_ifreq'] },
  {
    file: 'filter',
    headers: ['linux/bpf_common.h', 'linux/filter.h'],
    only: /^(BPF|SKF)_/u,
    structs: ['sock_filter', 'sock_fprog'],
  },
  {
    file: 'sockios',
    headers: ['linux/sockios.h', 'asm-generic/sockios.h'],
    only: /^(SIOC|FIO)/u,
    tables: [matching('SIOC_NAMES', /^SIOC/u, 'SIOC')],
  },
  {
    file: 'ethtool',
    headers: ['linux/ethtool.h'],
    only: /^ETHTOOL_([GS][A-Z0-9]+|FWVERS_LEN|BUSINFO_LEN|EROMVERS_LEN|NWAY_RST|RESET|TEST|PHYS_ID|GET_TS_INFO|GSSET_INFO|PERQUEUE|PHY_GTUNABLE)$|^ETH_GSTRING_LEN$|^ETH_SS_|^(SPEED|DUPLEX)_/u,
    structs: ['ethtool_value', 'ethtool_drvinfo', 'ethtool_gstrings', 'ethtool_sset_info'],
  },
  {
    file: 'net-tstamp',
    headers: ['linux/net_tstamp.h'],
    only: /^(SOF_TIMESTAMPING|HWTSTAMP_(TX|FILTER))_/u,
  },
  {
    file: 'veth',
    headers: ['linux/veth.h'],
  },
  {
    file: 'ethtool-netlink',
    headers: ['linux/ethtool_netlink.h'],
    only: /^ETHTOOL_(MSG|FLAG|A_HEADER|A_LINKSTATE|A_STRSET|A_STRINGSETS|A_STRINGSET|A_STRINGS|A_STRING|A_LINKINFO|A_LINKMODES|A_FEATURES|A_BITSET|A_RINGS|A_CHANNELS|A_COALESCE|A_PRIVFLAGS|A_TSINFO|A_DEBUG|GENL)_/u,
    tables: [
      values('ETHTOOL_MSG_USER_NAMES', 'ETHTOOL_MSG_LINKSTATE_GET', 'ETHTOOL_MSG_'),
      values('ETHTOOL_MSG_KERNEL_NAMES', 'ETHTOOL_MSG_LINKSTATE_GET_REPLY', 'ETHTOOL_MSG_'),
      values('ETHTOOL_A_HEADER_NAMES', 'ETHTOOL_A_HEADER_DEV_NAME', 'ETHTOOL_A_HEADER_'),
      values('ETHTOOL_A_LINKSTATE_NAMES', 'ETHTOOL_A_LINKSTATE_LINK', 'ETHTOOL_A_LINKSTATE_'),
    ],
  },
  { file: 'if-tun', headers: ['linux/if_tun.h'], structs: ['tun_pi'] },
];
