import { selinux as base } from '../../families/raw-others.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `selinux`. */
export const selinux: readonly Schema[] = [base];
