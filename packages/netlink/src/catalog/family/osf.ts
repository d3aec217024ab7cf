import { osf as base } from '../../families/nfnetlink-osf.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `osf`. */
export const osf: readonly Schema[] = [base];
