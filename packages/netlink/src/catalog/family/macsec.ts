import { macsec as base } from '../../families/macsec.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `macsec`. */
export const macsec: readonly Schema[] = [base];
