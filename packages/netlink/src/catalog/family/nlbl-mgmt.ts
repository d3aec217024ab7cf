import { netlabelManagement } from '../../families/netlabel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `NLBL_MGMT`. */
export const nlblMgmt: readonly Schema[] = [netlabelManagement];
