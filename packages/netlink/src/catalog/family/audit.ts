import { audit as base } from '../../families/audit.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `audit`. */
export const audit: readonly Schema[] = [base];
