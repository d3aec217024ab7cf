import type { MessageWriter } from '@netdevkit/netlink';
import type { LinkData, MemberData } from './link-data.ts';

/**
 * A link by index, or by name: the name of up to 15 octets, or an alternative name of up to 127.
 */
export type LinkTarget = number | string;

/** All links of a group, by its number. */
export interface LinkGroup {
  /** The group. */
  readonly group: number;
}

/** A network namespace: of a process, of an open descriptor, or by the number that this namespace has for it. */
export type NamespaceTarget =
  | {
      /** A process in it. C twin: `IFLA_NET_NS_PID`. */
      readonly pid: number;
    }
  | {
      /** A descriptor that refers to it. C twin: `IFLA_NET_NS_FD`. */
      readonly fd: number;
    }
  | {
      /** Its number here. C twin: `IFLA_TARGET_NETNSID`. */
      readonly nsid: number;
    };

/** What can be said of a link both when it is made and later. What is left out stays as it is, or is the driver's choice. */
export interface LinkChanges<Kind extends string = string, MasterKind extends string = string> {
  /** The name, or a template with one `%d`. In a change: the new name. */
  readonly name?: string;
  /** Octets that a packet may have. */
  readonly mtu?: number;
  /** The link-layer address, as text or octets. */
  readonly address?: string | Uint8Array;
  /** The link-layer broadcast address, or the peer's address. */
  readonly broadcast?: string | Uint8Array;
  /** Length of the transmit queue, in packets. */
  readonly txQueueLen?: number;
  /** The group that the link is in. */
  readonly group?: number;
  /** A description; `''` takes it away. */
  readonly alias?: string;
  /** The index of the link to be a member of; 0 to leave it. */
  readonly master?: number;
  /** Whether it is up. C twin: `IFF_UP`. */
  readonly up?: boolean;
  /** Whether it uses ARP. C twin: `IFF_NOARP`, the other way round. */
  readonly arp?: boolean;
  /** Whether it can send multicast. C twin: `IFF_MULTICAST`. */
  readonly multicast?: boolean;
  /** Whether it receives all multicast. C twin: `IFF_ALLMULTI`. */
  readonly allMulticast?: boolean;
  /** Whether it receives everything. C twin: `IFF_PROMISC`. */
  readonly promisc?: boolean;
  /** Whether its addresses go when it goes down. C twin: `IFF_DYNAMIC`. */
  readonly dynamic?: boolean;
  /** Whether it has trailers. C twin: `IFF_NOTRAILERS`, the other way round. */
  readonly trailers?: boolean;
  /** The carrier, of drivers that let it be set. */
  readonly carrier?: boolean;
  /** Whether a protocol holds it down. */
  readonly protoDown?: boolean;
  /** `IF_OPER_*`. */
  readonly operState?: number;
  /** `IF_LINK_MODE_*`. */
  readonly linkMode?: number;
  /** Octets that a segmentation-offload packet may have. */
  readonly gsoMaxSize?: number;
  /** Segments that it may have. */
  readonly gsoMaxSegs?: number;
  /** Octets that a receive-offload packet may have. */
  readonly groMaxSize?: number;
  /** The same as {@link gsoMaxSize}, for IPv4 alone. */
  readonly gsoIpv4MaxSize?: number;
  /** The same as {@link groMaxSize}, for IPv4 alone. */
  readonly groIpv4MaxSize?: number;
  /** The namespace in which it is made, or to which it moves. */
  readonly netns?: NamespaceTarget;
  /** When it moves: the index that it gets there. */
  readonly newIndex?: number;
  /** The kind of link. In a change only needed beside {@link data}. */
  readonly kind?: Kind;
  /** The driver's own attributes, or what writes them: the inside of `IFLA_INFO_DATA`. */
  readonly data?: LinkData<Kind> | ((writer: MessageWriter) => void);
  /** The kind of link that it is a member of. Only needed beside {@link slaveData}. */
  readonly slaveKind?: MasterKind;
  /** What that kind's driver is told of its member, or what writes it: the inside of `IFLA_INFO_SLAVE_DATA`. */
  readonly slaveData?: MemberData<MasterKind> | ((writer: MessageWriter) => void);
}

/** A link to be made. */
export interface LinkSpec<Kind extends string = string> extends LinkChanges<Kind> {
  /** The kind of link, such as `'nlmon'`. */
  readonly kind: Kind;
  /** The index it gets; by default the kernel chooses. */
  readonly index?: number;
  /** Number of transmit queues. */
  readonly numTxQueues?: number;
  /** Number of receive queues. */
  readonly numRxQueues?: number;
  /** The index of the link below, of kinds that have one. */
  readonly link?: number;
  /** The namespace in which {@link link} counts. */
  readonly linkNetnsid?: number;
}
