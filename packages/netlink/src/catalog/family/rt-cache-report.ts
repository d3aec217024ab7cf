import { rtCacheReport as base } from '../../families/rt-misc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-cache-report`. */
export const rtCacheReport: readonly Schema[] = [base];
