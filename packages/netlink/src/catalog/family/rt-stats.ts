import { rtStats as base, rtStatsNests } from '../../families/rt-stats.ts';
import { rtLink } from '../../generated/rt-link.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-stats`. */
export const rtStats: readonly Schema[] = [rtLink, base, rtStatsNests];
