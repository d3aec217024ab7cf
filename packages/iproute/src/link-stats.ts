import { rtnl_link_stats, rtnl_link_stats64 } from '@netdevkit/bindings';

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
  const view = new DataView(whole.buffer, whole.byteOffset, rtnl_link_stats64.SIZE);
  return {
    rxPackets: rtnl_link_stats64.rx_packets(view, 0),
    txPackets: rtnl_link_stats64.tx_packets(view, 0),
    rxBytes: rtnl_link_stats64.rx_bytes(view, 0),
    txBytes: rtnl_link_stats64.tx_bytes(view, 0),
    rxErrors: rtnl_link_stats64.rx_errors(view, 0),
    txErrors: rtnl_link_stats64.tx_errors(view, 0),
    rxDropped: rtnl_link_stats64.rx_dropped(view, 0),
    txDropped: rtnl_link_stats64.tx_dropped(view, 0),
    multicast: rtnl_link_stats64.multicast(view, 0),
    collisions: rtnl_link_stats64.collisions(view, 0),
    rxLengthErrors: rtnl_link_stats64.rx_length_errors(view, 0),
    rxOverErrors: rtnl_link_stats64.rx_over_errors(view, 0),
    rxCrcErrors: rtnl_link_stats64.rx_crc_errors(view, 0),
    rxFrameErrors: rtnl_link_stats64.rx_frame_errors(view, 0),
    rxFifoErrors: rtnl_link_stats64.rx_fifo_errors(view, 0),
    rxMissedErrors: rtnl_link_stats64.rx_missed_errors(view, 0),
    txAbortedErrors: rtnl_link_stats64.tx_aborted_errors(view, 0),
    txCarrierErrors: rtnl_link_stats64.tx_carrier_errors(view, 0),
    txFifoErrors: rtnl_link_stats64.tx_fifo_errors(view, 0),
    txHeartbeatErrors: rtnl_link_stats64.tx_heartbeat_errors(view, 0),
    txWindowErrors: rtnl_link_stats64.tx_window_errors(view, 0),
    rxCompressed: rtnl_link_stats64.rx_compressed(view, 0),
    txCompressed: rtnl_link_stats64.tx_compressed(view, 0),
    rxNohandler: rtnl_link_stats64.rx_nohandler(view, 0),
    rxOtherhostDropped: rtnl_link_stats64.rx_otherhost_dropped(view, 0),
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

function padded(octets: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  // A member that is there in part counts as not there.
  whole.set(octets.subarray(0, octets.length & ~7));
  return whole;
}
