import { ncsi as base } from '../../families/net-devices.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NCSI`. */
export const ncsi: readonly Schema[] = [base];
