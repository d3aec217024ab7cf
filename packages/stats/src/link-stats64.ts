/**
 * What is counted for a device, in the kernel's own terms.
 *
 * C twin: `struct rtnl_link_stats64` (include/uapi/linux/if_link.h).
 */
export interface LinkStats64 {
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxErrors: bigint;
  readonly txErrors: bigint;
  readonly rxDropped: bigint;
  readonly txDropped: bigint;
  readonly multicast: bigint;
  readonly collisions: bigint;
  readonly rxLengthErrors: bigint;
  readonly rxOverErrors: bigint;
  readonly rxCrcErrors: bigint;
  readonly rxFrameErrors: bigint;
  readonly rxFifoErrors: bigint;
  readonly rxMissedErrors: bigint;
  readonly txAbortedErrors: bigint;
  readonly txCarrierErrors: bigint;
  readonly txFifoErrors: bigint;
  readonly txHeartbeatErrors: bigint;
  readonly txWindowErrors: bigint;
  readonly rxCompressed: bigint;
  readonly txCompressed: bigint;
  readonly rxNohandler: bigint;
  readonly rxOtherhostDropped: bigint;
}

/** The counters in the order of the UAPI struct. */
const ORDER: ReadonlyArray<keyof LinkStats64> = [
  'rxPackets',
  'txPackets',
  'rxBytes',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
  'multicast',
  'collisions',
  'rxLengthErrors',
  'rxOverErrors',
  'rxCrcErrors',
  'rxFrameErrors',
  'rxFifoErrors',
  'rxMissedErrors',
  'txAbortedErrors',
  'txCarrierErrors',
  'txFifoErrors',
  'txHeartbeatErrors',
  'txWindowErrors',
  'rxCompressed',
  'txCompressed',
  'rxNohandler',
  'rxOtherhostDropped',
];

/**
 * Writes counters into the layout of `struct rtnl_link_stats64`; those that are left out stay as they are.
 *
 * @param storage - 25 counters
 * @param stats - what is known
 */
export function writeLinkStats64(storage: BigUint64Array, stats: Partial<LinkStats64>): void {
  for (const [at, name] of ORDER.entries()) {
    const value = stats[name];
    if (value !== undefined) storage[at] = value;
  }
}

/**
 * Reads counters out of the layout of `struct rtnl_link_stats64`.
 *
 * @param storage - 25 counters; those that a shorter array lacks are 0
 */
export function readLinkStats64(storage: BigUint64Array): LinkStats64 {
  const entries = ORDER.map((name, at) => [name, storage[at] ?? 0n] as const);
  // CAST: ORDER lists every key of LinkStats64 once, which a test holds it to.
  return Object.fromEntries(entries) as unknown as LinkStats64;
}
