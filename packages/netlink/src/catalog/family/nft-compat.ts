import { nftCompat as base } from '../../families/nft-compat.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nft-compat`. */
export const nftCompat: readonly Schema[] = [base];
