/**
 * What the specification of the server of NFS has as octets. C twin: `linux/nfsd_netlink.h`.
 *
 * @packageDocumentation
 */

import { sockSet, unlockIpSet } from '../generated/nfsd.ts';
import { binary, type Extension } from '../schema/index.ts';

/** Where the server listens, and whose locks end. */
export const nfsdMore: Extension = {
  sets: [
    [sockSet, { 1: binary('addr', { hint: 'sockaddr' }) }],
    [unlockIpSet, { 1: binary('address', { hint: 'sockaddr' }) }],
  ],
};
