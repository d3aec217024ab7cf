import { FileSink } from '@netdevkit/capture/node';
import { DecodeContext } from '@netdevkit/netlink';
import { Cleanup } from '../cleanup.ts';
import { Failure } from '../failure.ts';
import { checkApart, checkReadable } from '../input/files.ts';
import { familyNames } from '../input/family-scan.ts';
import { MessageStream } from '../input/message-stream.ts';
import { Progress } from '../input/progress.ts';
import { problemOf, readInput } from '../input/read-input.ts';
import { TextOutput } from '../output.ts';
import { isoTime } from '../print/clock-time.ts';
import { isTerminal } from '../terminal.ts';
import { jsonReport, textReport, type CaptureFacts } from './report.ts';
import { Traffic } from './traffic.ts';

const STDOUT = 1;

/** What `nlmon stat` can be told. */
export interface StatOptions {
  /** How to print. */
  readonly format: 'text' | 'json';
}

/**
 * Counts what a capture holds: `nlmon stat`.
 *
 * @param path - of the capture; `'-'` is standard input
 * @param options - from the command line
 * @throws Failure: the capture cannot be read, or is not whole; SinkError: the output failed
 */
export async function stat(path: string, { format }: StatOptions): Promise<void> {
  checkReadable(path);
  checkApart(path, STDOUT);
  using stack = new Cleanup();
  const context = new DecodeContext({ families: [] });
  const traffic = new Traffic(context);
  const span = new Span();
  let dropped = 0n;
  const lookAhead = familyNames(path);
  const stream = new MessageStream({
    context,
    needsSchemas: true,
    onPacket: ({ seconds, nanoseconds }, cursor) => {
      span.add(seconds, nanoseconds);
      while (cursor.next()) traffic.add(cursor);
      return true;
    },
    others: { statistics: (statistics) => void (dropped += statistics.dropped ?? 0n) },
    ...(lookAhead === undefined ? {} : { lookAhead }),
  });
  const progress = stack.use(Progress.of({ path, prints: false }));
  const end = await readInput({ path, follow: false, signal: new AbortController().signal, progress }, stream);
  progress[Symbol.dispose]();
  traffic.finish();
  const facts: CaptureFacts = { packets: stream.frames, others: stream.others, dropped, ...span.facts };
  const output = new TextOutput(new FileSink(STDOUT, 'standard output'));
  output.write(format === 'json' ? jsonReport(facts, traffic) : textReport(facts, traffic, isTerminal(STDOUT)));
  output.flush();
  const problem = problemOf(path, end);
  if (problem !== undefined) throw new Failure(problem);
}

/** From the first packet to the last: captures are not always in order. */
class Span {
  #first: readonly [number, number] | undefined;
  #last: readonly [number, number] = [0, 0];

  add(seconds: number, nanoseconds: number): void {
    const [lastSeconds, lastNanoseconds] = this.#last;
    const first = this.#first;
    if (first === undefined || seconds < first[0] || (seconds === first[0] && nanoseconds < first[1])) this.#first = [seconds, nanoseconds];
    if (first === undefined || seconds > lastSeconds || (seconds === lastSeconds && nanoseconds > lastNanoseconds)) this.#last = [seconds, nanoseconds];
  }

  get facts(): { readonly start?: string; readonly duration?: number } {
    if (this.#first === undefined) return {};
    const [seconds, nanoseconds] = this.#first;
    return { start: isoTime(seconds, nanoseconds), duration: (this.#last[0] - seconds) * 1e9 + this.#last[1] - nanoseconds };
  }
}
