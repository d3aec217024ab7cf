import { rtMulticastAddresses } from '../../families/rt-misc.ts';
import { rtAddr } from '../../generated/rt-addr.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-maddr`. */
export const rtMaddr: readonly Schema[] = [rtAddr, rtMulticastAddresses];
