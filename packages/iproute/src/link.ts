import type { AttributeValue } from './generated/link-data.ts';
import type { LinkData, MemberData } from './link-data.ts';
import type { LinkStats } from './link-stats.ts';

/** An attribute that this package does not decode, as it came. */
export interface RawAttribute {
  /** Its type without flags. */
  readonly type: number;
  /** Its payload, where it stands in the message. */
  readonly bytes: Uint8Array;
}

/**
 * What a link's driver says of itself.
 *
 * C twin: the attributes inside `IFLA_LINKINFO`.
 */
export interface LinkInfo<Kind extends string = string, MasterKind extends string = string> {
  /** The kind, such as `'nlmon'`. C twin: `IFLA_INFO_KIND`. */
  readonly kind: Kind | undefined;
  /** The driver's own attributes; {@link isOfKind} says which. C twin: `IFLA_INFO_DATA`. */
  readonly data: LinkData<Kind> | undefined;
  /** The same as octets, where they stand in the message: for kinds that no schema has. */
  readonly dataOctets: Uint8Array | undefined;
  /** The kind of link that this one is a member of. C twin: `IFLA_INFO_SLAVE_KIND`. */
  readonly slaveKind: MasterKind | undefined;
  /** What that kind says of its member; {@link isMemberOfKind} says which. C twin: `IFLA_INFO_SLAVE_DATA`. */
  readonly slaveData: MemberData<MasterKind> | undefined;
  /** The driver's own statistics, in hexadecimal where no schema has them. C twin: `IFLA_INFO_XSTATS`. */
  readonly xstats: AttributeValue | undefined;
}

/** Where a device of old has its memory and interrupt. C twin: `struct rtnl_link_ifmap`. */
export interface LinkMap {
  /** Start of the shared memory. */
  readonly memStart: bigint;
  /** End of the shared memory. */
  readonly memEnd: bigint;
  /** I/O base address. */
  readonly baseAddr: bigint;
  /** Interrupt. */
  readonly irq: number;
  /** DMA channel. */
  readonly dma: number;
  /** Connector. */
  readonly port: number;
}

/** The XDP program of a link. C twin: the attributes inside `IFLA_XDP`. */
export interface LinkXdp {
  /** `XDP_ATTACHED_*`: 0 is none. */
  readonly attached: number;
  /** The program's id, if there is one. */
  readonly progId: number | undefined;
}

/** What IPv6 says of a link. C twin: some of the attributes inside `IFLA_AF_SPEC` of `AF_INET6`. */
export interface LinkInet6 {
  /** `IF_RA_*` and `IF_READY`. C twin: `IFLA_INET6_FLAGS`. */
  readonly flags: number | undefined;
  /** How addresses are made: `IN6_ADDR_GEN_MODE_*`. */
  readonly addrGenMode: number | undefined;
}

/**
 * A link, by value: what an `RTM_NEWLINK` or `RTM_DELLINK` says. What the kernel did not say is `undefined`.
 *
 * C twin: `struct ifinfomsg` (include/uapi/linux/rtnetlink.h) and the `IFLA_*` attributes (include/uapi/linux/if_link.h).
 *
 * Numbers stand for the constants that their C twins name; `@netdevkit/bindings` has tables of the names, such as
 * `IF_OPER_NAMES` for {@link operState}. Sizes and lengths are in octets.
 */
export interface Link<Kind extends string = string, MasterKind extends string = string> {
  /** `AF_UNSPEC`, or the family that speaks of its side of the link, such as `AF_BRIDGE`. */
  readonly family: number;
  /** `ARPHRD_*`. */
  readonly type: number;
  /** The interface index. */
  readonly index: number;
  /** `IFF_*`, an unsigned number. */
  readonly flags: number;
  /** In a notification: the flags that changed; all bits set for a new or deleted link. */
  readonly change: number;
  /** `IFLA_IFNAME`; `''` when the kernel sent none. */
  readonly name: string;
  /** `IFLA_PROP_LIST`'s `IFLA_ALT_IFNAME`s. */
  readonly altNames: readonly string[];
  /** `IFLA_IFALIAS`. */
  readonly alias: string | undefined;
  /** `IFLA_ADDRESS`, such as `'02:00:5e:00:53:01'`. */
  readonly address: string | undefined;
  /** `IFLA_BROADCAST`. */
  readonly broadcast: string | undefined;
  /** `IFLA_PERM_ADDRESS`. */
  readonly permAddress: string | undefined;
  /** `IFLA_MTU`. */
  readonly mtu: number | undefined;
  /** `IFLA_MIN_MTU`. */
  readonly minMtu: number | undefined;
  /** `IFLA_MAX_MTU`; 0 is no limit. */
  readonly maxMtu: number | undefined;
  /** `IFLA_LINK`: the index of the link below. */
  readonly link: number | undefined;
  /** `IFLA_LINK_NETNSID`: the namespace in which {@link link} counts. */
  readonly linkNetnsid: number | undefined;
  /** `IFLA_MASTER`: the index of the link that this one is a member of. */
  readonly master: number | undefined;
  /** `IFLA_QDISC`: the name of the queueing discipline. */
  readonly qdisc: string | undefined;
  /** `IFLA_TXQLEN`, in packets. */
  readonly txQueueLen: number | undefined;
  /** `IFLA_NUM_TX_QUEUES`. */
  readonly numTxQueues: number | undefined;
  /** `IFLA_NUM_RX_QUEUES`. */
  readonly numRxQueues: number | undefined;
  /** `IFLA_OPERSTATE`: `IF_OPER_*`. */
  readonly operState: number | undefined;
  /** `IFLA_LINKMODE`: `IF_LINK_MODE_*`. */
  readonly linkMode: number | undefined;
  /** `IFLA_GROUP`. */
  readonly group: number | undefined;
  /** `IFLA_PROMISCUITY`: how many asked for it. */
  readonly promiscuity: number | undefined;
  /** `IFLA_ALLMULTI`: how many asked for it. */
  readonly allMulti: number | undefined;
  /** `IFLA_CARRIER`. */
  readonly carrier: boolean | undefined;
  /** `IFLA_CARRIER_CHANGES`. */
  readonly carrierChanges: number | undefined;
  /** `IFLA_CARRIER_UP_COUNT`. */
  readonly carrierUpCount: number | undefined;
  /** `IFLA_CARRIER_DOWN_COUNT`. */
  readonly carrierDownCount: number | undefined;
  /** `IFLA_PROTO_DOWN`. */
  readonly protoDown: boolean | undefined;
  /** `IFLA_PROTO_DOWN_REASON`'s value: a bit per reason. */
  readonly protoDownReason: number | undefined;
  /** `IFLA_EVENT`: what a notification is about, `IFLA_EVENT_*`. */
  readonly event: number | undefined;
  /** `IFLA_GSO_MAX_SEGS`. */
  readonly gsoMaxSegs: number | undefined;
  /** `IFLA_GSO_MAX_SIZE`. */
  readonly gsoMaxSize: number | undefined;
  /** `IFLA_GSO_IPV4_MAX_SIZE`. */
  readonly gsoIpv4MaxSize: number | undefined;
  /** `IFLA_GRO_MAX_SIZE`. */
  readonly groMaxSize: number | undefined;
  /** `IFLA_GRO_IPV4_MAX_SIZE`. */
  readonly groIpv4MaxSize: number | undefined;
  /** `IFLA_TSO_MAX_SEGS`. */
  readonly tsoMaxSegs: number | undefined;
  /** `IFLA_TSO_MAX_SIZE`. */
  readonly tsoMaxSize: number | undefined;
  /** `IFLA_MAX_PACING_OFFLOAD_HORIZON`, in ns; 6.13 and later. */
  readonly maxPacingOffloadHorizon: bigint | undefined;
  /** `IFLA_HEADROOM`; 6.18 and later. */
  readonly headroom: number | undefined;
  /** `IFLA_TAILROOM`; 6.18 and later. */
  readonly tailroom: number | undefined;
  /** `IFLA_NETNS_IMMUTABLE`: it cannot move to another namespace; 6.15 and later. */
  readonly netnsImmutable: boolean | undefined;
  /** `IFLA_NUM_VF`. */
  readonly numVf: number | undefined;
  /** `IFLA_PHYS_PORT_ID`, in hexadecimal. */
  readonly physPortId: string | undefined;
  /** `IFLA_PHYS_PORT_NAME`. */
  readonly physPortName: string | undefined;
  /** `IFLA_PHYS_SWITCH_ID`, in hexadecimal. */
  readonly physSwitchId: string | undefined;
  /** `IFLA_PARENT_DEV_NAME`. */
  readonly parentDevName: string | undefined;
  /** `IFLA_PARENT_DEV_BUS_NAME`. */
  readonly parentDevBusName: string | undefined;
  /** `IFLA_NEW_NETNSID`: in the `RTM_DELLINK` of a link that moves, where it goes. */
  readonly newNetnsid: number | undefined;
  /** `IFLA_NEW_IFINDEX`: the index that it gets there. */
  readonly newIndex: number | undefined;
  /** `IFLA_TARGET_NETNSID`: the namespace that was asked about. */
  readonly targetNetnsid: number | undefined;
  /** `IFLA_MAP`. */
  readonly map: LinkMap | undefined;
  /** `IFLA_XDP`. */
  readonly xdp: LinkXdp | undefined;
  /** `IFLA_LINKINFO`. */
  readonly info: LinkInfo<Kind, MasterKind> | undefined;
  /** `IFLA_AF_SPEC` of IPv6. */
  readonly inet6: LinkInet6 | undefined;
  /** `IFLA_STATS64`, or `IFLA_STATS` where there is no other. */
  readonly stats: LinkStats | undefined;
  /**
   * The attributes that this package does not decode, in their order: virtual functions, ports, wireless extensions, and
   * what a newer kernel adds. Of `IFLA_AF_SPEC` the whole is here too, since only a part of it is decoded.
   */
  readonly others: readonly RawAttribute[];
}

/**
 * Whether a link is of a kind: then its {@link LinkInfo.data} is what that kind says.
 *
 * @param link - any link
 * @param kind - such as `'vlan'`
 *
 * @example
 * ```ts
 * for (const link of ip.link.list()) if (isOfKind(link, 'vlan')) console.log(link.name, link.info?.data?.id);
 * ```
 */
export function isOfKind<Kind extends string>(link: Link, kind: Kind): link is Link<Kind> {
  return link.info?.kind === kind;
}

/**
 * Whether a link is a member of one of a kind: then its {@link LinkInfo.slaveData} is what that kind says of its members.
 *
 * @param link - any link
 * @param kind - of the other link, such as `'bridge'`
 */
export function isMemberOfKind<MasterKind extends string>(link: Link, kind: MasterKind): link is Link<string, MasterKind> {
  return link.info?.slaveKind === kind;
}
