import { psample as base } from '../../families/net-devices.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `psample`. */
export const psample: readonly Schema[] = [base];
