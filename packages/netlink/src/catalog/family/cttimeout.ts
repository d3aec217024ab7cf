import { cttimeout as base } from '../../families/nfnetlink-cttimeout.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `cttimeout`. */
export const cttimeout: readonly Schema[] = [base];
