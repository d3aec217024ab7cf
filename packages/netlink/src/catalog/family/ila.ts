import { ila as base } from '../../families/seg6.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ila`. */
export const ila: readonly Schema[] = [base];
