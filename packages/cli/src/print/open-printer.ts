import type { Sink } from '@netdevkit/capture';
import type { DecodeContext } from '@netdevkit/netlink';
import { TextOutput } from '../output.ts';
import type { Printer } from './printer.ts';

/** What is to be printed, and where. */
export interface PrinterOptions {
  /** How. */
  readonly format: 'text' | 'json' | 'summary';
  /** Whose messages. */
  readonly context: DecodeContext;
  /** Where they go. */
  readonly sink: Sink;
  /** Whether to colour. */
  readonly isColoured: boolean;
  /** Fields to print instead of all. */
  readonly fields?: readonly string[];
}

/**
 * Makes a printer. Each is loaded when it is asked for.
 *
 * @param options - what is to be printed, and where
 * @throws FilterError: there is no such field
 */
export async function openPrinter({ format, context, sink, isColoured, fields }: PrinterOptions): Promise<Printer> {
  if (fields !== undefined) {
    const { FieldsPrinter } = await import('./fields-printer.ts');
    return new FieldsPrinter(new TextOutput(sink), fields, format === 'json');
  }
  switch (format) {
    case 'json': {
      const { JsonPrinter } = await import('./json-printer.ts');
      return new JsonPrinter(context, sink);
    }
    case 'summary': {
      const { SummaryPrinter } = await import('./summary-printer.ts');
      return new SummaryPrinter(context, sink, { isColoured, isNumbered: true });
    }
    case 'text': {
      const { TextPrinter } = await import('./text-printer.ts');
      return new TextPrinter(context, sink, isColoured);
    }
  }
}
