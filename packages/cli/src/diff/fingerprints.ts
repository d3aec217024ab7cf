const WORD = 0x1_0000_0000;

/** What is remembered of the messages of a capture: a few octets of each, in the order of conversations. */
export interface Fingerprints {
  /** A number for the lines of each message: equal for equal lines, and hardly ever for others. */
  readonly hashes: Float64Array;
  /** How many lines each message has. */
  readonly lineCounts: Uint32Array;
  /** Where each message stands in the capture, from 0 up. */
  readonly places: Uint32Array;
}

/** Collects fingerprints in the order of the capture. */
export class FingerprintCollector {
  #hashes: Float64Array = new Float64Array(1024);
  #conversations: Uint32Array = new Uint32Array(1024);
  #lineCounts: Uint32Array = new Uint32Array(1024);
  #length = 0;

  /**
   * Adds a message.
   *
   * @param lines - its lines
   * @param conversation - the number of the conversation that it belongs to
   */
  add(lines: readonly string[], conversation: number): void {
    if (this.#length === this.#hashes.length) this.#grow();
    this.#hashes[this.#length] = hashOf(lines);
    this.#conversations[this.#length] = conversation;
    this.#lineCounts[this.#length] = lines.length;
    this.#length++;
  }

  /** All of them in the order of conversations, in which messages are in the order of the capture. */
  sorted(): Fingerprints {
    const conversations = this.#conversations;
    const places = Uint32Array.from({ length: this.#length }, (_, place) => place).sort((a, b) => (conversations[a] ?? 0) - (conversations[b] ?? 0) || a - b);
    const hashes = Float64Array.from(places, (place) => this.#hashes[place] ?? 0);
    const lineCounts = Uint32Array.from(places, (place) => this.#lineCounts[place] ?? 0);
    return { hashes, lineCounts, places };
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2;
    const [hashes, conversations, lineCounts] = [new Float64Array(capacity), new Uint32Array(capacity), new Uint32Array(capacity)];
    hashes.set(this.#hashes);
    conversations.set(this.#conversations);
    lineCounts.set(this.#lineCounts);
    this.#hashes = hashes;
    this.#conversations = conversations;
    this.#lineCounts = lineCounts;
  }
}

/** 53 bits of two FNV-1a hashes with different starts. */
function hashOf(lines: readonly string[]): number {
  let low = 0x811c_9dc5;
  let high = 0x5bd1_e995;
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x0100_0193);
      high = Math.imul(high ^ unit, 0x0100_0193) ^ (high >>> 15);
    }
    low = Math.imul(low ^ 10, 0x0100_0193);
    high = Math.imul(high ^ 10, 0x0100_0193);
  }
  return ((high >>> 0) & 0x1f_ffff) * WORD + (low >>> 0);
}
