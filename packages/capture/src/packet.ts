/** Which way a packet went, as seen from the interface. */
export const Direction = {
  /** Not said. */
  UNKNOWN: 0,
  /** Received. */
  IN: 1,
  /** Sent. */
  OUT: 2,
} as const;

/** A packet in its own array: the convenient form. Times are since 1970. */
export interface Packet {
  /**
   * The interface, by number.
   *
   * @defaultValue 0
   */
  readonly interfaceId?: number;
  /** When: whole seconds. */
  readonly seconds: number;
  /** When: 0 to 999 999 999 nanoseconds more. */
  readonly nanoseconds: number;
  /** The octets as the interface's link type has them; or, with {@link protocol}, a netlink datagram without a header. */
  readonly bytes: Uint8Array;
  /** The netlink family. Given, the header of `LinkType.NETLINK` is put before {@link bytes}. */
  readonly protocol?: number;
  /**
   * The packet's length in octets before it was cut.
   *
   * @defaultValue that of {@link bytes}
   */
  readonly originalLength?: number;
  /**
   * The flags word of pcapng (`epb_flags`); its lowest two bits are a `Direction`.
   *
   * @defaultValue 0
   */
  readonly flags?: number;
  /** Sentences about the packet. */
  readonly comments?: readonly string[];
  /** How many packets of the interface were lost between the one before and this one. */
  readonly dropCount?: number | bigint;
}

/**
 * Refuses a part that is not inside its array.
 *
 * @throws RangeError
 */
export function checkPart(bytes: Uint8Array, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= bytes.length) return;
  throw new RangeError(
    `packet: expected a part of ${String(bytes.length)} octets, got ${String(length)} from ${String(offset)}`,
  );
}
