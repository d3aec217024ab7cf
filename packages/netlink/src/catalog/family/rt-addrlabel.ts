import { rtAddrlabel as base } from '../../families/rt-misc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-addrlabel`. */
export const rtAddrlabel: readonly Schema[] = [base];
