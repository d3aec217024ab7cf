import { gtp as base } from '../../families/net-devices.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `gtp`. */
export const gtp: readonly Schema[] = [base];
