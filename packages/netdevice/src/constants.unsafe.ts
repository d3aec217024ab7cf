import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ARPHRD_NETLINK,
  ARPHRD_NONE,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_DEBUG,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_UP,
} from '@netdevkit/bindings';
import * as raw from '@netdevkit/bindings/raw';

/**
 * What a device can do to packets: `NETIF_F_*` (include/linux/netdev_features.h). Combine them with `|`.
 */
export const Features: typeof raw.NETIF_F = raw.NETIF_F;

/**
 * A device's flags: `IFF_*` (include/uapi/linux/if.h). Combine them with `|`.
 */
export const Flags: Readonly<Record<'UP' | 'BROADCAST' | 'DEBUG' | 'LOOPBACK' | 'POINTOPOINT' | 'NOARP' | 'PROMISC' | 'ALLMULTI' | 'MULTICAST', number>> = {
  UP: IFF_UP,
  BROADCAST: IFF_BROADCAST,
  DEBUG: IFF_DEBUG,
  LOOPBACK: IFF_LOOPBACK,
  POINTOPOINT: IFF_POINTOPOINT,
  NOARP: IFF_NOARP,
  PROMISC: IFF_PROMISC,
  ALLMULTI: IFF_ALLMULTI,
  MULTICAST: IFF_MULTICAST,
};

/**
 * Flags that only the kernel sees: `enum netdev_priv_flags` (include/linux/netdevice.h).
 */
export const PrivFlags: Readonly<Record<'TX_SKB_SHARING' | 'LIVE_ADDR_CHANGE' | 'NO_QUEUE', number>> = {
  /** The device takes shared skbs. */
  TX_SKB_SHARING: raw.IFF_TX_SKB_SHARING,
  /** The hardware address may change while the device is up. */
  LIVE_ADDR_CHANGE: raw.IFF_LIVE_ADDR_CHANGE,
  /** The core hands packets over at once, without a queue. */
  NO_QUEUE: raw.IFF_NO_QUEUE,
};

/**
 * What kind of link layer a device has: `ARPHRD_*` (include/uapi/linux/if_arp.h).
 */
export const DeviceType: Readonly<Record<'ETHER' | 'LOOPBACK' | 'NETLINK' | 'NONE', number>> = {
  ETHER: ARPHRD_ETHER,
  LOOPBACK: ARPHRD_LOOPBACK,
  NETLINK: ARPHRD_NETLINK,
  NONE: ARPHRD_NONE,
};

/**
 * Lengths of packets, in octets.
 */
export const mtu = {
  /** `NLMSG_GOODSIZE`: what fits into a page beside an skb's shared info. 3776 with 4 KiB pages. */
  nlmsgGoodsize: (): number => raw.NLMSG_GOODSIZE,
  /** `sizeof(struct nlmsghdr)`: the shortest netlink message. */
  NLMSGHDR: 16,
} as const;

/**
 * Features that go together: the `NETIF_F_*` sets of include/linux/netdev_features.h.
 */
export const FeatureSets: Readonly<Record<'ALL_TSO' | 'GSO_SOFTWARE' | 'GSO_ENCAP_ALL', bigint>> = featureSets(raw.NETIF_F);

function featureSets(f: typeof raw.NETIF_F): typeof FeatureSets {
  const allTso = f.TSO | f.TSO6 | f.TSO_ECN | f.TSO_MANGLEID;
  return {
    /** Segmentation of TCP. */
    ALL_TSO: allTso,
    /** What the core segments when the device cannot. */
    GSO_SOFTWARE: allTso | f.GSO_SCTP | f.GSO_UDP_L4 | f.GSO_FRAGLIST,
    /** Segmentation of what is inside tunnels. */
    GSO_ENCAP_ALL: f.GSO_GRE | f.GSO_GRE_CSUM | f.GSO_IPXIP4 | f.GSO_IPXIP6 | f.GSO_UDP_TUNNEL | f.GSO_UDP_TUNNEL_CSUM,
  };
}
