import { conntrackCorrections, conntrackMessages } from '../../families/ctnetlink.ts';
import { conntrack as base } from '../../generated/conntrack.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `conntrack`. */
export const conntrack: readonly Schema[] = [base, conntrackMessages, conntrackCorrections];
