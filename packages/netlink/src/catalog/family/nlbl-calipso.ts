import { netlabelCalipso } from '../../families/netlabel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NLBL_CALIPSO`. */
export const nlblCalipso: readonly Schema[] = [netlabelCalipso];
