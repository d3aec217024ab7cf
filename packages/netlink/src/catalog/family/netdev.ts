import { netdev as base } from '../../generated/netdev.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `netdev`. */
export const netdev: readonly Schema[] = [base];
