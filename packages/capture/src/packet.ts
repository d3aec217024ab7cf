import type { RawOption, TypedOctets } from './raw-option.ts';

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
  /** A number that the packet also has where it was captured elsewhere. */
  readonly packetId?: number | bigint;
  /** The queue of the interface. */
  readonly queue?: number;
  /** Its hashes; the type is the algorithm. */
  readonly hashes?: readonly TypedOctets[];
  /** What was decided about it; the type is who did. The 64-bit verdicts of Linux (types 1 and 2) are little-endian. */
  readonly verdicts?: readonly TypedOctets[];
  /** Other options; integers in them are little-endian. */
  readonly options?: readonly RawOption[];
}

/** A packet of a capture, in its own array. */
export interface CapturedPacket extends Packet {
  /** The section of the file, counted from 0. */
  readonly section: number;
  /** The interface, by its number in the section. */
  readonly interfaceId: number;
  /** What the packet begins with: a `LinkType`. */
  readonly linkType: number;
  /** Its length in octets before it was cut. */
  readonly originalLength: number;
  /** `epb_flags`; its lowest two bits are a `Direction`. */
  readonly flags: number;
  /** Sentences about the packet. */
  readonly comments: readonly string[];
  /** Other options; integers in them are in the byte order of the section. */
  readonly options?: readonly RawOption[];
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
