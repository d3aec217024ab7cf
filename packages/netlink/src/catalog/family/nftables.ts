import { nftablesExpressions } from '../../families/nftables-expressions.ts';
import { nftablesObjects } from '../../families/nftables-objects.ts';
import { nftablesCorrections, nftablesMessages } from '../../families/nftables.ts';
import { nftables as base } from '../../generated/nftables.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nftables`. */
export const nftables: readonly Schema[] = [base, nftablesMessages, nftablesCorrections, nftablesExpressions, nftablesObjects];
