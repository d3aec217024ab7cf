import type { LineNumbers } from './line-numbers.ts';
import { NumberList, type Numbers } from './number-list.ts';
import { Runs } from './runs.ts';

/** So many messages have their lines counted one by one. */
const BLOCK = 1024;

/** What is remembered of the messages of a capture, in the order of conversations: two to four octets of each, and eight where conversations change. */
export class Fingerprints {
  /** A number for the lines of each message, the same for the same lines in both captures. */
  readonly ids: Numbers;
  readonly #numbers: LineNumbers;
  readonly #runs: Runs;
  #linesOfBlocks: Float64Array | undefined;

  /**
   * @param ids - of messages
   * @param numbers - whose numbers these are
   * @param runs - in which order the messages stand in the capture
   */
  constructor(ids: Numbers, numbers: LineNumbers, runs: Runs) {
    this.ids = ids;
    this.#numbers = numbers;
    this.#runs = runs;
  }

  /** Where a message stands in the capture, from 0 up. */
  placeOf(message: number): number {
    return this.#runs.placeOf(message);
  }

  /** How many lines stand before a message. */
  linesBefore(message: number): number {
    const block = Math.floor(message / BLOCK);
    const before = (this.#linesOfBlocks ??= this.#counted())[block] ?? 0;
    return before + this.#lines(block * BLOCK, message);
  }

  #counted(): Float64Array {
    const blocks = new Float64Array(Math.floor(this.ids.length / BLOCK) + 1);
    for (let block = 1; block < blocks.length; block++) blocks[block] = (blocks[block - 1] ?? 0) + this.#lines((block - 1) * BLOCK, block * BLOCK);
    return blocks;
  }

  #lines(start: number, end: number): number {
    let lines = 0;
    for (let at = start; at < end; at++) lines += this.#numbers.linesOf(this.ids.at(at) ?? 0);
    return lines;
  }
}

/** Collects fingerprints in the order of the capture. */
export class FingerprintCollector {
  readonly #numbers: LineNumbers;
  readonly #ids: NumberList = new NumberList();
  readonly #runs: Runs = new Runs();

  /**
   * @param numbers - gives numbers to messages, to those of both captures
   */
  constructor(numbers: LineNumbers) {
    this.#numbers = numbers;
  }

  /**
   * Adds a message.
   *
   * @param digest - of its lines
   * @param lines - how many they are
   * @param conversation - the number of the conversation that it belongs to: they count from 0 up
   * @param isAlone - whether no other message can belong to it
   */
  add(digest: number, lines: number, conversation: number, isAlone: boolean): void {
    this.#ids.push(this.#numbers.of(digest, lines));
    this.#runs.add(conversation, isAlone);
  }

  /** All of them in the order of conversations, in which messages are in the order of the capture. */
  sorted(): Fingerprints {
    const runs = this.#runs;
    if (runs.sort()) return new Fingerprints(this.#ids, this.#numbers, runs);
    const ids = new NumberList();
    runs.forEach((start, end) => {
      for (let place = start; place < end; place++) ids.push(this.#ids.at(place));
    });
    return new Fingerprints(ids, this.#numbers, runs);
  }
}
