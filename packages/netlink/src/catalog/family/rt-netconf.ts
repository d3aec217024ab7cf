import { rtNetconf as base } from '../../families/rt-misc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-netconf`. */
export const rtNetconf: readonly Schema[] = [base];
