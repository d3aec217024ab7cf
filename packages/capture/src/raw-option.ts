/** An option of pcapng that this package has no member for, as it stands in the file. */
export interface RawOption {
  /** Its code. */
  readonly code: number;
  /** Its value; integers in it are in the byte order of the section. */
  readonly bytes: Uint8Array;
}

/** A value that begins by saying of which kind it is. */
export interface TypedOctets {
  /** Which kind: the number that pcapng gives it. */
  readonly type: number;
  /** The value. */
  readonly bytes: Uint8Array;
}
