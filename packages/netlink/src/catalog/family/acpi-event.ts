import { acpiEvents } from '../../families/platform-events.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `acpi_event`. */
export const acpiEvent: readonly Schema[] = [acpiEvents];
