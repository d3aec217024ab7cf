import { messages, parseError, printable } from '@netdevkit/netlink';
import type { TracedMessage } from '@netdevkit/sandbox';
import { durationText } from '../print/duration-text.ts';
import { table } from '../print/table.ts';
import { LatencyHistogram } from '../stat/latency-histogram.ts';

/** So many processes have rows of their own; the rest share one. */
const MOST = 256;
const NS_PER_MS = 1e6;
const HEADINGS: readonly string[] = ['PROCESS', 'COMMAND', 'SENT', 'RECEIVED', 'ERRORS', 'MEDIAN', 'LONGEST'];
const WORDS: ReadonlySet<number> = new Set([1]);

/** What a process has said, and was told. */
class Totals {
  readonly latency: LatencyHistogram = new LatencyHistogram();
  command = '';
  sent = 0;
  received = 0;
  errors = 0;

  /** As cells of a row. */
  cells(name: string): string[] {
    const { command, sent, received, errors, latency } = this;
    const times = latency.count > 0 ? [durationText(latency.quantile(0.5)), durationText(latency.greatest)] : ['', ''];
    return [name, printable(command), String(sent), String(received), String(errors), ...times];
  }
}

/** Counts messages by process. */
export class ProcessTotals {
  readonly #processes: Map<number, Totals> = new Map();
  /** Those that came when there were enough. */
  readonly #others: Totals = new Totals();
  readonly #otherPids: Set<number> = new Set();

  /**
   * Counts what a datagram holds.
   *
   * @param message - the datagram
   * @param latency - milliseconds since the request that it answers; `undefined` if it answers none
   */
  add({ bytes, sent, pid, command }: TracedMessage, latency: number | undefined): void {
    const totals = this.#of(pid);
    // What a shell has begun may have become another program since.
    if (totals !== this.#others) totals.command = command;
    for (const message of messages(bytes)) {
      if (sent) totals.sent++;
      else totals.received++;
      if (!sent && (parseError(message)?.errno ?? 0) !== 0) totals.errors++;
    }
    if (latency !== undefined) totals.latency.add(latency * NS_PER_MS);
  }

  /** A line for each process, in the order in which they spoke first, below one of headings. */
  lines(): string[] {
    const rows = [...this.#processes].map(([pid, totals]) => totals.cells(String(pid)));
    const others = this.#otherPids.size;
    if (others > 0) rows.push(this.#others.cells(`${String(others)} others`));
    return table([HEADINGS, ...rows], WORDS);
  }

  #of(pid: number): Totals {
    const known = this.#processes.get(pid);
    if (known !== undefined) return known;
    if (this.#processes.size >= MOST) {
      this.#otherPids.add(pid);
      return this.#others;
    }
    const made = new Totals();
    this.#processes.set(pid, made);
    return made;
  }
}
