import { netlabelUnlabeled } from '../../families/netlabel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NLBL_UNLBL`. */
export const nlblUnlbl: readonly Schema[] = [netlabelUnlabeled];
