import { tcActionMessages, tcActions } from '../../families/tc-actions.ts';
import { tcFilters } from '../../families/tc-filters.ts';
import { tcClasses, tcQdiscs } from '../../families/tc-qdiscs.ts';
import { tc as base } from '../../generated/tc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `tc`. */
export const tc: readonly Schema[] = [base, tcActions, tcActionMessages, tcFilters, tcQdiscs, tcClasses];
