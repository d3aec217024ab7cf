import { rtTunnel as base } from '../../families/rt-tunnel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-tunnel`. */
export const rtTunnel: readonly Schema[] = [base];
