import {
  AF_INET,
  AF_INET6,
  AF_MPLS,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_CMD_NEWFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NETLINK_XFRM,
  NLM_F_CREATE,
  RTM_NEWACTION,
  RTM_NEWADDR,
  RTM_NEWCHAIN,
  RTM_NEWLINK,
  RTM_NEWMDB,
  RTM_NEWNDUSEROPT,
  RTM_NEWNEIGH,
  RTM_NEWNETCONF,
  RTM_NEWNEXTHOP,
  RTM_NEWNSID,
  RTM_NEWPREFIX,
  RTM_NEWQDISC,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_NEWSTATS,
  RTM_NEWTCLASS,
  RTM_NEWTFILTER,
  RTM_NEWTUNNEL,
  RTM_NEWVLAN,
  RTM_GETDCB,
  RTNLGRP_BRVLAN,
  RTNLGRP_DCB,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_MROUTE,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_IFINFO,
  RTNLGRP_IPV6_MROUTE,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_IPV6_PREFIX,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_LINK,
  RTNLGRP_MDB,
  RTNLGRP_MPLS_NETCONF,
  RTNLGRP_MPLS_ROUTE,
  RTNLGRP_ND_USEROPT,
  RTNLGRP_NEIGH,
  RTNLGRP_NEXTHOP,
  RTNLGRP_NSID,
  RTNLGRP_STATS,
  RTNLGRP_TC,
  RTNLGRP_TUNNEL,
  RTNL_FAMILY_IP6MR,
  RTNL_FAMILY_IPMR,
} from '@netdevkit/bindings';
import { AttributeCursor, type Message } from '@netdevkit/netlink';

/** Where nothing tells who was meant: everybody who listens. */
const ALL: readonly number[] = Array.from({ length: 32 }, (_, i) => i + 1);

/** Types of rtnetlink come in fours: new, deleted, asked for, set. */
const KIND_BITS = 3;
const OF_FAMILY: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [RTM_NEWLINK]: { [AF_INET6]: RTNLGRP_IPV6_IFINFO },
  [RTM_NEWADDR]: { [AF_INET]: RTNLGRP_IPV4_IFADDR, [AF_INET6]: RTNLGRP_IPV6_IFADDR },
  [RTM_NEWROUTE]: {
    [AF_INET]: RTNLGRP_IPV4_ROUTE,
    [AF_INET6]: RTNLGRP_IPV6_ROUTE,
    [AF_MPLS]: RTNLGRP_MPLS_ROUTE,
    [RTNL_FAMILY_IPMR]: RTNLGRP_IPV4_MROUTE,
    [RTNL_FAMILY_IP6MR]: RTNLGRP_IPV6_MROUTE,
  },
  [RTM_NEWRULE]: { [AF_INET]: RTNLGRP_IPV4_RULE, [AF_INET6]: RTNLGRP_IPV6_RULE },
  [RTM_NEWNETCONF]: { [AF_INET]: RTNLGRP_IPV4_NETCONF, [AF_INET6]: RTNLGRP_IPV6_NETCONF, [AF_MPLS]: RTNLGRP_MPLS_NETCONF },
};
const OF_TYPE: Readonly<Record<number, number>> = {
  [RTM_NEWLINK]: RTNLGRP_LINK,
  [RTM_NEWNEIGH]: RTNLGRP_NEIGH,
  [RTM_NEWQDISC]: RTNLGRP_TC,
  [RTM_NEWTCLASS]: RTNLGRP_TC,
  [RTM_NEWTFILTER]: RTNLGRP_TC,
  [RTM_NEWACTION]: RTNLGRP_TC,
  [RTM_NEWCHAIN]: RTNLGRP_TC,
  [RTM_NEWPREFIX]: RTNLGRP_IPV6_PREFIX,
  [RTM_NEWNDUSEROPT]: RTNLGRP_ND_USEROPT,
  [RTM_GETDCB & ~KIND_BITS]: RTNLGRP_DCB,
  [RTM_NEWMDB]: RTNLGRP_MDB,
  [RTM_NEWNSID]: RTNLGRP_NSID,
  [RTM_NEWSTATS]: RTNLGRP_STATS,
  [RTM_NEWNEXTHOP]: RTNLGRP_NEXTHOP,
  [RTM_NEWVLAN]: RTNLGRP_BRVLAN,
  [RTM_NEWTUNNEL]: RTNLGRP_TUNNEL,
};

/** From include/uapi/linux/netfilter/nfnetlink.h. */
export const NFNL_SUBSYS = { CTNETLINK: 1, CTNETLINK_EXP: 2, ACCT: 7, NFTABLES: 10 } as const;
const NFNLGRP = { CONNTRACK_NEW: 1, CONNTRACK_UPDATE: 2, CONNTRACK_DESTROY: 3, EXP_NEW: 4, EXP_UPDATE: 5, EXP_DESTROY: 6, NFTABLES: 7, ACCT_QUOTA: 8, NFTRACE: 9 } as const;
/** From include/uapi/linux/netfilter/nfnetlink_conntrack.h:IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_EXP_DELETE. */
const CT_DELETE = 2;
/** From include/uapi/linux/netfilter/nf_tables.h:NFT_MSG_TRACE. */
const NFT_TRACE = 17;

/** Groups of XFRM by types, as far as they are not told to those of associations. From include/uapi/linux/xfrm.h. */
const XFRM_POLICY: readonly number[] = [0x13, 0x14, 0x19, 0x1d, 0x24, 0x27, 0x28];
const XFRM_OTHERS: Readonly<Record<number, number>> = { 0x17: 1, 0x18: 2, 0x1b: 2, 0x1e: 5, 0x1f: 5, 0x20: 6, 0x21: 7, 0x26: 8 };
const XFRMNLGRP = { SA: 3, POLICY: 4 } as const;

/** Generic netlink gives its groups numbers from a few on: a greater one is none. */
const MOST_GROUPS = 1 << 16;

/** To whom a notification is, which it does not say itself: by its type, as the kernel's subsystems do it. */
export class Listeners {
  /** Groups of generic netlink's families, by their numbers: as the controller has said. */
  readonly #families = new Map<number, readonly number[]>();

  /** The greatest group of generic netlink. */
  get generic(): number {
    return [...this.#families.values()].flat().reduce((most, group) => Math.max(most, group), 0);
  }

  /** Learns of a family, if a message tells of one. */
  learn(protocol: number, message: Message): void {
    const { bytes, payloadOffset, payloadLength, offset, length } = message;
    if (protocol !== NETLINK_GENERIC || message.type !== GENL_ID_CTRL || payloadLength < GENL_HDRLEN || bytes[payloadOffset] !== CTRL_CMD_NEWFAMILY) return;
    let id: number | undefined;
    const groups: number[] = [];
    const [attributes, entries, entry] = [new AttributeCursor(), new AttributeCursor(), new AttributeCursor()];
    attributes.reset(bytes, payloadOffset + GENL_HDRLEN, offset + length);
    while (attributes.next()) {
      if (attributes.type === CTRL_ATTR_FAMILY_ID) id = attributes.u16();
      if (attributes.type !== CTRL_ATTR_MCAST_GROUPS) continue;
      attributes.enter(entries);
      while (entries.next()) {
        entries.enter(entry);
        while (entry.next()) if (entry.type === CTRL_ATTR_MCAST_GRP_ID) groups.push(entry.u32() ?? 0);
      }
    }
    if (id !== undefined) this.#families.set(id, groups.filter((group) => group > 0 && group <= MOST_GROUPS));
  }

  /** The groups, of which one is meant. */
  of(protocol: number, { type, flags, bytes, payloadOffset }: Message): readonly number[] {
    switch (protocol) {
      case NETLINK_ROUTE: {
        const base = type & ~KIND_BITS;
        const group = OF_FAMILY[base]?.[bytes[payloadOffset] ?? 0] ?? OF_TYPE[base];
        return group === undefined ? ALL : [group];
      }
      case NETLINK_GENERIC:
        return this.#families.get(type) ?? ALL;
      case NETLINK_XFRM:
        return [XFRM_OTHERS[type] ?? (XFRM_POLICY.includes(type) ? XFRMNLGRP.POLICY : XFRMNLGRP.SA)];
      case NETLINK_NETFILTER:
        return netfilter(type >>> 8, type & 0xff, (flags & NLM_F_CREATE) !== 0);
      default:
        return ALL;
    }
  }
}

function netfilter(subsystem: number, type: number, isNew: boolean): readonly number[] {
  switch (subsystem) {
    case NFNL_SUBSYS.CTNETLINK:
      return [type === CT_DELETE ? NFNLGRP.CONNTRACK_DESTROY : isNew ? NFNLGRP.CONNTRACK_NEW : NFNLGRP.CONNTRACK_UPDATE];
    case NFNL_SUBSYS.CTNETLINK_EXP:
      return [type === CT_DELETE ? NFNLGRP.EXP_DESTROY : isNew ? NFNLGRP.EXP_NEW : NFNLGRP.EXP_UPDATE];
    case NFNL_SUBSYS.ACCT:
      return [NFNLGRP.ACCT_QUOTA];
    case NFNL_SUBSYS.NFTABLES:
      return [type === NFT_TRACE ? NFNLGRP.NFTRACE : NFNLGRP.NFTABLES];
    default:
      return ALL;
  }
}
