/**
 * What the specification of neighbours leaves out or has otherwise than the kernel. C twin: `linux/neighbour.h`.
 *
 * @packageDocumentation
 */

import { ndmsgStruct, ndtmsgStruct, neighbourAttrsSet, ntfFlagsBits, nudStateBits } from '../generated/rt-neigh.ts';
import { attributes, be16, flag, flagBits, nest, u16, u8, type Extension } from '../schema/index.ts';
import { addressFamilies, routeProtocols } from './route-names.ts';

const fdbNotify = flagBits('fdb-notify', ['notify', 'inactive']);

const fdbExtAttrs = attributes('nfea-attrs', { 1: u8('activity-notify', { names: fdbNotify }), 2: flag('dont-refresh') });

/** Neighbours and forwarding entries. */
export const rtNeighMore: Extension = {
  sets: [
    [
      neighbourAttrsSet,
      {
        6: be16('port'),
        12: u8('protocol', { names: routeProtocols }),
        14: nest('fdb-ext-attrs', fdbExtAttrs),
        16: u16('ndm-state-mask', { names: nudStateBits }),
        17: u8('ndm-flags-mask', { names: ntfFlagsBits }),
      },
    ],
  ],
  structs: [
    [ndmsgStruct, [u8('ndm-family', { names: addressFamilies })]],
    [ndtmsgStruct, [u8('family', { names: addressFamilies })]],
  ],
};
