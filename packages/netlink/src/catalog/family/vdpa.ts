import { vdpa as base } from '../../families/vdpa.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `vdpa`. */
export const vdpa: readonly Schema[] = [base];
