import { iscsi as base } from '../../families/scsi.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `iscsi`. */
export const iscsi: readonly Schema[] = [base];
