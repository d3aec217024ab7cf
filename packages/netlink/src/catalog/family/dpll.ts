import { dpll as base } from '../../generated/dpll.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `dpll`. */
export const dpll: readonly Schema[] = [base];
