import { xfrm as base } from '../../families/xfrm.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `xfrm`. */
export const xfrm: readonly Schema[] = [base];
