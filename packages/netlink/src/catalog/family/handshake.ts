import { handshake as base } from '../../generated/handshake.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `handshake`. */
export const handshake: readonly Schema[] = [base];
