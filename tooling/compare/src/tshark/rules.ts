import { skip, type Rule, type Rules } from './rule.ts';
import { genericRules } from './rules-generic.ts';
import { headerRules } from './rules-headers.ts';
import { netfilterRules } from './rules-netfilter.ts';
import { routeRules } from './rules-route.ts';
import { sockDiagRules } from './rules-sock-diag.ts';

const INSIDE = skip('the packet that a netfilter message carries is not netlink');

/** By field. */
const RULES: Rules = { ...headerRules, ...routeRules, ...netfilterRules, ...sockDiagRules, ...genericRules };

/** By the beginning of a field's name. */
const BEGINNINGS: Rules = {
  'frame.': skip('of the packet as a whole, and compared there'),
  'sll.': skip('the header of the capture, which is no part of the message'),
  '_ws.': skip("tshark's remarks about what it cannot dissect"),
  'ip.': INSIDE,
  'ipv6.': INSIDE,
  'icmp.': INSIDE,
  'icmpv6.': INSIDE,
};

/**
 * How a field is compared.
 *
 * @param field - its name
 * @returns `undefined` if that is not said, which is a difference: nothing that tshark says is passed over in silence
 */
export function ruleOf(field: string): Rule | undefined {
  const rule = RULES[field];
  if (rule !== undefined) return rule;
  return Object.entries(BEGINNINGS).find(([beginning]) => field.startsWith(beginning))?.[1];
}
