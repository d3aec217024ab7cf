import { valueText } from '@netdevkit/netlink';
import type { Primitive } from './digest.ts';
import type { LineTaker } from './line-taker.ts';
import type { Place } from './place.ts';

/** Lines that are kept so that a line that comes again is the same string; no more than are worth their room. */
const MOST_KNOWN = 32_768;

/** Collects lines as text, to be shown. */
export class LineList implements LineTaker {
  /** Octets are not shown as such. */
  readonly takesOctets = false;
  #lines: string[] = [];
  readonly #known: Map<string, string>;

  /**
   * @param known - lines that there are already, by themselves: those of the other capture
   */
  constructor(known: Map<string, string> = new Map()) {
    this.#known = known;
  }

  /** Gives the lines since the last time. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  text(line: string): void {
    this.#add(line);
  }

  place({ path }: Place): void {
    this.#add(`  ${path}`);
  }

  value({ path }: Place, value: Primitive): void {
    this.#add(`  ${path} ${valueText(value)}`);
  }

  octets(): void {
    throw new TypeError('LineList: expected a value, got octets');
  }

  list({ path }: Place, values: readonly Primitive[]): void {
    this.#add(`  ${path} ${values.map((value) => valueText(value)).join(',')}`.trimEnd());
  }

  #add(line: string): void {
    const known = this.#known.get(line);
    this.#lines.push(known ?? line);
    if (known === undefined && this.#known.size < MOST_KNOWN) this.#known.set(line, line);
  }
}
