import { valueText } from '@netdevkit/netlink';
import type { Primitive } from './digest.ts';
import type { LineTaker } from './line-taker.ts';
import type { Place } from './place.ts';

/** Lines that are kept so that a line that comes again is the same string; no more than are worth their room. */
const MOST_KNOWN = 32_768;

/** Collects lines as text, to be shown. */
export class LineList implements LineTaker {
  /** Whether the next lines are wanted. */
  isOpen = false;
  #lines: string[] = [];
  readonly #known: Map<string, string>;

  /**
   * @param known - lines that there are already, by themselves: those of the other capture
   */
  constructor(known: Map<string, string> = new Map()) {
    this.#known = known;
  }

  /** Octets are not shown as such. */
  get takesOctets(): boolean {
    return !this.isOpen;
  }

  /** Gives the lines since the last time. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  text(line: string): void {
    if (this.isOpen) this.#add(line);
  }

  place({ path }: Place): void {
    if (this.isOpen) this.#add(`  ${path}`);
  }

  value({ path }: Place, value: Primitive): void {
    if (this.isOpen) this.#add(`  ${path} ${valueText(value)}`);
  }

  octets(): void {
    // Nobody wants these.
  }

  list({ path }: Place, values: readonly Primitive[]): void {
    if (this.isOpen) this.#add(`  ${path} ${values.map((value) => valueText(value)).join(',')}`.trimEnd());
  }

  #add(line: string): void {
    const known = this.#known.get(line);
    this.#lines.push(known ?? line);
    if (known === undefined && this.#known.size < MOST_KNOWN) this.#known.set(line, line);
  }
}
