import { devlinkMore } from '../../families/devlink-more.ts';
import { devlink as base } from '../../generated/devlink.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `devlink`. */
export const devlink: readonly Schema[] = [base, devlinkMore];
