import { fouMore } from '../../families/fou-more.ts';
import { fou as base } from '../../generated/fou.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `fou`. */
export const fou: readonly Schema[] = [base, fouMore];
