import { regulatorEvents } from '../../families/platform-events.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `reg_event`. */
export const regEvent: readonly Schema[] = [regulatorEvents];
