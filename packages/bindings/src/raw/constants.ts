/**
 * Kernel-internal constants that no UAPI header has, in C's spelling; numbers of Linux 6.12.
 *
 * @packageDocumentation
 */

/** Device feature bits: `NETIF_F_*` (include/linux/netdev_features.h). */
export const NETIF_F = {
  SG: 0x1n,
  IP_CSUM: 0x2n,
  HW_CSUM: 0x8n,
  IPV6_CSUM: 0x10n,
  HIGHDMA: 0x20n,
  FRAGLIST: 0x40n,
  HW_VLAN_CTAG_TX: 0x80n,
  HW_VLAN_CTAG_RX: 0x100n,
  HW_VLAN_CTAG_FILTER: 0x200n,
  VLAN_CHALLENGED: 0x400n,
  GSO: 0x800n,
  GRO: 0x4000n,
  LRO: 0x8000n,
  TSO: 0x10000n,
  GSO_ROBUST: 0x20000n,
  TSO_ECN: 0x40000n,
  TSO_MANGLEID: 0x80000n,
  TSO6: 0x100000n,
  FSO: 0x200000n,
  GSO_GRE: 0x400000n,
  GSO_GRE_CSUM: 0x800000n,
  GSO_IPXIP4: 0x1000000n,
  GSO_IPXIP6: 0x2000000n,
  GSO_UDP_TUNNEL: 0x4000000n,
  GSO_UDP_TUNNEL_CSUM: 0x8000000n,
  GSO_PARTIAL: 0x10000000n,
  GSO_TUNNEL_REMCSUM: 0x20000000n,
  GSO_SCTP: 0x40000000n,
  GSO_ESP: 0x80000000n,
  GSO_UDP: 0x100000000n,
  GSO_UDP_L4: 0x200000000n,
  GSO_FRAGLIST: 0x400000000n,
  FCOE_CRC: 0x800000000n,
  SCTP_CRC: 0x1000000000n,
  NTUPLE: 0x4000000000n,
  RXHASH: 0x8000000000n,
  RXCSUM: 0x10000000000n,
  NOCACHE_COPY: 0x20000000000n,
  LOOPBACK: 0x40000000000n,
  RXFCS: 0x80000000000n,
  RXALL: 0x100000000000n,
  HW_VLAN_STAG_TX: 0x200000000000n,
  HW_VLAN_STAG_RX: 0x400000000000n,
  HW_VLAN_STAG_FILTER: 0x800000000000n,
  HW_L2FW_DOFFLOAD: 0x1000000000000n,
  HW_TC: 0x2000000000000n,
  HW_ESP: 0x4000000000000n,
  HW_ESP_TX_CSUM: 0x8000000000000n,
  RX_UDP_TUNNEL_PORT: 0x10000000000000n,
  HW_TLS_TX: 0x20000000000000n,
  HW_TLS_RX: 0x40000000000000n,
  GRO_HW: 0x80000000000000n,
  HW_TLS_RECORD: 0x100000000000000n,
  GRO_FRAGLIST: 0x200000000000000n,
  HW_MACSEC: 0x400000000000000n,
  GRO_UDP_FWD: 0x800000000000000n,
  HW_HSR_TAG_INS: 0x1000000000000000n,
  HW_HSR_TAG_RM: 0x2000000000000000n,
  HW_HSR_FWD: 0x4000000000000000n,
  HW_HSR_DUP: 0x8000000000000000n,
} as const;

/**
 * Why an skb was dropped: `enum skb_drop_reason` (include/net/dropreason-core.h). The numbers change between kernel
 * versions; the names do not.
 */
export const SKB_DROP_REASON = {
  NOT_DROPPED_YET: 0,
  CONSUMED: 1,
  NOT_SPECIFIED: 2,
  NO_SOCKET: 3,
  SOCKET_CLOSE: 4,
  SOCKET_FILTER: 5,
  SOCKET_RCVBUFF: 6,
  UNIX_SKIP_OOB: 7,
  PKT_TOO_SMALL: 8,
  TCP_CSUM: 9,
  UDP_CSUM: 10,
  NETFILTER_DROP: 11,
  OTHERHOST: 12,
  IP_CSUM: 13,
  IP_INHDR: 14,
  IP_RPFILTER: 15,
  UNICAST_IN_L2_MULTICAST: 16,
  XFRM_POLICY: 17,
  IP_NOPROTO: 18,
  PROTO_MEM: 19,
  TCP_AUTH_HDR: 20,
  TCP_MD5NOTFOUND: 21,
  TCP_MD5UNEXPECTED: 22,
  TCP_MD5FAILURE: 23,
  TCP_AONOTFOUND: 24,
  TCP_AOUNEXPECTED: 25,
  TCP_AOKEYNOTFOUND: 26,
  TCP_AOFAILURE: 27,
  SOCKET_BACKLOG: 28,
  TCP_FLAGS: 29,
  TCP_ABORT_ON_DATA: 30,
  TCP_ZEROWINDOW: 31,
  TCP_OLD_DATA: 32,
  TCP_OVERWINDOW: 33,
  TCP_OFOMERGE: 34,
  TCP_RFC7323_PAWS: 35,
  TCP_OLD_SEQUENCE: 36,
  TCP_INVALID_SEQUENCE: 37,
  TCP_INVALID_ACK_SEQUENCE: 38,
  TCP_RESET: 39,
  TCP_INVALID_SYN: 40,
  TCP_CLOSE: 41,
  TCP_FASTOPEN: 42,
  TCP_OLD_ACK: 43,
  TCP_TOO_OLD_ACK: 44,
  TCP_ACK_UNSENT_DATA: 45,
  TCP_OFO_QUEUE_PRUNE: 46,
  TCP_OFO_DROP: 47,
  IP_OUTNOROUTES: 48,
  BPF_CGROUP_EGRESS: 49,
  IPV6DISABLED: 50,
  NEIGH_CREATEFAIL: 51,
  NEIGH_FAILED: 52,
  NEIGH_QUEUEFULL: 53,
  NEIGH_DEAD: 54,
  TC_EGRESS: 55,
  SECURITY_HOOK: 56,
  QDISC_DROP: 57,
  FQ_BAND_LIMIT: 58,
  FQ_HORIZON_LIMIT: 59,
  FQ_FLOW_LIMIT: 60,
  CPU_BACKLOG: 61,
  XDP: 62,
  TC_INGRESS: 63,
  UNHANDLED_PROTO: 64,
  SKB_CSUM: 65,
  SKB_GSO_SEG: 66,
  SKB_BAD_GSO: 67,
  SKB_UCOPY_FAULT: 68,
  DEV_HDR: 69,
  DEV_READY: 70,
  FULL_RING: 71,
  NOMEM: 72,
  HDR_TRUNC: 73,
  TAP_FILTER: 74,
  TAP_TXFILTER: 75,
  ICMP_CSUM: 76,
  INVALID_PROTO: 77,
  IP_INADDRERRORS: 78,
  IP_INNOROUTES: 79,
  PKT_TOO_BIG: 80,
  DUP_FRAG: 81,
  FRAG_REASM_TIMEOUT: 82,
  FRAG_TOO_FAR: 83,
  TCP_MINTTL: 84,
  IPV6_BAD_EXTHDR: 85,
  IPV6_NDISC_FRAG: 86,
  IPV6_NDISC_HOP_LIMIT: 87,
  IPV6_NDISC_BAD_CODE: 88,
  IPV6_NDISC_BAD_OPTIONS: 89,
  IPV6_NDISC_NS_OTHERHOST: 90,
  QUEUE_PURGE: 91,
  TC_COOKIE_ERROR: 92,
  PACKET_SOCK_ERROR: 93,
  TC_CHAIN_NOTFOUND: 94,
  TC_RECLASSIFY_LOOP: 95,
  VXLAN_INVALID_HDR: 96,
  VXLAN_VNI_NOT_FOUND: 97,
  MAC_INVALID_SOURCE: 98,
  VXLAN_ENTRY_EXISTS: 99,
  NO_TX_TARGET: 100,
  IP_TUNNEL_ECN: 101,
  TUNNEL_TXINFO: 102,
  LOCAL_MAC: 103,
} as const;

/** The name of a drop reason. */
export type skb_drop_reason = keyof typeof SKB_DROP_REASON;

/** `netdev_tx_t`: the skb is settled. */
export const NETDEV_TX_OK = 0x00;
/** `netdev_tx_t`: the skb goes back to the core. */
export const NETDEV_TX_BUSY = 0x10;
/** Results of a transmission below this settle the skb; from it on they give it back (`dev_xmit_complete`). */
export const NET_XMIT_MASK = 0x0f;
/** The skb was dropped. */
export const NET_XMIT_DROP = 0x01;
/** The skb was queued, with a word of congestion. */
export const NET_XMIT_CN = 0x02;

/** `netif_rx` and its like: the packet is on its way. */
export const NET_RX_SUCCESS = 0;
/** The packet was dropped. */
export const NET_RX_DROP = 1;
/** The budget of a napi_struct that asks for none: `NAPI_POLL_WEIGHT`. */
export const NAPI_POLL_WEIGHT = 64;

/** `priv_flags` bit: the skb's route reference may go before `ndo_start_xmit`. */
export const IFF_XMIT_DST_RELEASE = 0x20;
/** `priv_flags` bit: the device takes shared skbs. */
export const IFF_TX_SKB_SHARING = 0x800;
/** `priv_flags` bit: the address may change while the device is up. */
export const IFF_LIVE_ADDR_CHANGE = 0x8000;
/** `priv_flags` bit: {@link IFF_XMIT_DST_RELEASE} is for good. */
export const IFF_XMIT_DST_RELEASE_PERM = 0x20000;
/** `priv_flags` bit: the device has no transmit queue; the core hands skbs over at once. */
export const IFF_NO_QUEUE = 0x80000;

/** `enum netdev_stat_type`: which per-CPU counters a device has. */
export const NETDEV_PCPU_STAT = { NONE: 0, LSTATS: 1, TSTATS: 2, DSTATS: 3 } as const;
/** The values of {@link NETDEV_PCPU_STAT}. */
export type netdev_stat_type = (typeof NETDEV_PCPU_STAT)[keyof typeof NETDEV_PCPU_STAT];

/** `enum netdev_reg_state`: where a device stands between allocation and freeing. */
export const NETREG = { UNINITIALIZED: 0, REGISTERED: 1, UNREGISTERING: 2, UNREGISTERED: 3, RELEASED: 4, DUMMY: 5 } as const;
/** The values of {@link NETREG}. */
export type netdev_reg_state = (typeof NETREG)[keyof typeof NETREG];

/** `enum netdev_state_t`: bit numbers of `net_device.state`. */
export const LINK_STATE = { START: 0, PRESENT: 1, NOCARRIER: 2, LINKWATCH_PENDING: 3, DORMANT: 4, TESTING: 5 } as const;

/** `enum netdev_cmd`: what a notifier chain is told of a device. */
export const NETDEV_EVENT = {
  UP: 1,
  DOWN: 2,
  REBOOT: 3,
  CHANGE: 4,
  REGISTER: 5,
  UNREGISTER: 6,
  CHANGEMTU: 7,
  CHANGEADDR: 8,
  PRE_CHANGEADDR: 9,
  GOING_DOWN: 10,
  CHANGENAME: 11,
  FEAT_CHANGE: 12,
  PRE_UP: 14,
  POST_INIT: 17,
  PRE_UNINIT: 18,
  PRECHANGEMTU: 24,
  CHANGE_TX_QUEUE_LEN: 31,
} as const;
/** The values of {@link NETDEV_EVENT}. */
export type netdev_cmd = (typeof NETDEV_EVENT)[keyof typeof NETDEV_EVENT];

/** Octets of a page: x86-64 and the common arm64 configuration. */
export const PAGE_SIZE = 4096;
/** Octets of a cache line. */
export const SMP_CACHE_BYTES = 64;
/** `sizeof(struct skb_shared_info)` on 64-bit Linux 6.12 with the usual 17 fragments. */
export const SKB_SHARED_INFO_SIZE = 320;
/** `NLMSG_GOODSIZE`: what fits into a page beside the skb's shared info; 3776. */
export const NLMSG_GOODSIZE: number =
  Math.min(PAGE_SIZE, 8192) - Math.ceil(SKB_SHARED_INFO_SIZE / SMP_CACHE_BYTES) * SMP_CACHE_BYTES;
/** The longest hardware address, in octets. */
export const MAX_ADDR_LEN = 32;
/** The longest interface name with its NUL, in octets. */
export const IFNAMSIZ = 16;
/** The longest alternative name with its NUL, in octets. */
export const ALTIFNAMSIZ = 128;
/** Headroom that drivers leave before what they receive, in octets: `NET_SKB_PAD`. */
export const NET_SKB_PAD = 64;
/** The same, for the network header to stand on a multiple of 4 behind an Ethernet header: `NET_IP_ALIGN` of most machines. */
export const NET_IP_ALIGN = 2;
/** `tx_queue_len` of a device whose setup names none. */
export const DEFAULT_TX_QUEUE_LEN = 1000;

/** `addr_assign_type` (include/uapi/linux/netdevice.h): where a hardware address came from. */
export const NET_ADDR_PERM = 0;
/** `addr_assign_type`: the driver drew it by lot. */
export const NET_ADDR_RANDOM = 1;
/** `addr_assign_type`: taken from another device. */
export const NET_ADDR_STOLEN = 2;
/** `addr_assign_type`: a user set it. */
export const NET_ADDR_SET = 3;
