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
/** A nest: the devlink port that the device is (`DEVLINK_ATTR_*`); absent or empty where it is none. */
export const IFLA_DEVLINK_PORT = 62;
/** 32 bits: the longest IPv4 packet that is left to the device to cut up, in octets. */
export const IFLA_GSO_IPV4_MAX_SIZE = 63;
/** 32 bits: the longest IPv4 packet that received ones are put together to, in octets. */
export const IFLA_GRO_IPV4_MAX_SIZE = 64;
/** A nest, often empty: the DPLL pin that the device is clocked by (`DPLL_A_PIN_ID`). */
export const IFLA_DPLL_PIN = 65;
/** The greatest type of a link's attributes in 6.12. */
export const IFLA_MAX = 65;

// After the reference: 6.13, 6.15, 6.18, 6.18.
/** 32 or 64 bits: how far ahead the device takes packets with a time to leave at, in nanoseconds. */
export const IFLA_MAX_PACING_OFFLOAD_HORIZON = 66;
/** 8 bits, 0 or 1: whether the device stays in the namespace that it was made in. */
export const IFLA_NETNS_IMMUTABLE = 67;
/** 16 bits: octets of headroom that packets for the device should have. */
export const IFLA_HEADROOM = 68;
/** 16 bits: octets of tailroom that packets for the device should have. */
export const IFLA_TAILROOM = 69;

// linux/if_link.h, bridges: 6.7.
/** 32 bits: how many entries of the forwarding table were learned; the kernel's to say. */
export const IFLA_BR_FDB_N_LEARNED = 48;
/** 32 bits: how many entries may be learned; 0 for as many as come. */
export const IFLA_BR_FDB_MAX_LEARNED = 49;
/** The greatest type of a bridge's attributes in 6.12. */
export const IFLA_BR_MAX = 49;

// linux/if_link.h, ports of bridges: 6.2, 6.3, 6.3, 6.4, 6.6.
/** 8 bits, 0 or 1: whether a locked port notes who tried to get in (MAC authentication bypass). */
export const IFLA_BRPORT_MAB = 40;
/** 32 bits: how many multicast groups the port is in; the kernel's to say. */
export const IFLA_BRPORT_MCAST_N_GROUPS = 41;
/** 32 bits: how many multicast groups the port may be in; 0 for no limit. */
export const IFLA_BRPORT_MCAST_MAX_GROUPS = 42;
/** 8 bits, 0 or 1: whether neighbour suppression is set for each VLAN by itself. */
export const IFLA_BRPORT_NEIGH_VLAN_SUPPRESS = 43;
/** 32 bits: the next hop object that the backup port's packets are tunnelled to; 0 for none. */
export const IFLA_BRPORT_BACKUP_NHID = 44;
/** The greatest type of a bridge port's attributes in 6.12. */
export const IFLA_BRPORT_MAX = 44;

// linux/if_link.h, macvlan: 6.4.
/**
 * 32 bits with a sign: multicast that more links than this listen for goes through the broadcast queue; 1 unless it was
 * set, -1 for none.
 */
export const IFLA_MACVLAN_BC_CUTOFF = 9;
/** The greatest type of a macvlan's attributes in 6.12. */
export const IFLA_MACVLAN_MAX = 9;

// linux/if_link.h, vxlan: 6.5, 6.8.
/** 8 bits, 0 or 1: whether what goes to an address of this machine is handed to the VXLAN device there without being sent. */
export const IFLA_VXLAN_LOCALBYPASS = 31;
/** 32 bits: whether the flow label is fixed (0) or taken from the packet inside (1). */
export const IFLA_VXLAN_LABEL_POLICY = 32;
/** The greatest type of a VXLAN's attributes in 6.12. */
export const IFLA_VXLAN_MAX = 32;

// linux/netlink.h: 6.7.
/** In a policy dump: an integer with a sign, of 32 or of 64 bits. */
export const NL_ATTR_TYPE_SINT = 16;
/** In a policy dump: an integer without a sign, of 32 or of 64 bits. */
export const NL_ATTR_TYPE_UINT = 17;

// linux/rtnetlink.h, after the reference: 6.14.
/** A device joined a multicast group: an ifaddrmsg. A dump's answers are `RTM_GETMULTICAST`. */
export const RTM_NEWMULTICAST = 56;
/** A device left a multicast group: an ifaddrmsg. */
export const RTM_DELMULTICAST = 57;
/** A device got an anycast address: an ifaddrmsg. A dump's answers are `RTM_GETANYCAST`. */
export const RTM_NEWANYCAST = 60;
/** A device lost an anycast address: an ifaddrmsg. */
export const RTM_DELANYCAST = 61;
/** Who listens hears of IPv4 multicast groups: {@link RTM_NEWMULTICAST}, {@link RTM_DELMULTICAST}. */
export const RTNLGRP_IPV4_MCADDR = 37;
/** Who listens hears of IPv6 multicast groups: {@link RTM_NEWMULTICAST}, {@link RTM_DELMULTICAST}. */
export const RTNLGRP_IPV6_MCADDR = 38;
/** Who listens hears of IPv6 anycast addresses: {@link RTM_NEWANYCAST}, {@link RTM_DELANYCAST}. */
export const RTNLGRP_IPV6_ACADDR = 39;

// linux/neighbour.h: 6.2.
/** A bit of `NDA_FLAGS_EXT`: a locked bridge port noted the address, which must not pass yet. */
export const NTF_EXT_LOCKED = 0x2;

// linux/fib_rules.h: 6.12.
/** 8 bits, 0 to 63: the DSCP that a rule is for, without the two bits of ECN. */
export const FRA_DSCP = 25;
/** The greatest type of a rule's attributes in 6.12. */
export const FRA_MAX = 25;

// linux/ethtool_netlink.h: 6.2 to 6.10.
/** 32 bits: which PHY of the device is meant; absent for the device's own. */
export const ETHTOOL_A_HEADER_PHY_INDEX = 4;
/** 8 bits, 0 or 1: whether receive descriptors are pushed to the device. */
export const ETHTOOL_A_RINGS_RX_PUSH = 14;
/** 32 bits: how many octets of a packet's start are pushed to the device. */
export const ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN = 15;
/** 32 bits: the most that {@link ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN} may be set to. */
export const ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX = 16;
/** 32 bits: how long an aggregate of transmitted packets gets at most, in octets. */
export const ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES = 26;
/** 32 bits: how many packets a transmitted aggregate has at most. */
export const ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES = 27;
/** 32 bits: how long an aggregate waits for more packets, in microseconds. */
export const ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS = 28;
/** A nest: between which moderations adaptive coalescing chooses for what is received. */
export const ETHTOOL_A_COALESCE_RX_PROFILE = 29;
/** A nest: between which moderations adaptive coalescing chooses for what is transmitted. */
export const ETHTOOL_A_COALESCE_TX_PROFILE = 30;
/** A nest, where `ETHTOOL_FLAG_STATS` asked for it: how many packets were stamped, and how many were not. */
export const ETHTOOL_A_TSINFO_STATS = 6;

// linux/net_tstamp.h: 6.2 and 6.12.
/** With `SOF_TIMESTAMPING_OPT_ID`, of a TCP socket: octets are counted from where it was set on, sent or not. */
export const SOF_TIMESTAMPING_OPT_ID_TCP = 0x10000;
/** With a flag that reports received stamps, only those that the same socket asked to have made. */
export const SOF_TIMESTAMPING_OPT_RX_FILTER = 0x20000;

// linux/nexthop.h: 6.9.
/** 32 bits, of a request: `NHA_OP_FLAG_*`, such as whether statistics are wanted. */
export const NHA_OP_FLAGS = 14;
/** A nest: how many packets went through each member of a group. */
export const NHA_GROUP_STATS = 15;
/** 32 bits, 0 or 1: whether hardware is to count, too. */
export const NHA_HW_STATS_ENABLE = 16;
/** 32 bits, 0 or 1: whether any hardware does count. */
export const NHA_HW_STATS_USED = 17;
/** The greatest type of a next hop's attributes in 6.12. */
export const NHA_MAX = 17;

// asm-generic/socket.h: 6.5, 6.5, 6.12.
/** An `int`, of a Unix socket: whether each message brings a pidfd of its sender (`SCM_PIDFD`). */
export const SO_PASSPIDFD = 76;
/** To be read, of a connected Unix socket: a pidfd of the process at the other end. */
export const SO_PEERPIDFD = 77;
/** Tokens of device memory that the program has done with: `struct dmabuf_token`, several in a row. */
export const SO_DEVMEM_DONTNEED = 80;
