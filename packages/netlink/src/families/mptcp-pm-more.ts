/**
 * `mptcp_pm`: addresses, which the specification has as numbers and octets. C twin: `linux/mptcp_pm.h`.
 *
 * @packageDocumentation
 */

import { addressSet, eventAttrSet } from '../generated/mptcp-pm.ts';
import { binary, type Extension } from '../schema/index.ts';

/** Addresses of paths. */
export const mptcpPmMore: Extension = {
  sets: [
    [addressSet, { 3: binary('addr4', { hint: 'ipv4' }), 4: binary('addr6', { hint: 'ipv6' }) }],
    [
      eventAttrSet,
      {
        5: binary('saddr4', { hint: 'ipv4' }),
        6: binary('saddr6', { hint: 'ipv6' }),
        7: binary('daddr4', { hint: 'ipv4' }),
        8: binary('daddr6', { hint: 'ipv6' }),
      },
    ],
  ],
};
