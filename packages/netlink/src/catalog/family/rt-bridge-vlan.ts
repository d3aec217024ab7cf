import { rtBridgeVlan as base } from '../../families/rt-bridge-vlan.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-bridge-vlan`. */
export const rtBridgeVlan: readonly Schema[] = [base];
