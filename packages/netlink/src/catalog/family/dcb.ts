import { dcb as base } from '../../families/dcb.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `dcb`. */
export const dcb: readonly Schema[] = [base];
