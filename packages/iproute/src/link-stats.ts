import { rtnl_link_stats, rtnl_link_stats64 } from '@netdevkit/bindings';

const MEMBERS = rtnl_link_stats64.FIELDS;

/**
 * What a kernel counted for a link.
 *
 * C twin: `struct rtnl_link_stats64` (include/uapi/linux/if_link.h).
 */
export interface LinkStats {
  /** Packets received. */
  readonly rxPackets: bigint;
  /** Packets sent. */
  readonly txPackets: bigint;
  /** Octets received. */
  readonly rxBytes: bigint;
  /** Octets sent. */
  readonly txBytes: bigint;
  /** Bad packets received. */
  readonly rxErrors: bigint;
  /** Packets that could not be sent. */
  readonly txErrors: bigint;
  /** Packets received and not processed. */
  readonly rxDropped: bigint;
  /** Packets dropped on their way out. */
  readonly txDropped: bigint;
  /** Multicast packets received. */
  readonly multicast: bigint;
  /** Collisions while sending. */
  readonly collisions: bigint;
  /** Packets received of a wrong length. */
  readonly rxLengthErrors: bigint;
  /** Packets lost to an overrun of the device's ring. */
  readonly rxOverErrors: bigint;
  /** Packets received with a wrong checksum. */
  readonly rxCrcErrors: bigint;
  /** Packets received out of alignment. */
  readonly rxFrameErrors: bigint;
  /** Packets lost to an overrun of the receiver's FIFO. */
  readonly rxFifoErrors: bigint;
  /** Packets that the host missed. */
  readonly rxMissedErrors: bigint;
  /** Sending aborted. */
  readonly txAbortedErrors: bigint;
  /** Carrier lost while sending. */
  readonly txCarrierErrors: bigint;
  /** Underruns of the sender's FIFO. */
  readonly txFifoErrors: bigint;
  /** Heartbeat errors of old Ethernet. */
  readonly txHeartbeatErrors: bigint;
  /** Late collisions. */
  readonly txWindowErrors: bigint;
  /** Compressed packets received. */
  readonly rxCompressed: bigint;
  /** Compressed packets sent. */
  readonly txCompressed: bigint;
  /** Packets for which no protocol was interested. */
  readonly rxNohandler: bigint;
  /** Packets for another host; 0 from kernels before 5.19. */
  readonly rxOtherhostDropped: bigint;
}

/**
 * Reads counters of 64 bits each.
 *
 * @param octets - a `struct rtnl_link_stats64`, of this kernel or an older one, which lacks the last members: those are 0
 */
export function readLinkStats(octets: Uint8Array): LinkStats {
  const whole = octets.length >= rtnl_link_stats64.SIZE ? octets : padded(octets, rtnl_link_stats64.SIZE);
  return countersAt(new DataView(whole.buffer, whole.byteOffset, rtnl_link_stats64.SIZE), 0);
}

/** Counters of 64 bits each, all of which are there. */
export function countersAt(view: DataView, at: number): LinkStats {
  return {
    rxPackets: counter(view, at + MEMBERS.rx_packets.offset),
    txPackets: counter(view, at + MEMBERS.tx_packets.offset),
    rxBytes: counter(view, at + MEMBERS.rx_bytes.offset),
    txBytes: counter(view, at + MEMBERS.tx_bytes.offset),
    rxErrors: counter(view, at + MEMBERS.rx_errors.offset),
    txErrors: counter(view, at + MEMBERS.tx_errors.offset),
    rxDropped: counter(view, at + MEMBERS.rx_dropped.offset),
    txDropped: counter(view, at + MEMBERS.tx_dropped.offset),
    multicast: counter(view, at + MEMBERS.multicast.offset),
    collisions: counter(view, at + MEMBERS.collisions.offset),
    rxLengthErrors: counter(view, at + MEMBERS.rx_length_errors.offset),
    rxOverErrors: counter(view, at + MEMBERS.rx_over_errors.offset),
    rxCrcErrors: counter(view, at + MEMBERS.rx_crc_errors.offset),
    rxFrameErrors: counter(view, at + MEMBERS.rx_frame_errors.offset),
    rxFifoErrors: counter(view, at + MEMBERS.rx_fifo_errors.offset),
    rxMissedErrors: counter(view, at + MEMBERS.rx_missed_errors.offset),
    txAbortedErrors: counter(view, at + MEMBERS.tx_aborted_errors.offset),
    txCarrierErrors: counter(view, at + MEMBERS.tx_carrier_errors.offset),
    txFifoErrors: counter(view, at + MEMBERS.tx_fifo_errors.offset),
    txHeartbeatErrors: counter(view, at + MEMBERS.tx_heartbeat_errors.offset),
    txWindowErrors: counter(view, at + MEMBERS.tx_window_errors.offset),
    rxCompressed: counter(view, at + MEMBERS.rx_compressed.offset),
    txCompressed: counter(view, at + MEMBERS.tx_compressed.offset),
    rxNohandler: counter(view, at + MEMBERS.rx_nohandler.offset),
    rxOtherhostDropped: counter(view, at + MEMBERS.rx_otherhost_dropped.offset),
  };
}

/**
 * Reads counters of 32 bits each: what a kernel sends that has no others.
 *
 * @param octets - a `struct rtnl_link_stats`, whose members are those of the wide one in the same order, but the last
 */
export function readLinkStats32(octets: Uint8Array): LinkStats {
  const wide = new Uint8Array(rtnl_link_stats64.SIZE);
  const to = new DataView(wide.buffer);
  const from = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const count = Math.min(octets.length, rtnl_link_stats.SIZE) >> 2;
  for (let i = 0; i < count; i++) to.setUint32(8 * i, from.getUint32(4 * i, true), true);
  return readLinkStats(wide);
}

/** Most counters are 0, which is then one value for all: a `bigint` read out of octets is an object of its own. */
function counter(view: DataView, at: number): bigint {
  return (view.getUint32(at, true) | view.getUint32(at + 4, true)) === 0 ? 0n : view.getBigUint64(at, true);
}

function padded(octets: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  // A member that is there in part counts as not there.
  whole.set(octets.subarray(0, octets.length & ~7));
  return whole;
}
