import {
  AF_INET,
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
  FR_ACT_GOTO,
  FR_ACT_TO_TBL,
  FR_ACT_UNSPEC,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
  RTPROT_BOOT,
  RT_TABLE_MAIN,
  fib_rule_hdr,
  fib_rule_port_range,
  fib_rule_uid_range,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { isAskedFamily, parseIpPrefix } from './ip-address.ts';
import { acknowledged } from './link-requests.ts';
import type { DumpRequest, Request } from './request.ts';
import { parseRule, type Range, type Rule, type RuleParts } from './rule.ts';
import { integer, putText, putU32, putU8 } from './write-link.ts';

/** A rule to be made or deleted. */
export interface RuleSpec extends Partial<RuleParts> {
  /** `AF_INET` or `AF_INET6`. @defaultValue that of the addresses, else `AF_INET` */
  readonly family?: number;
}

/** Which rules a dump is about. */
export interface RuleFilter {
  /** `AF_INET`, `AF_INET6`, or `RTNL_FAMILY_IPMR` and its kin. @defaultValue IPv4 and IPv6 */
  readonly family?: number;
  /** Those that look into this table. */
  readonly table?: number;
  /** Those at this place. */
  readonly priority?: number;
}

/**
 * The request that makes a rule. C twin: `RTM_NEWRULE`; `ip rule add`.
 *
 * @param spec - the rule; without a priority it is looked at before those that are there, without an action it looks into
 * its table, by default the main one
 * @throws KernelError when it is run: `EEXIST`: there is one like it; `EINVAL`
 */
export function addRule(spec: RuleSpec): Request<void> {
  return acknowledged('RTM_NEWRULE', RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, (writer) => {
    const action = spec.action ?? (spec.goto === undefined ? FR_ACT_TO_TBL : FR_ACT_GOTO);
    const table = spec.table ?? (action === FR_ACT_TO_TBL && spec.l3mdev !== true ? RT_TABLE_MAIN : 0);
    putRule(writer, { protocol: RTPROT_BOOT, ...spec, action, table });
  });
}

/**
 * The request that deletes the first rule that is as described. C twin: `RTM_DELRULE`; `ip rule delete`.
 *
 * @param spec - what is known of it
 * @throws KernelError when it is run: `ENOENT`: there is none; `EPERM`: it cannot be deleted
 */
export function deleteRule(spec: RuleSpec): Request<void> {
  return acknowledged('RTM_DELRULE', RTM_DELRULE, 0, (writer) => putRule(writer, { action: FR_ACT_UNSPEC, ...spec }));
}

/**
 * The request for rules. C twin: `RTM_GETRULE` with `NLM_F_DUMP`; `ip rule show`.
 *
 * @param filter - which: the kernel knows {@link RuleFilter.family}; see {@link matchesRule}
 */
export function dumpRules(filter: RuleFilter = {}): DumpRequest<Rule> {
  return {
    op: 'RTM_GETRULE',
    type: RTM_GETRULE,
    answerType: RTM_NEWRULE,
    encode(writer) {
      const at = writer.reserve(fib_rule_hdr.SIZE);
      fib_rule_hdr.set_family(writer.view, at, integer('family', filter.family ?? 0, 0, 0xff));
    },
    accept: parseRule,
  };
}

/** Whether a rule is one that a filter asks for. */
export function matchesRule(rule: Rule, filter: RuleFilter): boolean {
  return (
    isAskedFamily(rule.family, filter.family) &&
    (filter.table === undefined || rule.table === filter.table) &&
    (filter.priority === undefined || rule.priority === filter.priority)
  );
}

function putRule(writer: MessageWriter, spec: RuleSpec): void {
  const from = spec.from === undefined ? undefined : parseIpPrefix(spec.from);
  const to = spec.to === undefined ? undefined : parseIpPrefix(spec.to);
  const table = integer('table', spec.table ?? 0, 0, 0xffff_ffff);
  const at = writer.reserve(fib_rule_hdr.SIZE);
  const { view } = writer;
  fib_rule_hdr.set_family(view, at, spec.family ?? from?.family ?? to?.family ?? AF_INET);
  fib_rule_hdr.set_src_len(view, at, from?.length ?? 0);
  fib_rule_hdr.set_dst_len(view, at, to?.length ?? 0);
  fib_rule_hdr.set_tos(view, at, integer('tos', spec.tos ?? 0, 0, 0xff));
  fib_rule_hdr.set_table(view, at, table < 256 ? table : 0);
  fib_rule_hdr.set_action(view, at, integer('action', spec.action ?? 0, 0, 0xff));
  fib_rule_hdr.set_flags(view, at, spec.invert === true ? FIB_RULE_INVERT : 0);
  if (from !== undefined) writer.putBytes(FRA_SRC, from.octets);
  if (to !== undefined) writer.putBytes(FRA_DST, to.octets);
  if (table >= 256) writer.putU32(FRA_TABLE, table);
  putU32(writer, FRA_PRIORITY, 'priority', spec.priority);
  if (spec.inputName !== undefined) putText(writer, FRA_IIFNAME, 'inputName', spec.inputName);
  if (spec.outputName !== undefined) putText(writer, FRA_OIFNAME, 'outputName', spec.outputName);
  putU32(writer, FRA_FWMARK, 'mark', spec.mark);
  putU32(writer, FRA_FWMASK, 'markMask', spec.markMask);
  putU8(writer, FRA_DSCP, 'dscp', spec.dscp);
  putU8(writer, FRA_IP_PROTO, 'ipProtocol', spec.ipProtocol);
  putPorts(writer, FRA_SPORT_RANGE, 'sourcePorts', spec.sourcePorts);
  putPorts(writer, FRA_DPORT_RANGE, 'destinationPorts', spec.destinationPorts);
  if (spec.uids !== undefined) putUids(writer, spec.uids);
  if (spec.tunnelId !== undefined) {
    const place = writer.reserveAttribute(FRA_TUN_ID, 8);
    writer.view.setBigUint64(place, spec.tunnelId, false);
  }
  if (spec.l3mdev !== undefined) writer.putU8(FRA_L3MDEV, spec.l3mdev ? 1 : 0);
  putU32(writer, FRA_GOTO, 'goto', spec.goto);
  putU32(writer, FRA_SUPPRESS_PREFIXLEN, 'suppressPrefixLength', spec.suppressPrefixLength);
  putU32(writer, FRA_SUPPRESS_IFGROUP, 'suppressGroup', spec.suppressGroup);
  putU32(writer, FRA_FLOW, 'flow', spec.flow);
  putU8(writer, FRA_PROTOCOL, 'protocol', spec.protocol);
}

function putPorts(writer: MessageWriter, type: number, label: string, range: Range | undefined): void {
  if (range === undefined) return;
  const at = writer.reserveAttribute(type, fib_rule_port_range.SIZE);
  fib_rule_port_range.set_start(writer.view, at, integer(label, range[0], 0, 0xffff));
  fib_rule_port_range.set_end(writer.view, at, integer(label, range[1], 0, 0xffff));
}

function putUids(writer: MessageWriter, range: Range): void {
  const at = writer.reserveAttribute(FRA_UID_RANGE, fib_rule_uid_range.SIZE);
  fib_rule_uid_range.set_start(writer.view, at, integer('uids', range[0], 0, 0xffff_ffff));
  fib_rule_uid_range.set_end(writer.view, at, integer('uids', range[1], 0, 0xffff_ffff));
}
