import { rtNsid as base } from '../../families/rt-misc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-nsid`. */
export const rtNsid: readonly Schema[] = [base];
