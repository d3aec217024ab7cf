import { netShaper as base } from '../../generated/net-shaper.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `net-shaper`. */
export const netShaper: readonly Schema[] = [base];
