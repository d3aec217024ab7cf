import { rtRuleMore } from '../../families/rt-rule-more.ts';
import { rtRule as base } from '../../generated/rt-rule.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-rule`. */
export const rtRule: readonly Schema[] = [base, rtRuleMore];
