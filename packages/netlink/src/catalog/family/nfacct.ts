import { nfacct as base } from '../../families/nfnetlink-acct.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nfacct`. */
export const nfacct: readonly Schema[] = [base];
