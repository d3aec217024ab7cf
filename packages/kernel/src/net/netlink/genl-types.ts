import type { module, netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import type { AttributeTable, MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { GenlFamily } from './genl-family.ts';
import type { DumpCallback, NetlinkRequest } from './netlink-types.ts';

/** What a handler of generic netlink is told: `struct genl_info`. It serves request after request. */
export interface GenlInfo {
  readonly family: GenlFamily;
  /** The whole message; its octets hold {@link attrs}. */
  readonly request: NetlinkRequest;
  readonly namespace: Net;
  readonly portid: number;
  readonly seq: number;
  readonly cmd: number;
  readonly version: number;
  /** Where the family's own header starts in `request.bytes`. */
  readonly headerOffset: number;
  /** The attributes, checked; `null` when the operation takes none. */
  readonly attrs: AttributeTable | null;
  readonly extack: netlink_ext_ack;
}

/** What the callbacks of a dump are told: `struct genl_dumpit_info`. It lives as long as the dump. */
export interface GenlDumpInfo {
  readonly family: GenlFamily;
  readonly callback: DumpCallback;
  readonly namespace: Net;
  readonly cmd: number;
  /** Where the family's own header starts in `callback.request`. */
  readonly headerOffset: number;
  /** The attributes, checked, in `callback.request`; `null` when the operation takes none. */
  readonly attrs: AttributeTable | null;
}

/** How attributes are checked. */
export interface GenlPolicy {
  /**
   * What the attributes may hold; its length is the greatest type and one.
   *
   * @defaultValue the family's; where that has none, a command that came after the family's `resvStart` takes no
   * attributes, and an older one any
   */
  readonly policy?: nla_policies;
  /**
   * Whether what old families let pass is refused. C twin: the absence of `GENL_DONT_VALIDATE_STRICT`.
   *
   * @defaultValue true
   */
  readonly strict?: boolean;
}

/** Does one thing: `doit`. */
export interface GenlDo extends GenlPolicy {
  /** Handles a request: 0, or a negative errno. */
  handle(info: GenlInfo): number;
}

/** Lists things: `start`, `dumpit`, `done`. */
export interface GenlDump extends GenlPolicy {
  /** Run once before the first chunk: 0, or a negative errno, which refuses the dump. */
  start?(info: GenlDumpInfo): number;
  /** As `DumpControl.dump`. */
  dump(chunk: MessageWriter, info: GenlDumpInfo): number;
  /** Run once at the end, however it came. */
  done?(info: GenlDumpInfo): void;
  /** As `DumpControl.doneAlone`. */
  readonly doneAlone?: boolean;
}

/** A command: `struct genl_split_ops`, its do and dump forms together. */
export interface GenlOperation {
  readonly cmd: number;
  /**
   * GENL_ADMIN_PERM or GENL_UNS_ADMIN_PERM: it needs CAP_NET_ADMIN.
   *
   * @defaultValue 0
   */
  readonly flags?: number;
  readonly do?: GenlDo;
  readonly dump?: GenlDump;
}

/** A multicast group of a family. */
export interface GenlGroup {
  /** At most 15 octets. */
  readonly name: string;
  /** Joining needs CAP_NET_ADMIN. */
  readonly netAdmin?: boolean;
}

/** What a family registers with: `struct genl_family`. */
export interface GenlFamilySpec {
  /** At most 15 octets. */
  readonly name: string;
  readonly version: number;
  /** Octets of the family's own header, which follows the genlmsghdr. */
  readonly headerSize?: number;
  /** Whether it is in every namespace, or in the initial one alone. */
  readonly netnsok?: boolean;
  /** The attributes that its commands take, where they say nothing themselves. */
  readonly policy?: nla_policies;
  /**
   * The greatest attribute type.
   *
   * @defaultValue that of `policy`
   */
  readonly maxattr?: number;
  /**
   * The first command whose headers are checked for reserved bits: `resv_start_op`.
   *
   * @defaultValue 0: all
   */
  readonly resvStart?: number;
  readonly ops: readonly GenlOperation[];
  readonly mcgrps?: readonly GenlGroup[];
  /** A socket joins one of its groups, by index. */
  readonly bind?: (group: number) => void;
  readonly unbind?: (group: number) => void;
  /** Pinned by dumps of the family. */
  readonly module?: module;
}
