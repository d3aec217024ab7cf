import { rtAddrMore } from '../../families/rt-addr-more.ts';
import { rtAddr as base } from '../../generated/rt-addr.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-addr`. */
export const rtAddr: readonly Schema[] = [base, rtAddrMore];
