import { rdma as base } from '../../families/rdma.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rdma`. */
export const rdma: readonly Schema[] = [base];
