import { NETDEV_PCPU_STAT, type link_stats64, type net_device, type netdev_stat_type } from '@netdevkit/bindings/raw';

/** Counters of one CPU: eight of 8 octets, a cache line. */
export const ROW = 8;

/** How many of a row's counters each kind uses. */
const COUNTERS: Readonly<Record<netdev_stat_type, number>> = {
  [NETDEV_PCPU_STAT.NONE]: 0,
  [NETDEV_PCPU_STAT.LSTATS]: 2,
  [NETDEV_PCPU_STAT.TSTATS]: 4,
  [NETDEV_PCPU_STAT.DSTATS]: 6,
};

/** Where each counter stands in `rtnl_link_stats64`. */
const RX_PACKETS = 0;
const TX_PACKETS = 1;
const RX_BYTES = 2;
const TX_BYTES = 3;
const RX_DROPPED = 6;
const TX_DROPPED = 7;
const RX_NOHANDLER = 23;
const RX_OTHERHOST_DROPPED = 24;

/** The sums of a device's per-CPU counters over the CPUs; zeros for a device that has none. */
export function sumPerCpu(dev: net_device, sums: BigUint64Array): void {
  sums.fill(0n);
  const rows = dev.pcpu_stats;
  if (rows === null) return;
  const counters = Math.min(COUNTERS[dev.pcpu_stat_type], sums.length);
  for (let row = 0; row < rows.length; row += ROW) {
    for (let i = 0; i < counters; i++) sums[i] = (sums[i] ?? 0n) + (rows[row + i] ?? 0n);
  }
}

/**
 * Everything that is counted for a device. From net/core/dev.c:dev_get_stats.
 *
 * @param storage - 25 counters, in the order of `rtnl_link_stats64`
 */
export function devGetStats(dev: net_device, storage: link_stats64): void {
  const fill = dev.netdev_ops?.ndo_get_stats64 ?? null;
  storage.fill(0n);
  if (fill !== null) {
    fill(dev, storage);
  } else if (dev.pcpu_stat_type === NETDEV_PCPU_STAT.TSTATS || dev.pcpu_stat_type === NETDEV_PCPU_STAT.DSTATS) {
    addPerCpu(dev, storage);
  } else {
    // LSTATS has no branch here: a driver that counts with it says in its own operation which way its packets went.
    storage.set(dev.stats);
  }
  const { core_stats: core } = dev;
  add(storage, RX_DROPPED, core[0]);
  add(storage, TX_DROPPED, core[1]);
  add(storage, RX_NOHANDLER, core[2]);
  add(storage, RX_OTHERHOST_DROPPED, core[3]);
}

function addPerCpu(dev: net_device, storage: link_stats64): void {
  const sums = new BigUint64Array(ROW);
  sumPerCpu(dev, sums);
  storage.set(dev.stats);
  add(storage, RX_PACKETS, sums[0]);
  add(storage, RX_BYTES, sums[1]);
  if (dev.pcpu_stat_type === NETDEV_PCPU_STAT.TSTATS) {
    add(storage, TX_PACKETS, sums[2]);
    add(storage, TX_BYTES, sums[3]);
    return;
  }
  add(storage, RX_DROPPED, sums[2]);
  add(storage, TX_PACKETS, sums[3]);
  add(storage, TX_BYTES, sums[4]);
  add(storage, TX_DROPPED, sums[5]);
}

function add(storage: link_stats64, at: number, value: bigint | undefined): void {
  storage[at] = (storage[at] ?? 0n) + (value ?? 0n);
}

/** Indexes of `core_stats`. */
export const CORE_RX_DROPPED = 0;
/** Indexes of `core_stats`. */
export const CORE_TX_DROPPED = 1;
/** Indexes of `core_stats`. */
export const CORE_RX_NOHANDLER = 2;
/** Indexes of `core_stats`. */
export const CORE_RX_OTHERHOST_DROPPED = 3;

/** Counts a packet in `core_stats`. */
export function countCore(dev: net_device, counter: number): void {
  dev.core_stats[counter] = (dev.core_stats[counter] ?? 0n) + 1n;
}
