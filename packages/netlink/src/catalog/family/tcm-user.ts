import { tcmu } from '../../families/storage.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `TCM-USER`. */
export const tcmUser: readonly Schema[] = [tcmu];
