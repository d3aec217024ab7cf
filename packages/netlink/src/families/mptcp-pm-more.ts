/**
 * `mptcp_pm`: addresses, which the specification has as numbers and octets. C twin: `linux/mptcp_pm.h`.
 *
 * @packageDocumentation
 */

import { addressSet, eventAttrSet } from '../generated/mptcp-pm.ts';
import { binary, flagBits, u16, u32, type Extension } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

/** From include/uapi/linux/mptcp.h: `MPTCP_PM_ADDR_FLAG_*`. */
const addressFlags = flagBits('mptcp-pm-addr-flags', ['signal', 'subflow', 'backup', 'fullmesh', 'implicit']);

/** Addresses of paths. */
export const mptcpPmMore: Extension = {
  sets: [
    [
      addressSet,
      {
        1: u16('family', { names: addressFamilies }),
        3: binary('addr4', { hint: 'ipv4' }),
        4: binary('addr6', { hint: 'ipv6' }),
        6: u32('flags', { names: addressFlags }),
      },
    ],
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
