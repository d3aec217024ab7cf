/** Codes of up to so many bits are found with one look: 2 KiB of table. Longer ones are rare by their nature. */
const ROOT_BITS = 10;

const LONGEST_CODE = 15;
const MOST_SYMBOLS = 288;

/** The part of the next bits that {@link HuffmanTable.root} is indexed with. */
export const ROOT_MASK: number = (1 << ROOT_BITS) - 1;

/**
 * A Huffman code of deflate (RFC 1951, section 3.2.2): from the bits that come next, lowest first, to a symbol.
 *
 * Both look-ups give `symbol << 4 | length of the code`, or 0 where no code is.
 */
export class HuffmanTable {
  /** Entries of the codes that fit, by the lowest bits of what comes next. */
  readonly root: Uint16Array = new Uint16Array(1 << ROOT_BITS);
  // How many codes there are of each length.
  readonly #counts = new Uint16Array(LONGEST_CODE + 1);
  // Symbols in the order of their codes, and where those of each length start.
  readonly #symbols = new Uint16Array(MOST_SYMBOLS);
  readonly #offsets = new Uint16Array(LONGEST_CODE + 2);

  /**
   * Makes the code that a list of lengths means.
   *
   * @param lengths - the length of each symbol's code in bits; 0 for a symbol that has none
   * @param start - where the list starts
   * @param end - where it ends
   * @returns whether it is one: neither more codes than there can be, nor fewer, but for a single one of one bit or none
   */
  build(lengths: Uint8Array, start: number, end: number): boolean {
    const counts = this.#counts.fill(0);
    for (let at = start; at < end; at++) {
      const length = lengths[at] ?? 0;
      if (length !== 0) counts[length] = (counts[length] ?? 0) + 1;
    }
    let unused = 1;
    let longest = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      const count = counts[length] ?? 0;
      unused = 2 * unused - count;
      if (unused < 0) return false;
      if (count > 0) longest = length;
    }
    if (unused > 0 && longest > 1) return false;
    this.#sort(lengths, start, end);
    this.#fillRoot();
    return true;
  }

  /**
   * Finds a code that is not in {@link root}.
   *
   * @param bits - what comes next, at least 15 bits
   */
  long(bits: number): number {
    const counts = this.#counts;
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= bits & 1;
      bits >>>= 1;
      const count = counts[length] ?? 0;
      if (code - first < count) return ((this.#symbols[index + code - first] ?? 0) << 4) | length;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return 0;
  }

  #sort(lengths: Uint8Array, start: number, end: number): void {
    const offsets = this.#offsets;
    offsets[1] = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      offsets[length + 1] = (offsets[length] ?? 0) + (this.#counts[length] ?? 0);
    }
    for (let at = start; at < end; at++) {
      const length = lengths[at] ?? 0;
      if (length === 0) continue;
      const place = offsets[length] ?? 0;
      this.#symbols[place] = at - start;
      offsets[length] = place + 1;
    }
  }

  #fillRoot(): void {
    const root = this.root.fill(0);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= ROOT_BITS; length++) {
      const count = this.#counts[length] ?? 0;
      for (let i = 0; i < count; i++) {
        const entry = ((this.#symbols[index++] ?? 0) << 4) | length;
        // Codes are written highest bit first, but bits come lowest first.
        for (let at = reversed(code++, length); at < root.length; at += 1 << length) root[at] = entry;
      }
      code <<= 1;
    }
  }
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}
