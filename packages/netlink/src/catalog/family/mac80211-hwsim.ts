import { mac80211Hwsim as base } from '../../families/mac80211-hwsim.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `MAC80211_HWSIM`. */
export const mac80211Hwsim: readonly Schema[] = [base];
