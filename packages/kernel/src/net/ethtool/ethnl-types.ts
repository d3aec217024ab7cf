import type { net_device, netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import type { AttributeTable, MessageWriter } from '@netdevkit/netlink';

/** What asks: the attributes, and where to say what is wrong. */
export interface EthnlQuestion {
  readonly attrs: AttributeTable;
  readonly extack: netlink_ext_ack;
  /** ETHTOOL_FLAG_*. */
  readonly flags: number;
  /** ETHTOOL_FLAG_COMPACT_BITSETS: sets of bits as words. */
  readonly compact: boolean;
}

/**
 * What writes an answer behind its header: 0, or a negative errno.
 */
export type EthnlFill = (writer: MessageWriter) => void;

/** A command that reads: `ethnl_request_ops`. */
export interface EthnlGet {
  readonly cmd: number;
  readonly reply: number;
  readonly policy: nla_policies;
  /** Whether it needs CAP_NET_ADMIN. */
  readonly admin?: boolean;
  /** Whether a request may be of no device. */
  readonly deviceless?: boolean;
  /** What to write, or a negative errno. Under RTNL. */
  prepare(dev: net_device | undefined, question: EthnlQuestion): EthnlFill | number;
}

/** A command that changes something. */
export interface EthnlSet {
  readonly cmd: number;
  readonly policy: nla_policies;
  /** What tells of a change. */
  readonly notification: number;
  /** Whether there is something to do: 1, 0, or a negative errno. Before RTNL is taken. */
  validate(dev: net_device, question: EthnlQuestion): number;
  /** 1 when something changed, 0 when not, or a negative errno. Under RTNL. */
  set(dev: net_device, question: EthnlQuestion): number;
}
