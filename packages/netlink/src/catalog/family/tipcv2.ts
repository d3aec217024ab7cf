import { tipc } from '../../families/tipc.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `TIPCv2`. */
export const tipcv2: readonly Schema[] = [tipc];
