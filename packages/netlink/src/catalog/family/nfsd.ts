import { nfsdMore } from '../../families/nfsd-more.ts';
import { nfsd as base } from '../../generated/nfsd.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nfsd`. */
export const nfsd: readonly Schema[] = [base, nfsdMore];
