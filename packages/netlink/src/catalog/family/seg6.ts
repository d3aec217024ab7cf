import { seg6 as base } from '../../families/seg6.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `SEG6`. */
export const seg6: readonly Schema[] = [base];
