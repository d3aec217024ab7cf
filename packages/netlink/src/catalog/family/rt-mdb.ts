import { rtMdb as base } from '../../families/rt-mdb.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-mdb`. */
export const rtMdb: readonly Schema[] = [base];
