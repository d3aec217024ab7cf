/**
 * Takes one datagram.
 *
 * @param bytes - what holds it; the octets in front of it, as many as {@link Source.headroom} says, may be overwritten
 * @param offset - where it starts
 * @param length - octets of it
 * @param info - what is known of it: one record for all
 */
export type SourceHandler = (bytes: Uint8Array, offset: number, length: number, info: SourceInfo) => void;

/** What is known of a packet beside its octets. */
export interface SourceInfo {
  /** When: whole seconds since 1970. */
  readonly sec: number;
  /** When: nanoseconds more. */
  readonly nsec: number;
  /** The netlink protocol, or the Ethertype. */
  readonly protocol: number;
  /** `PACKET_*`. */
  readonly pktType: number;
  /** Its length before it was cut. */
  readonly origLength: number;
}

/** Packets that come by themselves. */
export interface Source extends Disposable {
  /** What it is called. */
  readonly name: string;
  /** More about it. */
  readonly description: string;
  /** What its packets begin with: a `LinkType`. Those of netlink come without the header that captures give them. */
  readonly linkType: number;
  /** How many octets in front of each packet the handler may overwrite. */
  readonly headroom: number;
  /** Whether {@link drain} has something now. */
  readonly readable: boolean;
  /** How many packets have come that {@link drain} has not shown yet. Some may be where it does not see them before a while. */
  readonly pending: number;
  /** How many packets were lost since the beginning. */
  readonly drops: number;
  /**
   * Waits until there is something.
   *
   * @param signal - ends the wait
   */
  waitReadable(signal: AbortSignal): Promise<void>;
  /**
   * Shows what there is, or a part of it.
   *
   * @returns whether the source has ended: its interface is gone
   */
  drain(handler: SourceHandler): boolean;
}
