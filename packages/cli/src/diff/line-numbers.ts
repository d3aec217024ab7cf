import { NumberList } from './number-list.ts';
import { NumberTable } from './number-table.ts';

/** Numbers messages by their lines: messages with the same lines have the same number. */
export class LineNumbers {
  readonly #numbers: NumberTable = new NumberTable();
  readonly #lines: NumberList = new NumberList();

  /** How many messages with other lines there were. */
  get size(): number {
    return this.#numbers.size;
  }

  /**
   * The number of a message.
   *
   * @param digest - of its lines
   * @param lines - how many they are
   */
  of(digest: number, lines: number): number {
    const number = this.#numbers.of(digest);
    if (number === this.#lines.length) this.#lines.push(lines);
    return number;
  }

  /** How many lines the messages of a number have. */
  linesOf(number: number): number {
    return this.#lines.at(number);
  }
}
