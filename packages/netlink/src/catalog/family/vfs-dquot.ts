import { quota } from '../../families/storage.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `VFS_DQUOT`. */
export const vfsDquot: readonly Schema[] = [quota];
