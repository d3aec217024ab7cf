import { ipset as base } from '../../families/ipset.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ipset`. */
export const ipset: readonly Schema[] = [base];
