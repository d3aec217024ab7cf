/**
 * What is counted for a device, in the kernel's own terms.
 *
 * C twin: `struct rtnl_link_stats64` (include/uapi/linux/if_link.h).
 */
export interface LinkStats64 {
  /** Packets that came in and were good. */
  readonly rxPackets: bigint;
  /** Packets that went out. */
  readonly txPackets: bigint;
  /** Octets of {@link rxPackets}. */
  readonly rxBytes: bigint;
  /** Octets of {@link txPackets}. */
  readonly txBytes: bigint;
  /** Packets that came in and were bad, of all kinds. */
  readonly rxErrors: bigint;
  /** Packets that could not be sent, of all kinds. */
  readonly txErrors: bigint;
  /** Packets that came in and for which there was no room or no use. */
  readonly rxDropped: bigint;
  /** Packets that were to go out and for which there was no room. */
  readonly txDropped: bigint;
  /** Multicast packets that came in. */
  readonly multicast: bigint;
  /** Collisions while sending. */
  readonly collisions: bigint;
  /** Of {@link rxErrors}: of a length that cannot be. */
  readonly rxLengthErrors: bigint;
  /** Of {@link rxErrors}: more came than the ring could hold. */
  readonly rxOverErrors: bigint;
  /** Of {@link rxErrors}: the checksum was wrong. */
  readonly rxCrcErrors: bigint;
  /** Of {@link rxErrors}: not aligned to octets. */
  readonly rxFrameErrors: bigint;
  /** Of {@link rxErrors}: the queue of the device overran. */
  readonly rxFifoErrors: bigint;
  /** Packets that the device missed, as the host was too slow. */
  readonly rxMissedErrors: bigint;
  /** Of {@link txErrors}: given up, such as after too many collisions. */
  readonly txAbortedErrors: bigint;
  /** Of {@link txErrors}: the carrier was lost. */
  readonly txCarrierErrors: bigint;
  /** Of {@link txErrors}: the queue of the device ran empty. */
  readonly txFifoErrors: bigint;
  /** Of {@link txErrors}: no heartbeat came. */
  readonly txHeartbeatErrors: bigint;
  /** Of {@link txErrors}: a collision came late. */
  readonly txWindowErrors: bigint;
  /** Compressed packets that came in. */
  readonly rxCompressed: bigint;
  /** Compressed packets that went out. */
  readonly txCompressed: bigint;
  /** Packets that came in and that no protocol wanted. */
  readonly rxNohandler: bigint;
  /** Packets that came in for another host. */
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
  let at = 0;
  const next = (): bigint => storage[at++] ?? 0n;
  // In the order of the struct: each takes the next counter.
  return {
    rxPackets: next(),
    txPackets: next(),
    rxBytes: next(),
    txBytes: next(),
    rxErrors: next(),
    txErrors: next(),
    rxDropped: next(),
    txDropped: next(),
    multicast: next(),
    collisions: next(),
    rxLengthErrors: next(),
    rxOverErrors: next(),
    rxCrcErrors: next(),
    rxFrameErrors: next(),
    rxFifoErrors: next(),
    rxMissedErrors: next(),
    txAbortedErrors: next(),
    txCarrierErrors: next(),
    txFifoErrors: next(),
    txHeartbeatErrors: next(),
    txWindowErrors: next(),
    rxCompressed: next(),
    txCompressed: next(),
    rxNohandler: next(),
    rxOtherhostDropped: next(),
  };
}
