import { mptcpPmMore } from '../../families/mptcp-pm-more.ts';
import { mptcpPm as base } from '../../generated/mptcp-pm.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `mptcp_pm`. */
export const mptcpPm: readonly Schema[] = [base, mptcpPmMore];
