import { psp as base } from '../../generated/psp.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `psp`. */
export const psp: readonly Schema[] = [base];
