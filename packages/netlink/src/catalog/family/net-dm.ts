import { dropMonitor } from '../../families/dropwatch.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NET_DM`. */
export const netDm: readonly Schema[] = [dropMonitor];
