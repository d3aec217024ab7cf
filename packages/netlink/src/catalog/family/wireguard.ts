import { wireguardMore } from '../../families/wireguard-more.ts';
import { wireguard as base } from '../../generated/wireguard.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `wireguard`. */
export const wireguard: readonly Schema[] = [base, wireguardMore];
