import type { Sink } from '@netdevkit/capture';
import { plainSummary, SummaryWriter, type DecodeContext, type SummaryPart, type SummaryStyle } from '@netdevkit/netlink';
import { coloured } from '../colour.ts';
import { BATCH, BytePrinter } from './byte-printer.ts';

/** How a summary looks. */
export interface SummaryLook {
  /** Whether to colour. */
  readonly isColoured: boolean;
  /** Whether lines begin with the packet's number. */
  readonly isNumbered: boolean;
}

/** Prints a line of text for each message. */
export class SummaryPrinter extends BytePrinter {
  /**
   * @param context - whose messages it prints
   * @param sink - where the lines go
   * @param look - what they look like
   */
  constructor(context: DecodeContext, sink: Sink, { isColoured, isNumbered }: SummaryLook) {
    super(new SummaryWriter(context, { style: isColoured ? colours() : plainSummary, isNumbered, capacity: BATCH + BATCH / 8 }), sink);
  }
}

function colours(): SummaryStyle {
  return {
    number: around('number'),
    time: around('time'),
    request: around('request'),
    answer: around('answer'),
    event: around('event'),
    type: around('type'),
    detail: around('detail'),
    error: around('error'),
  };
}

/** What stands before and after a part. */
function around(part: SummaryPart): readonly [string, string] {
  const [before = '', after = ''] = coloured(part, '\0').split('\0');
  return [before, after];
}
