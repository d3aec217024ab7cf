import type { Difference } from './compare.ts';

/** Why tshark 4.0 says something else. */
export interface Explanation {
  /** The reason. */
  readonly why: string;
  /** The fields that differ. */
  readonly fields: readonly string[];
  /** What tshark says, if it depends on that. */
  readonly theirs?: RegExp;
  /** What the decoder says, if it depends on that. */
  readonly ours?: RegExp;
}

/**
 * All differences that are known, each with its reason. In every one of them tshark is wrong, does not know a newer kernel,
 * or shows something that is no part of a decoded message.
 */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    why: 'Programs append zeros to old requests: a length of 0 ends a datagram, and is no message.',
    fields: ['netlink.hdr_len'],
    theirs: /^0$/,
    ours: /^no message$/,
  },
  {
    why: 'A length that is shorter than the header it stands in is no message.',
    fields: ['netlink.hdr_len'],
    theirs: /^10$/,
    ours: /^no message$/,
  },
  {
    why: 'An attribute that claims more octets than there are is none; tshark reads it all the same.',
    fields: ['netlink.attr_len', 'netlink.attr_type', 'netlink-route.ifla_attr_type', 'netlink-route.ifla_ifname'],
    theirs: /^(?:200|0x0003|3|zz3)$/,
    ours: /^(?:nothing|no attribute)$/,
  },
  {
    why: 'An IFLA_MTU of two octets has no value: the kernel refuses it.',
    fields: ['netlink-route.ifla_attr_type', 'netlink-route.ifla_mtu'],
    ours: /^(?:#4 \(MTU\)|attrs\.#4 = "0102")$/,
  },
  {
    why: 'A CTRL_ATTR_FAMILY_ID of the wrong length has no value: the kernel refuses it.',
    fields: ['genl.ctrl_attr'],
    ours: /^#1 \(CTRL_ATTR_FAMILY_ID\)$/,
  },
  {
    why: 'tshark keeps the low octet of nlmsg_type.',
    fields: ['genl.family_id'],
    theirs: /^0x5a$/,
    ours: /^type 23130$/,
  },
  {
    why: 'IPSET_ATTR_* from 17 on mean one thing in what creates a set, and another in an entry; tshark takes all for entries.',
    fields: ['netlink-netfilter.ipset_adt_attr', 'netlink-netfilter.ipset.comment'],
    ours: /^(?:(?:initval|hashsize|maxelem|bucketsize|size|elements|references|memsize) \(|attrs\.data\.memsize = )/,
  },
  {
    why: 'IPSET_ATTR_SETNAME2 shares its number with IPSET_ATTR_TYPENAME.',
    fields: ['netlink-netfilter.ipset_attr', 'netlink-netfilter.ipset.typename'],
    ours: /setname2/,
  },
  {
    why: 'IPSET_ATTR_REVISION_MIN shares its number with IPSET_ATTR_PROTOCOL_MIN.',
    fields: ['netlink-netfilter.ipset_attr'],
    ours: /^revision-min /,
  },
  {
    why: 'Statistics of connection tracking have attributes of their own; tshark takes them for those of a connection.',
    fields: ['netlink-netfilter.ct.attr', 'netlink-netfilter.ct_attr.id', 'netlink-netfilter.ct_attr.status'],
    ours: /^(?:attrs\.)?(?:entries|max-entries|found|invalid|insert|insert-failed|drop|early-drop|error|search-restart|clash-resolve|chain-toolong|new|create|delete)\b/,
  },
  {
    why: 'tshark reads idiag_states in network order; it is in that of the host.',
    fields: ['netlink-sock_diag.inet_states'],
  },
  {
    why: 'tshark reads both queue lengths of a unix socket at the place of the first.',
    fields: ['netlink-sock_diag.send_queue'],
    ours: /udiag-rqueue/,
  },
  {
    why: 'tshark shows an abstract name with an @ for its NUL.',
    fields: ['netlink-sock_diag.unix_name'],
    theirs: /^@/,
    ours: /^name \["",/,
  },
  {
    why: 'Attributes of packet sockets; tshark takes them for those of netlink sockets.',
    fields: ['netlink-sock_diag.netlink_attr'],
    ours: /^(?:info|rx-ring) \(/,
  },
  {
    why: 'INET_DIAG_MEMINFO has four numbers in an order of its own; tshark reads SK_MEMINFO_*.',
    fields: ['netlink-sock_diag.wmem_queued', 'netlink-sock_diag.fwd_alloc', 'netlink-sock_diag.wmem_alloc'],
    ours: /meminfo\.idiag-/,
  },
  {
    why: 'tshark leaves out a level: NL80211_ATTR_INTERFACE_COMBINATIONS is a list, and this is the number of an element.',
    fields: ['nl80211.if_combination_attrs'],
    ours: /^interface-combinations /,
  },
];

/**
 * The reason of a difference.
 *
 * @param difference - any
 * @returns `undefined` if it is not known
 */
export function explanationOf({ field, theirs, ours }: Difference): Explanation | undefined {
  return EXPLANATIONS.find(
    (explanation) => explanation.fields.includes(field) && (explanation.theirs?.test(theirs) ?? true) && (explanation.ours?.test(ours) ?? true),
  );
}
