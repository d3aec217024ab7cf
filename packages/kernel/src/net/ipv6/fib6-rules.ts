import { AF_INET6, FR_ACT_PROHIBIT, FR_ACT_TO_TBL, FR_ACT_UNREACHABLE, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTNLGRP_IPV6_RULE } from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { FibRule } from '../core/fib-rule.ts';
import type { FibRules, FibRulesOps } from '../core/fib-rules.ts';
import type { Net } from '../core/net-namespace.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { isThrow, type Fib6, type Fib6Result, type Flow6 } from './fib6.ts';

/** What IPv6 does with rules: net/ipv6/fib6_rules.c. */
export class Fib6Rules implements FibRulesOps {
  readonly family: number = AF_INET6;
  readonly addressSize: number = 16;
  readonly group: number = RTNLGRP_IPV6_RULE;
  readonly defaults: FibRulesOps['defaults'] = [
    [0, RT_TABLE_LOCAL],
    [0x7ffe, RT_TABLE_MAIN],
  ];
  readonly tosMask: number = 0xfc;
  readonly tosAllowed: number = 0xff;
  readonly #fib6: Fib6;

  constructor(fib6: Fib6) {
    this.#fib6 = fib6;
  }

  // From net/ipv6/fib6_rules.c:fib6_rule_configure.
  configure(net: Net, rule: FibRule, extack: netlink_ext_ack | null): number {
    if (rule.action !== FR_ACT_TO_TBL || rule.l3mdev !== 0) return 0;
    if (rule.table === 0) return refuse(extack, 'EINVAL', 'Invalid table');
    return this.#fib6.newTable(net, rule.table) === undefined ? -errno.ENOBUFS : 0;
  }

  changed(net: Net): void {
    this.#fib6.net(net).customRules = true;
  }
}

/** Lookups by rules. From net/ipv6/fib6_rules.c:fib6_rule_lookup. */
export function lookup6ByRules(fib6: Fib6, rules: FibRules): (net: Net, flow: Flow6, flags: number) => Fib6Result | number {
  return (net, flow, flags) => {
    const found = rules.lookup(net, flow, (rule) => act(fib6, net, rule, flow, flags));
    return found === -errno.ESRCH ? -errno.ENETUNREACH : found;
  };
}

// From net/ipv6/fib6_rules.c:__fib6_rule_action, fib6_rule_suppress.
function act(fib6: Fib6, net: Net, rule: FibRule, flow: Flow6, flags: number): Fib6Result | number {
  if (rule.action === FR_ACT_UNREACHABLE) return -errno.ENETUNREACH;
  if (rule.action === FR_ACT_PROHIBIT) return -errno.EACCES;
  if (rule.action !== FR_ACT_TO_TBL) return -errno.EINVAL;
  const table = fib6.table(net, rule.table);
  const found = table === undefined ? undefined : fib6.tableLookup(table, flow, flags);
  if (found === undefined || isThrow(found.info)) return -errno.EAGAIN;
  const { info } = found;
  const isSuppressed = info.dstLength <= rule.suppressPrefixLength || (rule.suppressGroup !== -1 && found.nh.dev.group === rule.suppressGroup);
  return isSuppressed ? -errno.EAGAIN : found;
}
