import { lockd as base } from '../../generated/lockd.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `lockd`. */
export const lockd: readonly Schema[] = [base];
