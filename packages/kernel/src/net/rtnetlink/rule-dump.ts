import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  FR_ACT_TO_TBL,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  fib_rule_hdr,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTM_NEWRULE,
  RTPROT_KERNEL,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { refuse } from './link-request.ts';

/** A rule that says which routing table is looked at. */
interface Rule {
  readonly family: number;
  readonly priority: number;
  readonly table: number;
}

/** The rules that a namespace is born with. From net/ipv4/fib_rules.c:fib_default_rules_init and its IPv6 twin. */
const RULES: readonly Rule[] = [
  { family: AF_INET, priority: 0, table: RT_TABLE_LOCAL },
  { family: AF_INET, priority: 0x7ffe, table: RT_TABLE_MAIN },
  { family: AF_INET, priority: 0x7fff, table: RT_TABLE_DEFAULT },
  { family: AF_INET6, priority: 0, table: RT_TABLE_LOCAL },
  { family: AF_INET6, priority: 0x7ffe, table: RT_TABLE_MAIN },
];

/** Where a dump stands. */
class RuleDump {
  readonly rules: readonly Rule[];
  next = 0;

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
  }
}

/**
 * RTM_GETRULE, as a dump: the rules that every namespace has. net/core/fib_rules.c:fib_nl_dumprule.
 */
export function dumpRules(chunk: MessageWriter, callback: DumpCallback): number {
  const { portid, seq, request, strictCheck, extack } = callback;
  const state = callback.state instanceof RuleDump ? callback.state : start(request, strictCheck, extack);
  if (typeof state === 'number') return state;
  callback.state = state;
  for (; state.next < state.rules.length; state.next++) {
    const rule = state.rules[state.next];
    const error = rule === undefined ? 0 : fill(chunk, rule, portid, seq);
    if (error < 0) return chunk.length > 0 ? 1 : error;
  }
  return 0;
}

function start(request: Uint8Array, strict: boolean, extack: netlink_ext_ack): RuleDump | number {
  if (strict) {
    // From net/core/fib_rules.c:fib_valid_dumprule_req: a header with nothing in it, and nothing after it.
    const payload = request.subarray(NLMSG_HDRLEN);
    if (payload.length < fib_rule_hdr.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for fib rule dump request');
    if (payload.subarray(1, fib_rule_hdr.SIZE).some((octet) => octet !== 0)) {
      return refuse(extack, 'EINVAL', 'Invalid values in header for fib rule dump request');
    }
    if (payload.length > fib_rule_hdr.SIZE) return refuse(extack, 'EINVAL', 'Invalid data after header in fib rule dump request');
  }
  const family = request[NLMSG_HDRLEN] ?? AF_UNSPEC;
  const rules = RULES.filter((rule) => family === AF_UNSPEC || rule.family === family);
  return rules.length === 0 ? -errno.EAFNOSUPPORT : new RuleDump(rules);
}

// From net/core/fib_rules.c:fib_nl_fill_rule.
function fill(writer: MessageWriter, { family, priority, table }: Rule, portid: number, seq: number): number {
  const mark = writer.mark();
  writer.begin(RTM_NEWRULE, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(fib_rule_hdr.SIZE);
  if (at !== -1) {
    fib_rule_hdr.set_family(writer.view, at, family);
    fib_rule_hdr.set_table(writer.view, at, table);
    fib_rule_hdr.set_action(writer.view, at, FR_ACT_TO_TBL);
  }
  writer.putU32(FRA_TABLE, table);
  writer.putS32(FRA_SUPPRESS_PREFIXLEN, -1);
  writer.putU8(FRA_PROTOCOL, RTPROT_KERNEL);
  if (priority !== 0) writer.putU32(FRA_PRIORITY, priority);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
