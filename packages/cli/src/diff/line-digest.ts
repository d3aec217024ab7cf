import { Digest, type Primitive } from './digest.ts';
import type { LineTaker } from './line-taker.ts';
import type { Place } from './place.ts';

/** Makes a number of the lines of a message, without making the lines: equal for equal lines, and hardly ever for others. */
export class LineDigest implements LineTaker {
  readonly takesOctets = true;
  readonly #digest: Digest = new Digest();
  #lines = 0;

  /** How many lines there were since the last {@link take}. */
  get lines(): number {
    return this.#lines;
  }

  /** Gives the number, and begins anew. */
  take(): number {
    const { value } = this.#digest;
    this.#digest.reset();
    this.#lines = 0;
    return value;
  }

  text(line: string): void {
    this.#lines++;
    this.#digest.text(line);
  }

  place({ digest }: Place): void {
    this.#lines++;
    this.#digest.number(digest);
  }

  value({ digest }: Place, value: Primitive): void {
    this.#lines++;
    this.#digest.number(digest);
    this.#digest.add(value);
  }

  octets({ digest }: Place, view: DataView, at: number, length: number): void {
    this.#lines++;
    this.#digest.number(digest);
    this.#digest.octets(view, at, length);
  }

  list({ digest }: Place, values: readonly Primitive[]): void {
    this.#lines++;
    this.#digest.number(digest);
    for (const value of values) this.#digest.add(value);
    this.#digest.number(values.length);
  }
}
