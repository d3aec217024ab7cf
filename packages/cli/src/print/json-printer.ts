import type { Sink } from '@netdevkit/capture';
import { JsonLineWriter, type DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import type { Printer } from './printer.ts';

/** How much is passed on at once. */
const BATCH = 0x4_0000;

/** Prints a JSON object for each message, on a line of its own. */
export class JsonPrinter implements Printer {
  readonly #sink: Sink;
  readonly #lines: JsonLineWriter;

  /**
   * @param context - whose messages it prints
   * @param sink - where they go
   */
  constructor(context: DecodeContext, sink: Sink) {
    this.#sink = sink;
    this.#lines = new JsonLineWriter(context, BATCH + BATCH / 2);
  }

  /** Prints a line. */
  print(cursor: PacketCursor): void {
    this.#lines.write(cursor);
    if (this.#lines.length >= BATCH) this.flush();
  }

  /** Passes on what was printed. */
  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    try {
      this.#sink.write(lines.bytes);
    } finally {
      // What could not be written is not tried again.
      lines.clear();
    }
  }
}
