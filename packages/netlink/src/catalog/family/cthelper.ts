import { cthelper as base } from '../../families/nfnetlink-cthelper.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `cthelper`. */
export const cthelper: readonly Schema[] = [base];
