import { hsr as base } from '../../families/net-devices.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `HSR`. */
export const hsr: readonly Schema[] = [base];
