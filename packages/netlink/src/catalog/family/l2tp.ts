import { l2tp as base } from '../../families/l2tp.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `l2tp`. */
export const l2tp: readonly Schema[] = [base];
