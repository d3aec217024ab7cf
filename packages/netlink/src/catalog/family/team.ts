import { teamMore } from '../../families/team-more.ts';
import { team as base } from '../../generated/team.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `team`. */
export const team: readonly Schema[] = [base, teamMore];
