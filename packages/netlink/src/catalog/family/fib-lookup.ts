import { fibLookup as base } from '../../families/raw-others.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `fib-lookup`. */
export const fibLookup: readonly Schema[] = [base];
