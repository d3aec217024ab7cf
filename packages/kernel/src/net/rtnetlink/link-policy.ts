import {
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_ALLMULTI,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_CARRIER_CHANGES,
  IFLA_CARRIER_DOWN_COUNT,
  IFLA_CARRIER_UP_COUNT,
  IFLA_EVENT,
  IFLA_EXT_MASK,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_MAX,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MAX,
  IFLA_MAX_MTU,
  IFLA_MIN_MTU,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NEW_IFINDEX,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PARENT_DEV_NAME,
  IFLA_PERM_ADDRESS,
  IFLA_PHYS_PORT_ID,
  IFLA_PHYS_SWITCH_ID,
  IFLA_PORT_SELF,
  IFLA_PROMISCUITY,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_TARGET_NETNSID,
  IFLA_TSO_MAX_SEGS,
  IFLA_TSO_MAX_SIZE,
  IFLA_TXQLEN,
  IFLA_VF_PORTS,
  IFLA_VFINFO_LIST,
  IFLA_WEIGHT,
  IFLA_XDP,
  rtnl_link_ifmap,
} from '@netdevkit/bindings';
import { ALTIFNAMSIZ, IFNAMSIZ, MAX_ADDR_LEN, type nla_policies, type nla_policy } from '@netdevkit/bindings/raw';

/** The longest alias, in octets, without its NUL. */
export const MAX_ALIAS = 255;
/** The greatest `tx_queue_len` that the wire can ask for. */
const MAX_TXQLEN = 32_767;
/** The longest name of a physical port or switch, in octets. */
const MAX_PHYS_ITEM_ID_LEN = 32;
/** Room for TCP's headers (`MAX_TCP_HEADER` with every tunnel built in): a segment must be longer. */
const MAX_TCP_HEADER = 320;

const U8: nla_policy = { type: 'NLA_U8' };
const U32: nla_policy = { type: 'NLA_U32' };
const S32: nla_policy = { type: 'NLA_S32' };
const NESTED: nla_policy = { type: 'NLA_NESTED' };
const REJECT: nla_policy = { type: 'NLA_REJECT' };
const GSO_SIZE: nla_policy = { type: 'NLA_U32', min: MAX_TCP_HEADER + 1 };

/**
 * Makes an array of policies out of those that there are.
 *
 * @param maxtype - the greatest type; what has no policy below it is a hole
 */
export function policies(maxtype: number, known: Readonly<Record<number, nla_policy>>): nla_policies {
  return Array.from({ length: maxtype + 1 }, (_, type) => known[type]);
}

/** What the attributes of a link may hold. From net/core/rtnetlink.c:ifla_policy. */
export const IFLA_POLICY: nla_policies = policies(IFLA_MAX, {
  [IFLA_IFNAME]: { type: 'NLA_STRING', len: IFNAMSIZ - 1 },
  [IFLA_ADDRESS]: { type: 'NLA_BINARY', len: MAX_ADDR_LEN },
  [IFLA_BROADCAST]: { type: 'NLA_BINARY', len: MAX_ADDR_LEN },
  [IFLA_MAP]: { type: 'NLA_UNSPEC', len: rtnl_link_ifmap.SIZE },
  [IFLA_MTU]: U32,
  [IFLA_LINK]: U32,
  [IFLA_MASTER]: U32,
  [IFLA_CARRIER]: U8,
  [IFLA_TXQLEN]: { type: 'NLA_U32', min: 0, max: MAX_TXQLEN },
  [IFLA_WEIGHT]: U32,
  [IFLA_OPERSTATE]: U8,
  [IFLA_LINKMODE]: U8,
  [IFLA_LINKINFO]: NESTED,
  [IFLA_NET_NS_PID]: U32,
  [IFLA_NET_NS_FD]: U32,
  // Binary, since an alias of no octets takes the alias away.
  [IFLA_IFALIAS]: { type: 'NLA_BINARY', len: MAX_ALIAS },
  [IFLA_VFINFO_LIST]: NESTED,
  [IFLA_VF_PORTS]: NESTED,
  [IFLA_PORT_SELF]: NESTED,
  [IFLA_AF_SPEC]: NESTED,
  [IFLA_EXT_MASK]: U32,
  [IFLA_PROMISCUITY]: U32,
  [IFLA_NUM_TX_QUEUES]: U32,
  [IFLA_NUM_RX_QUEUES]: U32,
  [IFLA_GSO_MAX_SEGS]: U32,
  [IFLA_GSO_MAX_SIZE]: GSO_SIZE,
  [IFLA_PHYS_PORT_ID]: { type: 'NLA_BINARY', len: MAX_PHYS_ITEM_ID_LEN },
  [IFLA_CARRIER_CHANGES]: U32,
  [IFLA_PHYS_SWITCH_ID]: { type: 'NLA_BINARY', len: MAX_PHYS_ITEM_ID_LEN },
  [IFLA_LINK_NETNSID]: S32,
  [IFLA_PROTO_DOWN]: U8,
  [IFLA_XDP]: NESTED,
  [IFLA_EVENT]: U32,
  [IFLA_GROUP]: U32,
  [IFLA_TARGET_NETNSID]: S32,
  [IFLA_CARRIER_UP_COUNT]: U32,
  [IFLA_CARRIER_DOWN_COUNT]: U32,
  [IFLA_MIN_MTU]: U32,
  [IFLA_MAX_MTU]: U32,
  [IFLA_PROP_LIST]: NESTED,
  [IFLA_ALT_IFNAME]: { type: 'NLA_STRING', len: ALTIFNAMSIZ - 1 },
  [IFLA_PERM_ADDRESS]: REJECT,
  [IFLA_PROTO_DOWN_REASON]: NESTED,
  [IFLA_NEW_IFINDEX]: { type: 'NLA_S32', min: 1 },
  [IFLA_PARENT_DEV_NAME]: { type: 'NLA_NUL_STRING' },
  [IFLA_GRO_MAX_SIZE]: U32,
  [IFLA_TSO_MAX_SIZE]: REJECT,
  [IFLA_TSO_MAX_SEGS]: REJECT,
  [IFLA_ALLMULTI]: REJECT,
  [IFLA_GSO_IPV4_MAX_SIZE]: GSO_SIZE,
  [IFLA_GRO_IPV4_MAX_SIZE]: U32,
});

/** What `IFLA_LINKINFO` may hold. From net/core/rtnetlink.c:ifla_info_policy. */
export const IFLA_INFO_POLICY: nla_policies = policies(IFLA_INFO_MAX, {
  [IFLA_INFO_KIND]: { type: 'NLA_STRING' },
  [IFLA_INFO_DATA]: NESTED,
  [IFLA_INFO_SLAVE_KIND]: { type: 'NLA_STRING' },
  [IFLA_INFO_SLAVE_DATA]: NESTED,
});
