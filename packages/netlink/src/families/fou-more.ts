/**
 * `fou`: addresses, which the specification has as numbers and octets. C twin: `linux/fou.h`.
 *
 * @packageDocumentation
 */

import { fouSet } from '../generated/fou.ts';
import { binary, type Extension } from '../schema/index.ts';

/** Addresses of tunnels. */
export const fouMore: Extension = {
  sets: [
    [
      fouSet,
      {
        6: binary('local-v4', { hint: 'ipv4' }),
        7: binary('local-v6', { hint: 'ipv6' }),
        8: binary('peer-v4', { hint: 'ipv4' }),
        9: binary('peer-v6', { hint: 'ipv6' }),
      },
    ],
  ],
};
