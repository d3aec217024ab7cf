import { nlctrlMore, nlctrlPolicies } from '../../families/nlctrl-more.ts';
import { nlctrl as base } from '../../generated/nlctrl.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nlctrl`. */
export const nlctrl: readonly Schema[] = [base, nlctrlMore, nlctrlPolicies];
