import { ovpn as base } from '../../generated/ovpn.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ovpn`. */
export const ovpn: readonly Schema[] = [base];
