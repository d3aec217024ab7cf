import { conntrackCorrections, conntrackMessages } from '../../families/ctnetlink.ts';
import { nfqueue as base } from '../../families/nfnetlink-queue.ts';
import { conntrack } from '../../generated/conntrack.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nfqueue`. */
export const nfqueue: readonly Schema[] = [base, conntrack, conntrackMessages, conntrackCorrections];
