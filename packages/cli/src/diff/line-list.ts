import { valueText } from '@netdevkit/netlink';
import type { Primitive } from './digest.ts';
import type { LineTaker } from './normaliser.ts';
import type { Place } from './place.ts';

/** Collects lines as text, to be shown. */
export class LineList implements LineTaker {
  /** Whether the next lines are wanted. */
  isOpen = false;
  #lines: string[] = [];

  /** Gives the lines since the last time. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  text(line: string): void {
    if (this.isOpen) this.#lines.push(line);
  }

  place({ path }: Place): void {
    if (this.isOpen) this.#lines.push(`  ${path}`);
  }

  value({ path }: Place, value: Primitive): void {
    if (this.isOpen) this.#lines.push(`  ${path} ${valueText(value)}`);
  }

  list({ path }: Place, values: readonly Primitive[]): void {
    if (this.isOpen) this.#lines.push(`  ${path} ${values.map((value) => valueText(value)).join(',')}`.trimEnd());
  }
}
