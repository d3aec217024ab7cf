import { drmRas as base } from '../../generated/drm-ras.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `drm-ras`. */
export const drmRas: readonly Schema[] = [base];
