import { conntrackCorrections, conntrackMessages } from '../../families/ctnetlink.ts';
import { nflog as base } from '../../families/nfnetlink-log.ts';
import { conntrack } from '../../generated/conntrack.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nflog`. */
export const nflog: readonly Schema[] = [base, conntrack, conntrackMessages, conntrackCorrections];
