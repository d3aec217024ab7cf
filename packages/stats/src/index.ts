/**
 * Per-CPU network device statistics.
 *
 * @packageDocumentation
 */

export { readLinkStats64, writeLinkStats64, type LinkStats64 } from './link-stats64.ts';
export {
  DStats,
  LStats,
  TStats,
  type DStatsSnapshot,
  type LStatsSnapshot,
  type PcpuStatKind,
  type PcpuStats,
  type TStatsSnapshot,
} from './pcpu-stats.unsafe.ts';
