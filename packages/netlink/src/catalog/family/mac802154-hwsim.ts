import { mac802154Hwsim as base } from '../../families/nl802154.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `MAC802154_HWSIM`. */
export const mac802154Hwsim: readonly Schema[] = [base];
