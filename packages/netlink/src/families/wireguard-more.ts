/**
 * What the specification of WireGuard has as octets and numbers. C twin: `linux/wireguard.h`.
 *
 * @packageDocumentation
 */

import { wgallowedipSet, wgpeerSet } from '../generated/wireguard.ts';
import { binary, u16, type Extension } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

/** Where peers are. */
export const wireguardMore: Extension = {
  sets: [
    [wgpeerSet, { 4: binary('endpoint', { hint: 'sockaddr' }) }],
    [wgallowedipSet, { 1: u16('family', { names: addressFamilies }) }],
  ],
};
