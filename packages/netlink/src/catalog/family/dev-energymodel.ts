import { devEnergymodel as base } from '../../generated/dev-energymodel.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `dev-energymodel`. */
export const devEnergymodel: readonly Schema[] = [base];
