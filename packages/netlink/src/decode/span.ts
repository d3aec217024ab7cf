/**
 * A message where it stands. `Message`, `MessageCursor` and `PacketCursor` are spans.
 */
export interface MessageSpan {
  /** What holds the message. */
  readonly bytes: Uint8Array;
  /** The same octets. */
  readonly view: DataView;
  /** Where its header starts. */
  readonly offset: number;
  /** How many octets of it are there: fewer than its header says if it was cut off. */
  readonly length: number;
  /** Octets after it, the last of its datagram, that hold no message. */
  readonly trailing?: number;
}
