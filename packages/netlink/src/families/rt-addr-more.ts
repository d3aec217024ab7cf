/**
 * What the specification of addresses has otherwise than the kernel, or as numbers. C twin: `linux/if_addr.h`.
 *
 * @packageDocumentation
 */

import { addrAttrsSet, ifaddrmsgStruct } from '../generated/rt-addr.ts';
import { binary, enumeration, s32, u8, type Extension } from '../schema/index.ts';
import { addressFamilies, routeScopes } from './route-names.ts';

const ip = { hint: 'ipv4-or-v6' } as const;

/** From include/uapi/linux/if_addr.h: `IFAPROT_*`. */
const addressOrigins = enumeration('ifa-proto', ['unspec', 'kernel-lo', 'kernel-ra', 'kernel-ll']);

/** Addresses. */
export const rtAddrMore: Extension = {
  sets: [
    [addrAttrsSet, { 5: binary('anycast', ip), 7: binary('multicast', ip), 10: s32('target-netnsid'), 11: u8('proto', { names: addressOrigins }) }],
  ],
  structs: [[ifaddrmsgStruct, [u8('ifa-family', { names: addressFamilies }), u8('ifa-scope', { names: routeScopes })]]],
};
