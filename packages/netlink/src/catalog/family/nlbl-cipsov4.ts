import { netlabelCipso } from '../../families/netlabel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NLBL_CIPSOv4`. */
export const nlblCipsov4: readonly Schema[] = [netlabelCipso];
