/**
 * Constants that came to Linux after 6.1, the release whose headers the generated files are made from. Written by hand,
 * each under the release that brought it.
 *
 * A name that stands here is left out of the generated files and joins their tables of names. Where an enumeration grew,
 * its `*_MAX` stands here too, as the reference release 6.12 has it: 6.13 and later are known here by name only.
 *
 * @packageDocumentation
 */

// linux/if_link.h, links: 6.2, 6.3, 6.3, 6.7.
export const IFLA_DEVLINK_PORT = 62;
export const IFLA_GSO_IPV4_MAX_SIZE = 63;
export const IFLA_GRO_IPV4_MAX_SIZE = 64;
export const IFLA_DPLL_PIN = 65;
export const IFLA_MAX = 65;

// After the reference: 6.13, 6.15, 6.18, 6.18.
export const IFLA_MAX_PACING_OFFLOAD_HORIZON = 66;
export const IFLA_NETNS_IMMUTABLE = 67;
export const IFLA_HEADROOM = 68;
export const IFLA_TAILROOM = 69;

// linux/if_link.h, bridges: 6.7.
export const IFLA_BR_FDB_N_LEARNED = 48;
export const IFLA_BR_FDB_MAX_LEARNED = 49;
export const IFLA_BR_MAX = 49;

// linux/if_link.h, ports of bridges: 6.2, 6.3, 6.3, 6.4, 6.6.
export const IFLA_BRPORT_MAB = 40;
export const IFLA_BRPORT_MCAST_N_GROUPS = 41;
export const IFLA_BRPORT_MCAST_MAX_GROUPS = 42;
export const IFLA_BRPORT_NEIGH_VLAN_SUPPRESS = 43;
export const IFLA_BRPORT_BACKUP_NHID = 44;
export const IFLA_BRPORT_MAX = 44;

// linux/if_link.h, macvlan: 6.4.
export const IFLA_MACVLAN_BC_CUTOFF = 9;
export const IFLA_MACVLAN_MAX = 9;

// linux/if_link.h, vxlan: 6.5, 6.8.
export const IFLA_VXLAN_LOCALBYPASS = 31;
export const IFLA_VXLAN_LABEL_POLICY = 32;
export const IFLA_VXLAN_MAX = 32;

// linux/netlink.h: 6.7.
export const NL_ATTR_TYPE_SINT = 16;
export const NL_ATTR_TYPE_UINT = 17;

// linux/rtnetlink.h, after the reference: 6.14.
export const RTM_NEWMULTICAST = 56;
export const RTM_DELMULTICAST = 57;
export const RTM_NEWANYCAST = 60;
export const RTM_DELANYCAST = 61;
export const RTNLGRP_IPV4_MCADDR = 37;
export const RTNLGRP_IPV6_MCADDR = 38;
export const RTNLGRP_IPV6_ACADDR = 39;

// linux/neighbour.h: 6.2.
export const NTF_EXT_LOCKED = 0x2;

// linux/fib_rules.h: 6.12.
export const FRA_DSCP = 25;
export const FRA_MAX = 25;

// linux/ethtool_netlink.h: 6.2 to 6.10.
export const ETHTOOL_A_HEADER_PHY_INDEX = 4;
export const ETHTOOL_A_RINGS_RX_PUSH = 14;
export const ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN = 15;
export const ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX = 16;
export const ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES = 26;
export const ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES = 27;
export const ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS = 28;
export const ETHTOOL_A_COALESCE_RX_PROFILE = 29;
export const ETHTOOL_A_COALESCE_TX_PROFILE = 30;
export const ETHTOOL_A_TSINFO_STATS = 6;

// linux/net_tstamp.h: 6.2 and 6.12.
export const SOF_TIMESTAMPING_OPT_ID_TCP = 0x10000;
export const SOF_TIMESTAMPING_OPT_RX_FILTER = 0x20000;

// linux/nexthop.h: 6.9.
export const NHA_OP_FLAGS = 14;
export const NHA_GROUP_STATS = 15;
export const NHA_HW_STATS_ENABLE = 16;
export const NHA_HW_STATS_USED = 17;
export const NHA_MAX = 17;

// asm-generic/socket.h: 6.5, 6.5, 6.12.
export const SO_PASSPIDFD = 76;
export const SO_PEERPIDFD = 77;
export const SO_DEVMEM_DONTNEED = 80;
