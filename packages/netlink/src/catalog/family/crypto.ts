import { crypto as base } from '../../families/crypto.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `crypto`. */
export const crypto: readonly Schema[] = [base];
