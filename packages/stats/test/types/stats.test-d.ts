import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type { DStats, DStatsSnapshot, LStats, LStatsSnapshot, LinkStats64, PcpuStatKind, PcpuStats, TStats, TStatsSnapshot } from '../../src/index.ts';
import { declareStatsUnsafe } from '../../src/unsafe.ts';

// A declared kind gives its handle and no other.
expectTypeOf<PcpuStats['none']>().toEqualTypeOf<undefined>();
expectTypeOf<PcpuStats['lstats']>().toEqualTypeOf<LStats>();
expectTypeOf<PcpuStats['tstats']>().toEqualTypeOf<TStats>();
expectTypeOf<PcpuStats['dstats']>().toEqualTypeOf<DStats>();
expectTypeOf<keyof PcpuStats>().toEqualTypeOf<PcpuStatKind>();
expectTypeOf<ReturnType<typeof declareStatsUnsafe<'lstats'>>>().toEqualTypeOf<LStats>();

// A driver is given its counters.
// @ts-expect-error: a type alone
void api.LStats;
// @ts-expect-error: a type alone
void api.TStats;
// @ts-expect-error: a type alone
void api.DStats;
// @ts-expect-error: declaring is for the safe packages
void api.declareStatsUnsafe;

export function kinds(lstats: LStats, tstats: TStats, dstats: DStats): void {
  expectTypeOf(lstats.read()).toEqualTypeOf<LStatsSnapshot>();
  expectTypeOf(tstats.read()).toEqualTypeOf<TStatsSnapshot>();
  expectTypeOf(dstats.read()).toEqualTypeOf<DStatsSnapshot>();
  // @ts-expect-error: lstats know no direction
  lstats.rxAdd(1);
  // @ts-expect-error: tstats have a direction
  tstats.add(1);
  // @ts-expect-error: tstats count no drops
  tstats.rxDropped();
  // @ts-expect-error: dstats count one packet at a time
  dstats.txAdd(1, 2);
  // @ts-expect-error: a length is a number
  lstats.add(1n);
  // @ts-expect-error: one kind is not another, although both read the same
  const other: TStats = dstats;
  void other;
}

// Everything of rtnl_link_stats64 is 64 bits wide.
expectTypeOf<LinkStats64[keyof LinkStats64]>().toEqualTypeOf<bigint>();
// @ts-expect-error: no such counter
api.writeLinkStats64(new BigUint64Array(25), { packets: 1n });
// @ts-expect-error: counters are bigint
api.writeLinkStats64(new BigUint64Array(25), { rxPackets: 1 });
