import {
  AF_UNSPEC,
  FIB_RULE_IIF_DETACHED,
  FIB_RULE_OIF_DETACHED,
  FIB_RULE_UNRESOLVED,
  FR_ACT_GOTO,
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
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RT_TABLE_COMPAT,
  RTM_NEWRULE,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { finish } from '../rtnetlink/tell.ts';
import { hasPorts, hasUsers, type FibRule, type RuleRange } from './fib-rule.ts';
import type { FibRules } from './fib-rules.ts';

/** Octets that a message about a rule takes at most. */
export const RULE_SIZE = 288;

/** What a message about a rule bears beside the rule. */
export interface RuleMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
}

/** Writes a message about a rule: 0, or -EMSGSIZE. From net/core/fib_rules.c:fib_nl_fill_rule. */
export function fillRule(writer: MessageWriter, family: number, rule: FibRule, message: RuleMessage): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(fib_rule_hdr.SIZE);
  if (at !== -1) {
    const { view } = writer;
    fib_rule_hdr.set_family(view, at, family);
    fib_rule_hdr.set_dst_len(view, at, rule.dstLength);
    fib_rule_hdr.set_src_len(view, at, rule.srcLength);
    fib_rule_hdr.set_tos(view, at, rule.dscpFull ? 0 : rule.dscp);
    fib_rule_hdr.set_table(view, at, rule.table < 256 ? rule.table : RT_TABLE_COMPAT);
    fib_rule_hdr.set_action(view, at, rule.action);
    fib_rule_hdr.set_flags(view, at, shownFlags(rule));
  }
  writer.putU32(FRA_TABLE, rule.table);
  writer.putS32(FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefixLength);
  writer.putU8(FRA_PROTOCOL, rule.protocol);
  if (rule.iifname !== '') writer.putString(FRA_IIFNAME, rule.iifname);
  if (rule.oifname !== '') writer.putString(FRA_OIFNAME, rule.oifname);
  if (rule.priority !== 0) writer.putU32(FRA_PRIORITY, rule.priority);
  if (rule.mark !== 0) writer.putU32(FRA_FWMARK, rule.mark);
  if (rule.markMask !== 0 || rule.mark !== 0) writer.putU32(FRA_FWMASK, rule.markMask);
  if (rule.target !== 0) writer.putU32(FRA_GOTO, rule.target);
  if (rule.tunId !== 0n) putTunnel(writer, rule.tunId);
  if (rule.l3mdev !== 0) writer.putU8(FRA_L3MDEV, rule.l3mdev);
  if (hasUsers(rule.users)) putUsers(writer, rule.users);
  if (hasPorts(rule.sport)) putPorts(writer, FRA_SPORT_RANGE, rule.sport);
  if (hasPorts(rule.dport)) putPorts(writer, FRA_DPORT_RANGE, rule.dport);
  if (rule.ipProto !== 0) writer.putU8(FRA_IP_PROTO, rule.ipProto);
  if (rule.suppressGroup !== -1) writer.putS32(FRA_SUPPRESS_IFGROUP, rule.suppressGroup);
  if (rule.dscpFull) writer.putU8(FRA_DSCP, rule.dscp >> 2);
  if (rule.dst !== null) writer.putBytes(FRA_DST, rule.dst);
  if (rule.src !== null) writer.putBytes(FRA_SRC, rule.src);
  if (rule.flow !== 0) writer.putU32(FRA_FLOW, rule.flow);
  return finish(writer, mark);
}

/** Where a dump stands. */
class RuleDump {
  protocol = 0;
  rule = 0;
}

/**
 * RTM_GETRULE, as a dump. From net/core/fib_rules.c:fib_nl_dumprule.
 *
 * @param protocols - in their order
 */
export function dumpRules(protocols: readonly FibRules[]): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const { request, strictCheck, extack, namespace, portid, seq } = callback;
    if (strictCheck && callback.state === undefined) {
      const error = checkHeader(request, extack);
      if (error < 0) return error;
    }
    const state = callback.state instanceof RuleDump ? callback.state : new RuleDump();
    callback.state = state;
    const family = request[NLMSG_HDRLEN] ?? AF_UNSPEC;
    const chosen = protocols.filter(({ ops }) => family === AF_UNSPEC || ops.family === family);
    if (chosen.length === 0) return -errno.EAFNOSUPPORT;
    const message = { type: RTM_NEWRULE, flags: NLM_F_MULTI, portid, seq };
    for (; state.protocol < chosen.length; state.protocol++) {
      const protocol = chosen[state.protocol];
      const rules = protocol?.of(namespace) ?? [];
      for (; state.rule < rules.length; state.rule++) {
        const rule = rules[state.rule];
        const error = rule === undefined || protocol === undefined ? 0 : fillRule(chunk, protocol.ops.family, rule, message);
        if (error < 0) return chunk.length > 0 ? 1 : error;
      }
      state.rule = 0;
    }
    return 0;
  };
}

// From net/core/fib_rules.c:fib_valid_dumprule_req.
function checkHeader(request: Uint8Array, extack: netlink_ext_ack): number {
  const payload = request.subarray(NLMSG_HDRLEN);
  if (payload.length < fib_rule_hdr.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for fib rule dump request');
  if (payload.subarray(1, fib_rule_hdr.SIZE).some((octet) => octet !== 0)) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for fib rule dump request');
  }
  return payload.length > fib_rule_hdr.SIZE ? refuse(extack, 'EINVAL', 'Invalid data after header in fib rule dump request') : 0;
}

function shownFlags(rule: FibRule): number {
  let { flags } = rule;
  if (rule.action === FR_ACT_GOTO && rule.jump === null) flags |= FIB_RULE_UNRESOLVED;
  if (rule.iifname !== '' && rule.iifindex === -1) flags |= FIB_RULE_IIF_DETACHED;
  if (rule.oifname !== '' && rule.oifindex === -1) flags |= FIB_RULE_OIF_DETACHED;
  return flags >>> 0;
}

function putTunnel(writer: MessageWriter, id: bigint): void {
  const at = writer.reserveAttribute(FRA_TUN_ID, 8);
  if (at !== -1) writer.view.setBigUint64(at, id, false);
}

function putUsers(writer: MessageWriter, { start, end }: RuleRange): void {
  const at = writer.reserveAttribute(FRA_UID_RANGE, fib_rule_uid_range.SIZE);
  if (at === -1) return;
  fib_rule_uid_range.set_start(writer.view, at, start);
  fib_rule_uid_range.set_end(writer.view, at, end);
}

function putPorts(writer: MessageWriter, type: number, { start, end }: RuleRange): void {
  const at = writer.reserveAttribute(type, fib_rule_port_range.SIZE);
  if (at === -1) return;
  fib_rule_port_range.set_start(writer.view, at, start);
  fib_rule_port_range.set_end(writer.view, at, end);
}
