import { HuffmanTable, ROOT_MASK } from './huffman.ts';

/** How far back a match can reach. */
const WINDOW = 0x8000;
/** What is kept for matches, and what is collected before it is passed on. */
const CAPACITY = WINDOW + 0x1_0000;
const LONGEST_MATCH = 258;
/** No symbol with its extra bits, and none that ends a block, needs more octets to be there. */
const LOOK_AHEAD = 8;

const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;

// RFC 1951, section 3.2.5: what the symbols from FIRST_LENGTH on mean, and those of distances.
const LENGTH_BASE = Uint16Array.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258);
const LENGTH_EXTRA = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const DISTANCE_BASE = Uint16Array.of(
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
);
const DISTANCE_EXTRA = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13);
/** The order in which a block says the lengths of the code for code lengths. */
const ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

/** What a block is made of. */
const State = { HEAD: 0, STORED: 1, CODES: 2, END: 3 } as const;

/** Takes what was decompressed: a part of an array that is used again. */
export type InflateOutput = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Decompresses deflate data (RFC 1951) as it comes, in constant memory.
 *
 * It reads from its caller's buffer and never keeps octets that it has not used: they must be handed in again with more
 * behind them. That takes room for the head of a block, which has at most 600 octets.
 */
export class Inflater {
  /** After {@link run} gave -1: what is wrong. */
  message = '';
  readonly #output: InflateOutput;
  readonly #window = new Uint8Array(CAPACITY);
  readonly #codes = new HuffmanTable();
  readonly #distances = new HuffmanTable();
  #fixedCodes: HuffmanTable | undefined;
  #fixedDistances: HuffmanTable | undefined;
  readonly #lengths = new Uint8Array(320);
  #state: number = State.HEAD;
  #last = false;
  #fixed = false;
  #stored = 0;
  // Where the next octet goes in the window, and how far it was passed on.
  #at = 0;
  #passed = 0;
  // What comes next: fewer than 8 bits between two calls of `run`.
  #bits = 0;
  #count = 0;
  #position = 0;
  #end = 0;

  constructor(output: InflateOutput) {
    this.#output = output;
  }

  /** Whether the data has ended. */
  get done(): boolean {
    return this.#state === State.END;
  }

  /** Starts afresh. */
  reset(): void {
    this.#state = State.HEAD;
    this.#last = false;
    this.#at = 0;
    this.#passed = 0;
    this.#bits = 0;
    this.#count = 0;
  }

  /**
   * Decompresses what is there.
   *
   * @param bytes - what holds the data
   * @param start - where the data goes on
   * @param end - where it ends, for now
   * @param final - whether nothing will follow
   * @returns where what was used ends; -1 when the data is malformed
   */
  run(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    this.#position = start;
    this.#end = end;
    let going = true;
    while (going && this.#state !== State.END) {
      if (this.#state === State.HEAD) going = this.#head(bytes);
      else if (this.#state === State.STORED) going = this.#copyStored(bytes);
      else going = this.#decode(bytes, final);
    }
    this.#pass();
    if (this.message !== '') return -1;
    this.#giveBack();
    return this.#position;
  }

  /** Passes on what is new. */
  #pass(): void {
    const from = this.#passed;
    this.#passed = this.#at;
    if (from < this.#at) this.#output(this.#window, from, this.#at);
  }

  /** Makes room in the window: keeps what matches can reach. */
  #slide(): void {
    this.#pass();
    this.#window.copyWithin(0, this.#at - WINDOW, this.#at);
    this.#at = WINDOW;
    this.#passed = WINDOW;
  }

  /** Gives back what was fetched but not used, but for the rest of an octet. */
  #giveBack(): void {
    this.#position -= this.#count >> 3;
    this.#count &= 7;
    this.#bits &= (1 << this.#count) - 1;
  }

  #fail(message: string): false {
    this.message = message;
    return false;
  }

  /** Takes bits, at most 16; -1 when they are not there. */
  #take(bytes: Uint8Array, count: number): number {
    while (this.#count < count) {
      if (this.#position === this.#end) return -1;
      this.#bits |= (bytes[this.#position++] ?? 0) << this.#count;
      this.#count += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  /** Reads the head of a block, all of it or nothing. */
  #head(bytes: Uint8Array): boolean {
    if (this.#last) {
      this.#state = State.END;
      return false;
    }
    const position = this.#position;
    const bits = this.#bits;
    const count = this.#count;
    const head = this.#take(bytes, 3);
    const whole = head !== -1 && this.#body(bytes, head >> 1);
    if (whole) {
      this.#last = (head & 1) === 1;
      return true;
    }
    this.#position = position;
    this.#bits = bits;
    this.#count = count;
    return false;
  }

  #body(bytes: Uint8Array, type: number): boolean {
    if (type === 3) return this.#fail('a block of a type that does not exist');
    if (type === 0) return this.#storedHead(bytes);
    if (type === 2 && !this.#dynamicHead(bytes)) return false;
    this.#fixed = type === 1;
    if (this.#fixed) this.#makeFixed();
    this.#state = State.CODES;
    return true;
  }

  #storedHead(bytes: Uint8Array): boolean {
    this.#take(bytes, this.#count & 7);
    const length = this.#take(bytes, 16);
    const check = this.#take(bytes, 16);
    if (check === -1) return false;
    if (length !== (~check & 0xffff)) return this.#fail('a stored block with two different lengths');
    this.#stored = length;
    this.#state = State.STORED;
    return true;
  }

  #copyStored(bytes: Uint8Array): boolean {
    this.#giveBack();
    while (this.#stored > 0) {
      if (this.#position === this.#end) return false;
      if (this.#at === CAPACITY) this.#slide();
      const length = Math.min(this.#stored, this.#end - this.#position, CAPACITY - this.#at);
      this.#window.set(bytes.subarray(this.#position, this.#position + length), this.#at);
      this.#at += length;
      this.#position += length;
      this.#stored -= length;
    }
    this.#state = State.HEAD;
    return true;
  }

  #makeFixed(): void {
    if (this.#fixedCodes !== undefined) return;
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288);
    this.#fixedCodes = new HuffmanTable();
    this.#fixedCodes.build(lengths, 0, 288);
    this.#fixedDistances = new HuffmanTable();
    this.#fixedDistances.build(new Uint8Array(32).fill(5), 0, 32);
  }

  #dynamicHead(bytes: Uint8Array): boolean {
    const counts = this.#take(bytes, 14);
    if (counts === -1) return false;
    const codes = FIRST_LENGTH + (counts & 31);
    const distances = 1 + ((counts >> 5) & 31);
    const given = 4 + (counts >> 10);
    if (codes > 286 || distances > 30) return this.#fail('a block with more symbols than there are');
    const lengths = this.#lengths.fill(0);
    for (let i = 0; i < given; i++) {
      const length = this.#take(bytes, 3);
      if (length === -1) return false;
      lengths[ORDER[i] ?? 0] = length;
    }
    if (!this.#codes.build(lengths, 0, 19)) return this.#fail('a code for code lengths that is none');
    if (!this.#codeLengths(bytes, codes + distances)) return false;
    if (lengths[END_OF_BLOCK] === 0) return this.#fail('a block that cannot end');
    if (!this.#codes.build(lengths, 0, codes)) return this.#fail('a code for literals that is none');
    if (!this.#distances.build(lengths, codes, codes + distances)) return this.#fail('a code for distances that is none');
    return true;
  }

  #codeLengths(bytes: Uint8Array, total: number): boolean {
    const lengths = this.#lengths;
    let at = 0;
    let previous = -1;
    lengths.fill(0);
    while (at < total) {
      const symbol = this.#symbol(bytes, this.#codes);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[at++] = previous = symbol;
        continue;
      }
      const extra = this.#take(bytes, symbol === 16 ? 2 : symbol === 17 ? 3 : 7);
      if (extra === -1) return false;
      const repeat = extra + (symbol === 18 ? 11 : 3);
      if (symbol !== 16) previous = 0;
      if (previous === -1 || at + repeat > total) return this.#fail('a repeated code length beyond the others');
      lengths.fill(previous, at, at + repeat);
      at += repeat;
    }
    return true;
  }

  /** A symbol of the code for code lengths, which has at most 7 bits; negative when it is not there, or none. */
  #symbol(bytes: Uint8Array, table: HuffmanTable): number {
    for (;;) {
      const entry = table.root[this.#bits & ROOT_MASK] ?? 0;
      const length = entry & 15;
      if (entry !== 0 && length <= this.#count) {
        this.#bits >>>= length;
        this.#count -= length;
        return entry >> 4;
      }
      if (this.#count >= 7) {
        this.#fail('a code length without a code');
        return -1;
      }
      if (this.#position === this.#end) return -1;
      this.#bits |= (bytes[this.#position++] ?? 0) << this.#count;
      this.#count += 8;
    }
  }

  /**
   * Decodes symbols until the block ends or too little is there.
   *
   * One long function: state in locals is what makes it fast. Bits are fetched ahead, 16 at a time, where fewer than 16 are left;
   * no code with its extra bits needs more than two of those.
   */
  #decode(bytes: Uint8Array, final: boolean): boolean {
    const codes = (this.#fixed ? this.#fixedCodes : undefined) ?? this.#codes;
    const distances = (this.#fixed ? this.#fixedDistances : undefined) ?? this.#distances;
    const window = this.#window;
    const end = this.#end;
    const last = final ? end : end - LOOK_AHEAD;
    let position = this.#position;
    let bits = this.#bits;
    let count = this.#count;
    let at = this.#at;
    let whole = at;
    let ended = false;
    let wrong = '';
    while (position - (count >> 3) <= last) {
      if (at > CAPACITY - LONGEST_MATCH) {
        this.#at = at;
        this.#slide();
        at = this.#at;
      }
      whole = at;
      if (count < 16) {
        bits |= ((bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8)) << count;
        position += 2;
        count += 16;
      }
      let entry = codes.root[bits & ROOT_MASK] ?? 0;
      if (entry === 0) entry = codes.long(bits);
      bits >>>= entry & 15;
      count -= entry & 15;
      const symbol = entry >> 4;
      if (symbol < END_OF_BLOCK && entry !== 0) {
        window[at++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        ended = true;
        break;
      }
      const base = LENGTH_BASE[symbol - FIRST_LENGTH];
      if (base === undefined) {
        wrong = 'bits that are no code of a literal or a length';
        break;
      }
      if (count < 16) {
        bits |= ((bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8)) << count;
        position += 2;
        count += 16;
      }
      let extra = LENGTH_EXTRA[symbol - FIRST_LENGTH] ?? 0;
      const length = base + (bits & ((1 << extra) - 1));
      bits >>>= extra;
      count -= extra;
      if (count < 16) {
        bits |= ((bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8)) << count;
        position += 2;
        count += 16;
      }
      entry = distances.root[bits & ROOT_MASK] ?? 0;
      if (entry === 0) entry = distances.long(bits);
      bits >>>= entry & 15;
      count -= entry & 15;
      const least = DISTANCE_BASE[entry >> 4];
      if (entry === 0 || least === undefined) {
        wrong = 'bits that are no code of a distance';
        break;
      }
      if (count < 16) {
        bits |= ((bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8)) << count;
        position += 2;
        count += 16;
      }
      extra = DISTANCE_EXTRA[entry >> 4] ?? 0;
      const distance = least + (bits & ((1 << extra) - 1));
      bits >>>= extra;
      count -= extra;
      if (distance > at) {
        wrong = 'a match that starts before the data';
        break;
      }
      // What overlaps repeats itself, which only an octet at a time does; for short ones that is the quicker way, too.
      if (length >= 24 && distance >= length) {
        window.copyWithin(at, at - distance, at - distance + length);
        at += length;
      } else for (const stop = at + length; at < stop; at++) window[at] = window[at - distance] ?? 0;
    }
    // The last symbol came from bits that are not there: the data is cut off within it.
    if (position - (count >> 3) > end) {
      this.#at = whole;
      this.#position = end;
      this.#count = 0;
      this.#bits = 0;
      return false;
    }
    this.#at = at;
    this.#position = position;
    this.#bits = bits;
    this.#count = count;
    // What was fetched ahead may be beyond the end.
    this.#giveBack();
    if (wrong !== '') return this.#fail(wrong);
    if (ended) this.#state = State.HEAD;
    return ended;
  }
}
