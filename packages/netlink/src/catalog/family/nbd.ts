import { nbd as base } from '../../families/storage.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nbd`. */
export const nbd: readonly Schema[] = [base];
