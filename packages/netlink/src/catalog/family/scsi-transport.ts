import { scsiTransport as base } from '../../families/scsi.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `scsi-transport`. */
export const scsiTransport: readonly Schema[] = [base];
