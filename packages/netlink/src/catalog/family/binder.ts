import { binder as base } from '../../generated/binder.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `binder`. */
export const binder: readonly Schema[] = [base];
