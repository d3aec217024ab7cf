import { usersock as base } from '../../families/raw-others.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `usersock`. */
export const usersock: readonly Schema[] = [base];
