import { connector as base } from '../../families/connector.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `connector`. */
export const connector: readonly Schema[] = [base];
