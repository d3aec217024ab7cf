import type { Sink } from '@netdevkit/capture';
import { JsonLineWriter, type DecodeContext } from '@netdevkit/netlink';
import { BATCH, BytePrinter } from './byte-printer.ts';

/** Prints a JSON object for each message, on a line of its own. */
export class JsonPrinter extends BytePrinter {
  /**
   * @param context - whose messages it prints
   * @param sink - where they go
   */
  constructor(context: DecodeContext, sink: Sink) {
    super(new JsonLineWriter(context, BATCH + BATCH / 2), sink);
  }
}
