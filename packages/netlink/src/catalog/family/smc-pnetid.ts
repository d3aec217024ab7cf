import { smcPnetid as base } from '../../families/smc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `SMC_PNETID`. */
export const smcPnetid: readonly Schema[] = [base];
