import { nfc as base } from '../../families/nfc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nfc`. */
export const nfc: readonly Schema[] = [base];
