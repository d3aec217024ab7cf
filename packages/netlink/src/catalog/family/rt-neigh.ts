import { rtNeighMore } from '../../families/rt-neigh-more.ts';
import { rtNeigh as base } from '../../generated/rt-neigh.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-neigh`. */
export const rtNeigh: readonly Schema[] = [base, rtNeighMore];
