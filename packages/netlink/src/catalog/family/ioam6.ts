import { ioam6 as base } from '../../families/seg6.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `IOAM6`. */
export const ioam6: readonly Schema[] = [base];
