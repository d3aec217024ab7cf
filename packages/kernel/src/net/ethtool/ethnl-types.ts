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
  /**
   * The attribute of its header, where that is not the first.
   *
   * @defaultValue 1
   */
  readonly header?: number;
  /**
   * Whether Linux has functions of its own for it: they say in words that the header is missing, and their dump ends with what the
   * last device came to, without words.
   */
  readonly isOwn?: boolean;
  /** What is wrong with a request, whatever device it is of: a negative errno, or 0. `parse_request`. */
  check?(question: EthnlQuestion, isDump: boolean): number;
  /** What to write, or a negative errno. Under RTNL. */
  prepare(dev: net_device | undefined, question: EthnlQuestion): EthnlFill | number;
}

/** A command that changes something. */
export interface EthnlSet {
  readonly cmd: number;
  readonly policy: nla_policies;
  /** What tells of a change; by default nothing. */
  readonly notification?: number;
  /** Whether there is something to do: 1, 0, or a negative errno. Before RTNL is taken. */
  validate(dev: net_device, question: EthnlQuestion): number;
  /** 1 when something changed, 0 when not, or a negative errno. Under RTNL. */
  set(dev: net_device, question: EthnlQuestion): number;
}

/** A command that answers with an acknowledgement alone. */
export interface EthnlAct {
  readonly cmd: number;
  readonly policy: nla_policies;
  /** Whether it asks, for which nobody needs CAP_NET_ADMIN and which may be a dump: of nothing. */
  readonly isReading?: boolean;
  /** A negative errno, or 0. */
  readonly act: (dev: net_device, question: EthnlQuestion) => number;
}
