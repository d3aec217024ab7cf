/**
 * Per-CPU network device statistics.
 *
 * @packageDocumentation
 */

export { readLinkStats64, writeLinkStats64, type LinkStats64 } from './link-stats64.ts';
// Types alone: a driver is given its counters, it does not make any.
export type {
  DStats,
  DStatsSnapshot,
  LStats,
  LStatsSnapshot,
  PcpuStatKind,
  PcpuStats,
  TStats,
  TStatsSnapshot,
} from './pcpu-stats.unsafe.ts';
