import { conntrackExpect as base } from '../../families/ctnetlink-exp.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `conntrack-expect`. */
export const conntrackExpect: readonly Schema[] = [base];
