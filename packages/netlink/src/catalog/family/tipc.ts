import { tipcLegacy } from '../../families/tipc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `TIPC`. */
export const tipc: readonly Schema[] = [tipcLegacy];
