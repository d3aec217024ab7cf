import { batadv as base } from '../../families/batadv.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `batadv`. */
export const batadv: readonly Schema[] = [base];
