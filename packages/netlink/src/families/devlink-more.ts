/**
 * `devlink`: what the specification has otherwise than the kernel. C twin: `linux/devlink.h`.
 *
 * @packageDocumentation
 */

import { devlinkSet, dlPortFunctionSet } from '../generated/devlink.ts';
import { binary, s32, type Extension } from '../schema/index.ts';

/** Addresses of functions, and the number of a namespace, which may be negative. */
export const devlinkMore: Extension = {
  sets: [
    [dlPortFunctionSet, { 1: binary('hw-addr', { hint: 'mac' }) }],
    [devlinkSet, { 140: s32('netns-id') }],
  ],
};
