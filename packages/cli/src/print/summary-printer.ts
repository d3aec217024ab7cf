import type { PacketCursor } from '@netdevkit/netlink';
import type { TextOutput } from '../output.ts';
import type { Printer } from './printer.ts';
import { Summary, type SummaryOptions } from './summary.ts';

/** Prints a line of text for each message. */
export class SummaryPrinter implements Printer {
  readonly #output: TextOutput;
  readonly #summary: Summary;

  /**
   * @param output - where the lines go
   * @param options - what they show
   */
  constructor(output: TextOutput, options: SummaryOptions) {
    this.#output = output;
    this.#summary = new Summary(options);
  }

  /** Prints a line. */
  print(cursor: PacketCursor): void {
    this.#output.write(this.#summary.line(cursor));
  }

  /** Passes on what was printed. */
  flush(): void {
    this.#output.flush();
  }
}
