/** No packet may be longer: what claims to be is malformed. */
export const LONGEST_PACKET = 0x100_0000;

/** Nor may a block that is looked into: one with the longest packet has room for a mebibyte of options. */
export const LONGEST_BLOCK: number = LONGEST_PACKET + 0x10_0000;

/**
 * A file format: knows where blocks end and what is in them, not where octets come from.
 */
export interface CaptureFormat {
  /** After {@link step} gave 0: how many octets must be there for it to get on. Only grows until a block is done. */
  readonly needed: number;
  /** After {@link step} gave -1: what is wrong. */
  readonly message: string;

  /**
   * Looks at what starts at an offset.
   *
   * @param bytes - what holds it
   * @param view - the same octets
   * @param at - where it starts
   * @param available - octets of it that are there
   * @returns the length of the block, which was passed on, or if it is more than `available` is to be skipped; 0 when more
   * octets are needed; -1 when it is malformed
   */
  step(bytes: Uint8Array, view: DataView, at: number, available: number): number;
}
