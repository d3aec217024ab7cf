import { ethtoolNames } from '../../families/ethtool-names.ts';
import { ethtool as base } from '../../generated/ethtool.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ethtool`. */
export const ethtool: readonly Schema[] = [base, ethtoolNames];
