import { smc } from '../../families/smc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `SMC_GEN_NETLINK`. */
export const smcGenNetlink: readonly Schema[] = [smc];
