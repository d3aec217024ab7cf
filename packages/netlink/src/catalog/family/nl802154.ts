import { nl802154 as base } from '../../families/nl802154.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nl802154`. */
export const nl802154: readonly Schema[] = [base];
