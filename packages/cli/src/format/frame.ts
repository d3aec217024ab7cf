/** A captured datagram, as formatters take it. One object may serve frame after frame. */
export interface Frame {
  /** Its number in the capture, from 1. */
  readonly number: number;
  /** When: whole seconds since 1970. */
  readonly seconds: number;
  /** When: 0 to 999 999 999 nanoseconds more. */
  readonly nanoseconds: number;
  /** The name of the interface. */
  readonly interface: string;
  /** The netlink protocol, or the ethertype of what was sent into the device otherwise. */
  readonly protocol: number;
  /** What holds the datagram. */
  readonly bytes: Uint8Array;
  /** Where it starts. */
  readonly offset: number;
  /** Its length in octets, as far as it was captured. */
  readonly length: number;
}

/** Makes text of frames. */
export interface Formatter {
  /**
   * The lines of a frame, each with its newline: one for every message in it.
   *
   * @param frame - whatever it holds, this does not throw
   */
  format(frame: Frame): string;
}
