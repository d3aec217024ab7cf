import type { Sink } from '@netdevkit/capture';
import { plainStyle, TextWriter, type DecodeContext, type TextStyle } from '@netdevkit/netlink';
import { BytePrinter } from './byte-printer.ts';

/** From ECMA-48: select graphic rendition. */
const colours: TextStyle = { name: '\u001b[36m', type: '\u001b[1m', error: '\u001b[31m', faint: '\u001b[2m', reset: '\u001b[0m' };

/** Prints each message as a line that says what it is, and its attributes in lines below. */
export class TextPrinter extends BytePrinter {
  /**
   * @param context - whose messages it prints
   * @param sink - where they go
   * @param isColoured - whether to colour
   */
  constructor(context: DecodeContext, sink: Sink, isColoured: boolean) {
    super(new TextWriter(context, { style: isColoured ? colours : plainStyle }), sink);
  }
}
