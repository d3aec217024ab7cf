import { netfilterHook as base } from '../../families/nfnetlink-hook.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `netfilter-hook`. */
export const netfilterHook: readonly Schema[] = [base];
