import { rtNeighbourDiscovery } from '../../families/rt-misc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-nd`. */
export const rtNd: readonly Schema[] = [rtNeighbourDiscovery];
