import { rtNexthop as base } from '../../families/rt-nexthop.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-nexthop`. */
export const rtNexthop: readonly Schema[] = [base];
