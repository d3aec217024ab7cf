import { kobjectUevent as base } from '../../families/raw-others.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `kobject-uevent`. */
export const kobjectUevent: readonly Schema[] = [base];
