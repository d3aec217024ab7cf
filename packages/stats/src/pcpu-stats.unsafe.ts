import { NETDEV_PCPU_STAT, type net_device, type netdev_stat_type } from '@netdevkit/bindings/raw';

/** Which per-CPU counters a driver uses: `enum netdev_stat_type`. */
export type PcpuStatKind = 'none' | 'lstats' | 'tstats' | 'dstats';

/** Packets and octets, whichever way they went. */
export interface LStatsSnapshot {
  /** Packets. */
  readonly packets: bigint;
  /** Their octets. */
  readonly bytes: bigint;
}

/**
 * Counters of a device whose packets go one way.
 *
 * C twin: `struct pcpu_lstats` and `dev_lstats_add` (include/linux/netdevice.h). One slot for each CPU; nothing is
 * counted before the device is registered, nor once it has gone: the sums are 0 then.
 *
 * @remarks
 * # Invariants
 *
 * The raw device declares LSTATS, so its counters have that layout.
 */
export class LStats {
  readonly #raw: net_device;

  /** @internal */
  constructor(raw: net_device) {
    // INVARIANT: made by declareStatsUnsafe alone, which declares this kind; the record outlives its handles as garbage does.
    this.#raw = raw;
  }

  /**
   * Counts a packet.
   *
   * @param len - its octets
   * @throws RangeError: it is no integer of 32 bits; nothing is counted
   */
  add(len: number): void {
    // SAFETY: the device declares LSTATS by this class's invariant, and the length is one.
    this.#raw.kernel.dev_lstats_add(this.#raw, unsigned('len', len));
  }

  /** The sums over all CPUs, taken at one moment. */
  read(): LStatsSnapshot {
    const sums = new BigUint64Array(2);
    // SAFETY: the device declares LSTATS by this class's invariant.
    this.#raw.kernel.dev_lstats_read(this.#raw, sums);
    return { packets: sums[0] ?? 0n, bytes: sums[1] ?? 0n };
  }
}

/** Packets and octets, each way. */
export interface TStatsSnapshot {
  /** Packets that came in. */
  readonly rxPackets: bigint;
  /** Their octets. */
  readonly rxBytes: bigint;
  /** Packets that went out. */
  readonly txPackets: bigint;
  /** Their octets. */
  readonly txBytes: bigint;
}

/**
 * Counters of a device whose packets go both ways. The core reports them by itself, without `getStats64`.
 *
 * C twin: `struct pcpu_sw_netstats` and `dev_sw_netstats_rx_add` (include/linux/netdevice.h). One slot for each CPU; nothing
 * is counted before the device is registered, nor once it has gone: the sums are 0 then.
 *
 * @remarks
 * # Invariants
 *
 * The raw device declares TSTATS, so its counters have that layout.
 */
export class TStats {
  readonly #raw: net_device;

  /** @internal */
  constructor(raw: net_device) {
    // INVARIANT: made by declareStatsUnsafe alone, which declares this kind; the record outlives its handles as garbage does.
    this.#raw = raw;
  }

  /**
   * Counts a packet that came in.
   *
   * @param len - its octets
   * @throws RangeError: it is no integer of 32 bits; nothing is counted
   */
  rxAdd(len: number): void {
    // SAFETY: the device declares TSTATS by this class's invariant, and the length is one.
    this.#raw.kernel.dev_sw_netstats_rx_add(this.#raw, unsigned('len', len));
  }

  /**
   * Counts packets that went out.
   *
   * @param len - their octets, together
   * @param packets - how many
   * @throws RangeError: either is no integer of 32 bits; nothing is counted
   */
  txAdd(len: number, packets = 1): void {
    // SAFETY: the device declares TSTATS by this class's invariant, and both are numbers that C's parameters hold.
    this.#raw.kernel.dev_sw_netstats_tx_add(this.#raw, unsigned('packets', packets), unsigned('len', len));
  }

  /** The sums over all CPUs, taken at one moment. */
  read(): TStatsSnapshot {
    const sums = new BigUint64Array(4);
    // SAFETY: the device declares TSTATS by this class's invariant.
    this.#raw.kernel.dev_fetch_sw_netstats(this.#raw, sums);
    return { rxPackets: sums[0] ?? 0n, rxBytes: sums[1] ?? 0n, txPackets: sums[2] ?? 0n, txBytes: sums[3] ?? 0n };
  }
}

/** Packets, octets and drops, each way. */
export interface DStatsSnapshot extends TStatsSnapshot {
  /** Packets that came in and were dropped. */
  readonly rxDrops: bigint;
  /** Packets that were to go out and were dropped. */
  readonly txDrops: bigint;
}

/**
 * Counters of a device that also drops packets, each way. The core reports them by itself, without `getStats64`.
 *
 * C twin: `struct pcpu_dstats` and `dev_dstats_rx_add` (include/linux/netdevice.h). One slot for each CPU; nothing
 * is counted before the device is registered, nor once it has gone: the sums are 0 then.
 *
 * @remarks
 * # Invariants
 *
 * The raw device declares DSTATS, so its counters have that layout.
 */
export class DStats {
  readonly #raw: net_device;

  /** @internal */
  constructor(raw: net_device) {
    // INVARIANT: made by declareStatsUnsafe alone, which declares this kind; the record outlives its handles as garbage does.
    this.#raw = raw;
  }

  /**
   * Counts a packet that came in.
   *
   * @param len - its octets
   * @throws RangeError: it is no integer of 32 bits; nothing is counted
   */
  rxAdd(len: number): void {
    // SAFETY: the device declares DSTATS by this class's invariant, and the length is one.
    this.#raw.kernel.dev_dstats_rx_add(this.#raw, unsigned('len', len));
  }

  /** Counts a packet that came in and was dropped. */
  rxDropped(): void {
    // SAFETY: the device declares DSTATS by this class's invariant.
    this.#raw.kernel.dev_dstats_rx_dropped(this.#raw);
  }

  /**
   * Counts a packet that went out.
   *
   * @param len - its octets
   * @throws RangeError: it is no integer of 32 bits; nothing is counted
   */
  txAdd(len: number): void {
    // SAFETY: the device declares DSTATS by this class's invariant, and the length is one.
    this.#raw.kernel.dev_dstats_tx_add(this.#raw, unsigned('len', len));
  }

  /** Counts a packet that was to go out and was dropped. */
  txDropped(): void {
    // SAFETY: the device declares DSTATS by this class's invariant.
    this.#raw.kernel.dev_dstats_tx_dropped(this.#raw);
  }

  /** The sums over all CPUs, taken at one moment. */
  read(): DStatsSnapshot {
    const sums = new BigUint64Array(6);
    // SAFETY: the device declares DSTATS by this class's invariant.
    this.#raw.kernel.dev_fetch_dstats(this.#raw, sums);
    return {
      rxPackets: sums[0] ?? 0n,
      rxBytes: sums[1] ?? 0n,
      rxDrops: sums[2] ?? 0n,
      txPackets: sums[3] ?? 0n,
      txBytes: sums[4] ?? 0n,
      txDrops: sums[5] ?? 0n,
    };
  }
}

/** The handle that a declared kind of counters gives, and no other. */
export interface PcpuStats {
  /** No counters. */
  readonly none: undefined;
  /** Of packets that go one way. */
  readonly lstats: LStats;
  /** Of packets that go both ways. */
  readonly tstats: TStats;
  /** The same, and of drops. */
  readonly dstats: DStats;
}

/** The raw number of each kind. */
const KINDS: Readonly<Record<PcpuStatKind, netdev_stat_type>> = {
  none: NETDEV_PCPU_STAT.NONE,
  lstats: NETDEV_PCPU_STAT.LSTATS,
  tstats: NETDEV_PCPU_STAT.TSTATS,
  dstats: NETDEV_PCPU_STAT.DSTATS,
};

/**
 * Declares a device's counters and makes the handle on them.
 *
 * # Safety
 *
 * - `raw` is in its setup phase: not registered, its counters not allocated.
 * - It is called once for a device.
 *
 * @throws TypeError when there is no such kind
 */
export function declareStatsUnsafe<K extends PcpuStatKind>(raw: net_device, kind: K): PcpuStats[K] {
  if (!Object.hasOwn(KINDS, kind)) throw new TypeError(`pcpuStats: expected ${Object.keys(KINDS).join(', ')}, got ${kind}`);
  raw.pcpu_stat_type = KINDS[kind];
  const handles: PcpuStats = {
    none: undefined,
    lstats: new LStats(raw),
    tstats: new TStats(raw),
    dstats: new DStats(raw),
  };
  return handles[kind];
}

/** What C's `unsigned int` holds. One comparison: it is asked for every packet. */
function unsigned(label: string, value: number): number {
  if (value === value >>> 0) return value;
  throw new RangeError(`${label}: expected an integer from 0 to 4294967295, got ${String(value)}`);
}
