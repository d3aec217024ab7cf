import { crc32 } from './crc32.ts';
import { GzipHeader } from './header.ts';
import { Inflater } from './inflate.ts';

const INPUT = 0x1_0000;
/** What may be left over until more comes: the head of a deflate block has at most 600 octets. */
const LEFT_OVER = 1024;
const TRAILER_LENGTH = 8;

const State = { HEADER: 0, DATA: 1, TRAILER: 2, BETWEEN: 3 } as const;

/** How compressed data ended. */
export interface GunzipEnd {
  /** `complete`: with a whole member; `truncated`: within one; `malformed`: what follows cannot be decompressed. */
  readonly kind: 'complete' | 'truncated' | 'malformed';
  /** What is wrong, as a sentence. */
  readonly message: string;
}

/**
 * Decompresses gzip (RFC 1952) as it comes, in constant memory: any number of members, zeros behind the last.
 *
 * All that can be decompressed of damaged data is, up to the octet where it is cut off or its code makes no sense. That is why
 * it is not the platforms' own: those discard what they had not yet handed out when they fail, and browsers' refuse a second
 * member. (Node 24.21, netlink captures, one thread: 0.5 to 0.8 GB of what comes out per second; zlib 1.3 to 1.5.)
 */
export class Gunzip {
  readonly #output: (bytes: Uint8Array) => boolean;
  readonly #header = new GzipHeader();
  readonly #inflater: Inflater;
  readonly #input = new Uint8Array(INPUT + LEFT_OVER);
  readonly #view = new DataView(this.#input.buffer);
  // How many octets are there, and how many of them were used.
  #length = 0;
  #at = 0;
  #state: number = State.HEADER;
  #checksum = 0;
  #size = 0;
  #message = '';
  #wanted = true;

  /**
   * @param output - takes what was decompressed, in an array that is used again; gives whether more is wanted
   */
  constructor(output: (bytes: Uint8Array) => boolean) {
    this.#output = output;
    this.#inflater = new Inflater((bytes, start, end) => {
      this.#checksum = crc32(bytes, start, end, this.#checksum);
      this.#size = (this.#size + end - start) >>> 0;
      if (this.#wanted) this.#wanted = this.#output(bytes.subarray(start, end));
    });
  }

  /**
   * Takes compressed octets.
   *
   * @param chunk - they are the caller's again when this returns
   * @returns whether more are wanted
   */
  push(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length && this.#going; at += INPUT) {
      const part = chunk.subarray(at, at + INPUT);
      this.#input.set(part, this.#length);
      this.#length += part.length;
      this.#run(false);
    }
    return this.#going;
  }

  /** Decompresses what is left, and says how the data ended. */
  end(): GunzipEnd {
    if (this.#going) this.#run(true);
    if (this.#message !== '') return { kind: 'malformed', message: this.#message };
    if (this.#state === State.BETWEEN || !this.#wanted) return { kind: 'complete', message: '' };
    return { kind: 'truncated', message: 'the gzip data is cut off' };
  }

  get #going(): boolean {
    return this.#wanted && this.#message === '';
  }

  /** Goes through what is there, and keeps what is left. */
  #run(final: boolean): void {
    this.#at = 0;
    while (this.#going && this.#step(final));
    this.#input.copyWithin(0, this.#at, this.#length);
    this.#length -= this.#at;
  }

  /** Goes on in one state; gives whether the next can. */
  #step(final: boolean): boolean {
    switch (this.#state) {
      case State.HEADER:
        return this.#readHeader();
      case State.DATA:
        return this.#inflate(final);
      case State.TRAILER:
        return this.#readTrailer();
      default:
        return this.#seek();
    }
  }

  #readHeader(): boolean {
    const header = this.#header;
    this.#at = header.run(this.#input, this.#at, this.#length);
    this.#message = header.message;
    if (!header.done) return false;
    this.#inflater.reset();
    this.#checksum = 0;
    this.#size = 0;
    this.#state = State.DATA;
    return true;
  }

  #inflate(final: boolean): boolean {
    const at = this.#inflater.run(this.#input, this.#at, this.#length, final);
    if (at === -1) this.#message = this.#inflater.message;
    else this.#at = at;
    if (!this.#inflater.done) return false;
    this.#state = State.TRAILER;
    return true;
  }

  #readTrailer(): boolean {
    const at = this.#at;
    if (this.#length - at < TRAILER_LENGTH) return false;
    this.#at += TRAILER_LENGTH;
    this.#state = State.BETWEEN;
    if (this.#view.getUint32(at, true) !== this.#checksum) this.#message = 'the checksum of the data is another';
    else if (this.#view.getUint32(at + 4, true) !== this.#size) this.#message = 'the length of the data is another';
    return true;
  }

  /** Looks for another member: zeros fill what is written in blocks, such as to a tape. */
  #seek(): boolean {
    while (this.#at < this.#length && this.#input[this.#at] === 0) this.#at++;
    if (this.#at === this.#length) return false;
    this.#header.reset();
    this.#state = State.HEADER;
    return true;
  }
}
