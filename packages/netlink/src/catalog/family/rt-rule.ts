import { rtRuleMore } from '../../families/rt-rule-more.ts';
import { rtRuleCode } from '../../generated/code/rt-rule.ts';
import { rtRule as base } from '../../generated/rt-rule.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-rule`. */
export const rtRule: readonly Schema[] = [rtRuleCode, base, rtRuleMore];
