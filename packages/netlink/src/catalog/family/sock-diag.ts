import { sockDiag as base } from '../../families/sock-diag.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `sock-diag`. */
export const sockDiag: readonly Schema[] = [base];
