/** A datagram that was seen just now. */
export interface LivePacket {
  /** Its octets, which stay as they are. */
  readonly bytes: Uint8Array;
  /** The netlink protocol. */
  readonly protocol: number;
  /** When: seconds since the epoch. */
  readonly seconds: number;
  /** Nanoseconds of the second. */
  readonly nanoseconds: number;
  /** Where it was seen: an interface of a written capture. */
  readonly place: string;
  /**
   * Printed instead.
   *
   * @defaultValue the place
   */
  readonly label?: string;
  /** Said of it in a written capture. */
  readonly comments?: readonly string[];
}

/** How much of memory a packet is worth, about. */
export function octetsOf({ bytes }: LivePacket): number {
  return bytes.length + 256;
}
