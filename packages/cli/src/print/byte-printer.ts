import type { Sink } from '@netdevkit/capture';
import type { PacketCursor } from '@netdevkit/netlink';
import type { Printer } from './printer.ts';

/** How much is passed on at once. */
export const BATCH = 0x4_0000;

/** What writes messages into octets of its own. */
export interface MessageWriter {
  /** What was written. */
  readonly bytes: Uint8Array;
  /** Octets of it. */
  readonly length: number;
  /** Writes what a cursor stands at. */
  write(cursor: PacketCursor): void;
  /** Begins anew. */
  clear(): void;
}

/** Passes on what a writer has written, in large pieces. */
export class BytePrinter implements Printer {
  readonly #sink: Sink;
  readonly #writer: MessageWriter;

  /**
   * @param writer - writes the messages
   * @param sink - where they go
   */
  constructor(writer: MessageWriter, sink: Sink) {
    this.#sink = sink;
    this.#writer = writer;
  }

  /** Prints what the cursor stands at. */
  print(cursor: PacketCursor): void {
    this.#writer.write(cursor);
    if (this.#writer.length >= BATCH) this.flush();
  }

  /** Passes on what was printed. */
  flush(): void {
    const writer = this.#writer;
    if (writer.length === 0) return;
    try {
      this.#sink.write(writer.bytes);
    } finally {
      // What could not be written is not tried again.
      writer.clear();
    }
  }
}
