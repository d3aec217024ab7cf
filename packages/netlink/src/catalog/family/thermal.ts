import { thermal as base } from '../../families/thermal.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `thermal`. */
export const thermal: readonly Schema[] = [base];
