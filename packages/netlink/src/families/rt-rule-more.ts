/**
 * What the specification of rules has otherwise than the kernel, or as numbers. C twin: `linux/fib_rules.h`.
 *
 * @packageDocumentation
 */

import { fibRuleAttrsSet, fibRuleHdrStruct } from '../generated/rt-rule.ts';
import { be64, flagBits, s32, u32, u8, type Extension } from '../schema/index.ts';
import { addressFamilies, ipProtocols, routeProtocols, routeTables } from './route-names.ts';

const ruleFlags = flagBits('fib-rule-flags', {
  0: 'permanent', 1: 'invert', 2: 'unresolved', 3: 'iif-detached', 4: 'oif-detached', 16: 'find-saddr',
}); // prettier-ignore

/** Rules. */
export const rtRuleMore: Extension = {
  sets: [
    [
      fibRuleAttrsSet,
      {
        12: be64('tun-id'),
        // -1 is none.
        13: s32('suppress-ifgroup'),
        14: s32('suppress-prefixlen'),
        15: u32('table', { names: routeTables }),
        21: u8('protocol', { names: routeProtocols }),
        22: u8('ip-proto', { names: ipProtocols }),
      },
    ],
  ],
  structs: [
    [
      fibRuleHdrStruct,
      [u8('family', { names: addressFamilies }), u8('table', { names: routeTables }), u32('flags', { names: ruleFlags })],
    ],
  ],
};
