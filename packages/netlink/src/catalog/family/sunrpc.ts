import { sunrpc as base } from '../../generated/sunrpc-cache.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `sunrpc`. */
export const sunrpc: readonly Schema[] = [base];
