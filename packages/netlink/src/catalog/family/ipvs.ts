import { ipvs as base } from '../../families/ipvs.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `IPVS`. */
export const ipvs: readonly Schema[] = [base];
