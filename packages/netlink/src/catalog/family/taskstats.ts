import { taskstats as base } from '../../families/taskstats.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `TASKSTATS`. */
export const taskstats: readonly Schema[] = [base];
