import { cifs as base } from '../../families/storage.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `cifs`. */
export const cifs: readonly Schema[] = [base];
