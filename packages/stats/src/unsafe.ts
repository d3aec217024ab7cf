/**
 * For the safe packages: declaring a device's counters. Drivers may not import it.
 *
 * @packageDocumentation
 */

export { declareStatsUnsafe } from './pcpu-stats.unsafe.ts';
