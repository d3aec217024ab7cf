import {
  ETHTOOL_A_HEADER_DEV_INDEX,
  ETHTOOL_A_HEADER_DEV_NAME,
  ETHTOOL_A_HEADER_FLAGS,
  ETHTOOL_A_HEADER_PHY_INDEX,
  ETHTOOL_FLAG_COMPACT_BITSETS,
  ETHTOOL_FLAG_OMIT_REPLY,
  ETHTOOL_FLAG_STATS,
  NLA_F_NESTED,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import { ALTIFNAMSIZ, type net_device, type netlink_ext_ack, type nla_policies, type nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';

/** The attribute of a command's header: `ETHTOOL_A_*_HEADER` are 1, but for that of statistics. */
export const HEADER = 1;

const BASIC_FLAGS = ETHTOOL_FLAG_COMPACT_BITSETS | ETHTOOL_FLAG_OMIT_REPLY;

function headerPolicy(flags: number, phy: boolean): nla_policy {
  const nested: nla_policies = [
    undefined,
    { type: 'NLA_U32' },
    { type: 'NLA_NUL_STRING', len: ALTIFNAMSIZ - 1 },
    { type: 'NLA_U32', mask: flags },
    ...(phy ? [{ type: 'NLA_U32', min: 1 } as const] : []),
  ];
  return { type: 'NLA_NESTED', nested };
}

/** What the header of a request may hold. From net/ethtool/netlink.c:ethnl_header_policy and its kin. */
export const HEADERS: Readonly<Record<'basic' | 'stats' | 'phy', nla_policy>> = {
  basic: headerPolicy(BASIC_FLAGS, false),
  stats: headerPolicy(BASIC_FLAGS | ETHTOOL_FLAG_STATS, false),
  phy: headerPolicy(BASIC_FLAGS, true),
};

/** The policy of a command that takes a header alone. */
export const HEADER_ONLY: nla_policies = [undefined, HEADERS.basic];

/** The policy of a command that takes more. */
export function requestPolicy(maxtype: number, known: Readonly<Record<number, nla_policy>>, header: nla_policy = HEADERS.basic): nla_policies {
  return Array.from({ length: maxtype + 1 }, (_, type) => (type === HEADER ? header : known[type]));
}

/** What a request says of its device, and how it wants the answer. */
export interface EthnlHeader {
  readonly dev: net_device | undefined;
  /** ETHTOOL_FLAG_*. */
  readonly flags: number;
}

/**
 * `ethnl_parse_header_dev_get`: reads a header that the policy has validated.
 *
 * @param required - whether a device must be named
 * @param header - its attribute
 * @returns the header, or a negative errno
 */
export function parseHeader(attrs: AttributeTable, namespace: Net, required: boolean, extack: netlink_ext_ack, header: number = HEADER): EthnlHeader | number {
  if (!attrs.has(header)) {
    if (!required) return { dev: undefined, flags: 0 };
    extack._msg = 'request header missing';
    return -errno.EINVAL;
  }
  const tb = new AttributeTable(ETHTOOL_A_HEADER_PHY_INDEX);
  const error = attrs.nested(header, tb, null, Validation.STRICT, extack);
  if (error < 0) return error;
  const refuse = (payload: number, message: string, code: number): number => {
    extack._msg = message;
    extack.bad_attr = payload - NLA_HDRLEN;
    return -code;
  };
  const index = tb.u32(ETHTOOL_A_HEADER_DEV_INDEX);
  const name = tb.string(ETHTOOL_A_HEADER_DEV_NAME);
  let dev: net_device | undefined;
  if (index !== undefined) {
    dev = namespace.byIndex(index);
    if (dev === undefined) return refuse(tb.offset(ETHTOOL_A_HEADER_DEV_INDEX), 'no device matches ifindex', errno.ENODEV);
    if (name !== undefined && name !== dev.name) return refuse(attrs.offset(header), 'ifindex and name do not match', errno.ENODEV);
  } else if (name !== undefined) {
    dev = namespace.byName(name);
    if (dev === undefined) return refuse(tb.offset(ETHTOOL_A_HEADER_DEV_NAME), 'no device matches name', errno.ENODEV);
  } else if (required) {
    return refuse(attrs.offset(header), 'neither ifindex nor name specified', errno.EINVAL);
  }
  if (tb.has(ETHTOOL_A_HEADER_PHY_INDEX)) {
    if (dev === undefined) return refuse(attrs.offset(header), 'phy_index set without a netdev', errno.EINVAL);
    // From net/ethtool/netlink.c:ethnl_req_get_phydev: no device here has one.
    return refuse(attrs.offset(header), 'no phy matching phyindex', errno.ENODEV);
  }
  return { dev, flags: tb.u32(ETHTOOL_A_HEADER_FLAGS) ?? 0 };
}

/** `ethnl_fill_reply_header`. */
export function putHeader(writer: MessageWriter, dev: net_device | undefined, header: number = HEADER): void {
  if (dev === undefined) return;
  const nest = writer.nestStart(header | NLA_F_NESTED);
  writer.putU32(ETHTOOL_A_HEADER_DEV_INDEX, dev.ifindex);
  writer.putString(ETHTOOL_A_HEADER_DEV_NAME, dev.name);
  writer.nestEnd(nest);
}
