import { crc32 } from './crc32.ts';

const FIXED_LENGTH = 10;
const DEFLATE = 8;

// RFC 1952, section 2.3.1.
const Flag = { CHECKSUM: 2, EXTRA: 4, NAME: 8, COMMENT: 16, RESERVED: 0xe0 } as const;

/** What the header of a gzip member is made of, in its order. */
const Part = { FIXED: 0, EXTRA_LENGTH: 1, EXTRA: 2, NAME: 3, COMMENT: 4, CHECKSUM: 5, END: 6 } as const;

/** How many octets each part has, or 0 for those that say it themselves. */
const LENGTHS = Uint8Array.of(FIXED_LENGTH, 2, 0, 0, 0, 2);

/**
 * The header of a gzip member (RFC 1952), octet by octet: the names in it may be of any length. Nothing in it is wanted but
 * where it ends.
 */
export class GzipHeader {
  /** What is wrong; empty when nothing is. */
  message = '';
  #part: number = Part.FIXED;
  #flags = 0;
  #index = 0;
  #number = 0;
  #remaining = 0;
  #checksum = 0;

  /** Whether it has ended. */
  get done(): boolean {
    return this.#part === Part.END;
  }

  /** Starts with another member's. */
  reset(): void {
    this.#begin(Part.FIXED);
    this.#checksum = 0;
    this.message = '';
  }

  /**
   * Takes octets until the header ends, or something is wrong.
   *
   * @returns where what was taken ends
   */
  run(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#part !== Part.END && this.message === '') {
      const octet = bytes[at] ?? 0;
      const checked = this.#part !== Part.CHECKSUM;
      this.#take(octet);
      if (checked) this.#checksum = crc32(bytes, at, at + 1, this.#checksum);
      at++;
    }
    return at;
  }

  #take(octet: number): void {
    const index = this.#index++;
    switch (this.#part) {
      case Part.FIXED:
        this.#fixed(index, octet);
        break;
      case Part.EXTRA_LENGTH:
      case Part.CHECKSUM:
        this.#number |= octet << (8 * index);
        break;
      case Part.EXTRA:
        this.#remaining--;
        break;
      default:
        if (octet === 0) this.#next();
        return;
    }
    if (this.#index === LENGTHS[this.#part] || (this.#part === Part.EXTRA && this.#remaining === 0)) this.#next();
  }

  #fixed(index: number, octet: number): void {
    if ((index === 0 && octet !== 0x1f) || (index === 1 && octet !== 0x8b)) this.message = 'no gzip member';
    else if (index === 2 && octet !== DEFLATE) this.message = `compression method ${String(octet)}, not ${String(DEFLATE)}`;
    else if (index === 3) {
      this.#flags = octet;
      if ((octet & Flag.RESERVED) !== 0) this.message = 'a header with flags that do not exist';
    }
  }

  /** Goes on to the next part that this header has. */
  #next(): void {
    const flags = this.#flags;
    const done = this.#part;
    if (done === Part.CHECKSUM && this.#number !== (this.#checksum & 0xffff)) this.message = 'a header with a wrong checksum';
    if (done === Part.EXTRA_LENGTH && this.#number > 0) {
      this.#remaining = this.#number;
      this.#begin(Part.EXTRA);
    } else if (done < Part.EXTRA_LENGTH && (flags & Flag.EXTRA) !== 0) this.#begin(Part.EXTRA_LENGTH);
    else if (done < Part.NAME && (flags & Flag.NAME) !== 0) this.#begin(Part.NAME);
    else if (done < Part.COMMENT && (flags & Flag.COMMENT) !== 0) this.#begin(Part.COMMENT);
    else if (done < Part.CHECKSUM && (flags & Flag.CHECKSUM) !== 0) this.#begin(Part.CHECKSUM);
    else this.#begin(Part.END);
  }

  #begin(part: number): void {
    this.#part = part;
    this.#index = 0;
    this.#number = 0;
  }
}
