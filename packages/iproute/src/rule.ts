import {
  AF_INET6,
  FIB_RULE_INVERT,
  FRA_DPORT_RANGE,
  FRA_DSCP,
  FRA_DST,
  FRA_FLOW,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_IP_PROTO,
  FRA_L3MDEV,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SPORT_RANGE,
  FRA_SRC,
  FRA_SUPPRESS_IFGROUP,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  FRA_TUN_ID,
  FRA_UID_RANGE,
  fib_rule_hdr,
  fib_rule_port_range,
  fib_rule_uid_range,
} from '@netdevkit/bindings';
import type { Message } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import { prefixText } from './ip-address.ts';
import type { RawAttribute } from './link.ts';

/** From a number to another, both included. */
export type Range = readonly [first: number, last: number];

/** What a packet must be like for a rule to be followed: what `ip rule` calls the selector, and what is done. */
export interface RuleParts {
  /** Its place: the lowest number is looked at first. */
  readonly priority: number;
  /** `FR_ACT_*`: what is done. */
  readonly action: number;
  /** The table that is looked into. */
  readonly table: number;
  /** Where packets come from. */
  readonly from: string;
  /** Where packets go. */
  readonly to: string;
  /** The name of the link that they came from. */
  readonly inputName: string;
  /** The name of the link that they are bound to. */
  readonly outputName: string;
  /** Their mark, of which {@link markMask} counts. */
  readonly mark: number;
  /** The bits of the mark that count. */
  readonly markMask: number;
  /** Their type of service. */
  readonly tos: number;
  /** Their DSCP. */
  readonly dscp: number;
  /** `IPPROTO_*`. */
  readonly ipProtocol: number;
  /** The ports that they come from. */
  readonly sourcePorts: Range;
  /** The ports that they go to. */
  readonly destinationPorts: Range;
  /** The users whose packets they are. */
  readonly uids: Range;
  /** The number of the tunnel that they came through. */
  readonly tunnelId: bigint;
  /** Whether it is about links of VRFs, and looks into their tables. */
  readonly l3mdev: boolean;
  /** Whether it is for all packets that are not like this. */
  readonly invert: boolean;
  /** The priority of the rule that is looked at next, with `FR_ACT_GOTO`. */
  readonly goto: number;
  /** Routes with prefixes up to this length do not count. */
  readonly suppressPrefixLength: number;
  /** Routes that leave by links of this group do not count. */
  readonly suppressGroup: number;
  /** The realms that packets are counted by. */
  readonly flow: number;
  /** `RTPROT_*`: who made it. */
  readonly protocol: number;
}

/** A rule, as `ip rule` shows it. C twin: `struct fib_rule_hdr` and the `FRA_*` attributes. What it does not say is missing. */
export type Rule = { readonly [K in keyof RuleParts]: RuleParts[K] | undefined } & {
  /** `AF_INET` or `AF_INET6`. */
  readonly family: number;
  readonly priority: number;
  readonly action: number;
  readonly table: number;
  readonly invert: boolean;
  /** `FIB_RULE_*`. */
  readonly flags: number;
  /** What this package does not decode. */
  readonly others: readonly RawAttribute[];
};

/** What the kernel sends for no limit. */
const NONE = 0xffff_ffff;

/**
 * Reads a rule out of an `RTM_NEWRULE` or `RTM_DELRULE`.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for a `fib_rule_hdr`
 */
export function parseRule(message: Message): Rule | undefined {
  if (message.payloadLength < fib_rule_hdr.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, fib_rule_hdr.SIZE);
  const family = fib_rule_hdr.family(view, at);
  const flags = fib_rule_hdr.flags(view, at);
  const prefix = (type: number, length: number): string | undefined =>
    length === 0 ? undefined : prefixText(has.octets(type, family === AF_INET6 ? 16 : 4), length, family);
  const limit = (value: number | undefined): number | undefined => (value === NONE ? undefined : value);
  const tos = fib_rule_hdr.tos(view, at);
  return {
    family,
    flags,
    priority: has.u32(FRA_PRIORITY) ?? 0,
    action: fib_rule_hdr.action(view, at),
    table: has.u32(FRA_TABLE) ?? fib_rule_hdr.table(view, at),
    from: prefix(FRA_SRC, fib_rule_hdr.src_len(view, at)),
    to: prefix(FRA_DST, fib_rule_hdr.dst_len(view, at)),
    inputName: has.text(FRA_IIFNAME),
    outputName: has.text(FRA_OIFNAME),
    mark: has.u32(FRA_FWMARK),
    markMask: has.u32(FRA_FWMASK),
    tos: tos === 0 ? undefined : tos,
    dscp: has.u8(FRA_DSCP),
    ipProtocol: has.u8(FRA_IP_PROTO),
    sourcePorts: portsOf(has, FRA_SPORT_RANGE),
    destinationPorts: portsOf(has, FRA_DPORT_RANGE),
    uids: uidsOf(has),
    tunnelId: has.view(FRA_TUN_ID, 8)?.getBigUint64(0, false),
    l3mdev: booleanOf(has.u8(FRA_L3MDEV)),
    invert: (flags & FIB_RULE_INVERT) !== 0,
    goto: has.u32(FRA_GOTO),
    suppressPrefixLength: limit(has.u32(FRA_SUPPRESS_PREFIXLEN)),
    suppressGroup: limit(has.u32(FRA_SUPPRESS_IFGROUP)),
    flow: has.u32(FRA_FLOW),
    protocol: has.u8(FRA_PROTOCOL),
    others: has.others(),
  };
}

function booleanOf(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

function portsOf(has: Attributes, type: number): Range | undefined {
  const view = has.view(type, fib_rule_port_range.SIZE);
  return view === undefined ? undefined : [fib_rule_port_range.start(view, 0), fib_rule_port_range.end(view, 0)];
}

function uidsOf(has: Attributes): Range | undefined {
  const view = has.view(FRA_UID_RANGE, fib_rule_uid_range.SIZE);
  return view === undefined ? undefined : [fib_rule_uid_range.start(view, 0), fib_rule_uid_range.end(view, 0)];
}
