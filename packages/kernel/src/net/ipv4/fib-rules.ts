import { AF_INET, FR_ACT_PROHIBIT, FR_ACT_TO_TBL, FR_ACT_UNREACHABLE, RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTNLGRP_IPV4_RULE } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { FibRule } from '../core/fib-rule.ts';
import { FibRules, type FibRulesOps, type RuleFlow } from '../core/fib-rules.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Fib, FibResult, Flow4 } from './fib.ts';

/** The tables that are looked for when a rule wants an empty one: FIB_MAX_AUTO_TABLE_ID. */
const LAST_AUTO_TABLE = 4096;

/** What IPv4 does with rules, and looks up by them: net/ipv4/fib_rules.c. */
export class Fib4Rules implements FibRulesOps {
  readonly family: number = AF_INET;
  readonly addressSize: number = 4;
  readonly group: number = RTNLGRP_IPV4_RULE;
  readonly defaults: FibRulesOps['defaults'] = [
    [0, RT_TABLE_LOCAL],
    [0x7ffe, RT_TABLE_MAIN],
    [0x7fff, RT_TABLE_DEFAULT],
  ];
  readonly tosMask: number = 0x1c;
  readonly tosAllowed: number = 0x1e;
  readonly #fib: Fib;

  constructor(fib: Fib) {
    this.#fib = fib;
  }

  // From net/ipv4/fib_rules.c:fib4_rule_configure.
  configure(net: Net, rule: FibRule): number {
    this.#fib.unmerge(net);
    if (rule.table !== 0 || rule.l3mdev !== 0 || rule.action !== FR_ACT_TO_TBL) return 0;
    for (let id = 1; id <= LAST_AUTO_TABLE; id++) {
      if (this.#fib.table(net, id) !== undefined) continue;
      const table = this.#fib.newTable(net, id);
      rule.table = table?.id ?? 0;
      return table === undefined ? -errno.ENOBUFS : 0;
    }
    return -errno.ENOBUFS;
  }

  changed(net: Net): void {
    this.#fib.unmerge(net);
    this.#fib.net(net).customRules = true;
  }
}

/** Lookups by rules. From net/ipv4/fib_rules.c:__fib_lookup. */
export function lookupByRules(fib: Fib, rules: FibRules): (net: Net, flow: Flow4, flags: number) => FibResult | number {
  return (net, flow, flags) => {
    const found = rules.lookup(net, ruleFlow(flow), (rule) => act(fib, net, rule, flow, flags));
    return found === -errno.ESRCH ? -errno.ENETUNREACH : found;
  };
}

// From net/ipv4/fib_rules.c:fib4_rule_action, fib4_rule_suppress.
function act(fib: Fib, net: Net, rule: FibRule, flow: Flow4, flags: number): FibResult | number {
  if (rule.action === FR_ACT_UNREACHABLE) return -errno.ENETUNREACH;
  if (rule.action === FR_ACT_PROHIBIT) return -errno.EACCES;
  if (rule.action !== FR_ACT_TO_TBL) return -errno.EINVAL;
  const table = fib.table(net, rule.table);
  const found = table === undefined ? -errno.EAGAIN : fib.tableLookup(net, table, flow, flags);
  if (typeof found === 'number') return found;
  const group = found.info.nexthops[0]?.dev?.group;
  const isSuppressed = found.alias.dstLength <= rule.suppressPrefixLength || (rule.suppressGroup !== -1 && group === rule.suppressGroup);
  return isSuppressed ? -errno.EAGAIN : found;
}

function ruleFlow(flow: Flow4): RuleFlow {
  return { ...flow, saddr: octets(flow.saddr), daddr: octets(flow.daddr) };
}

function octets(address: number): Uint8Array {
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}
