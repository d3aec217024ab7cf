import { statSync } from 'node:fs';
import { tell } from '../say.ts';
import { isTerminal } from '../terminal.ts';

/** Smaller files are read before anybody wonders. */
const LARGE = 16 * 0x10_0000;
const FIRST_MS = 500;
const EVERY_MS = 200;

const STDOUT = 1;
const STDERR = 2;

/** What progress is shown on. */
export interface ProgressOptions {
  /** The file; `'-'` is standard input. */
  readonly path: string;
  /** Whether lines go to standard output, which a terminal would show in between. */
  readonly prints: boolean;
}

/** Says on a terminal how far a large file has been read. */
export class Progress implements Disposable {
  readonly #total: number;
  readonly #write: (text: string) => void;
  readonly #clock: () => number;
  readonly #start: number;
  #done = 0;
  #next: number;
  #isShown = false;

  /**
   * @param total - octets of the file; 0 to say nothing
   * @param write - takes what is said
   * @param clock - in milliseconds
   */
  constructor(total: number, write: (text: string) => void, clock: () => number = () => performance.now()) {
    this.#total = total;
    this.#write = write;
    this.#clock = clock;
    // Asking for the time loads what measures it.
    this.#start = total === 0 ? 0 : clock();
    this.#next = this.#start + FIRST_MS;
  }

  /**
   * Progress of a file, if it is large and there is a terminal that shows nothing else.
   *
   * @param options - the file, and whether there is output
   */
  static of({ path, prints }: ProgressOptions): Progress {
    const isSeen = isTerminal(STDERR) && !(prints && isTerminal(STDOUT));
    const size = isSeen && path !== '-' ? sizeOf(path) : 0;
    return new Progress(size >= LARGE ? size : 0, tell);
  }

  /**
   * Counts what was read.
   *
   * @param octets - since the last time
   */
  add(octets: number): void {
    this.#done += octets;
    if (this.#total === 0) return;
    const now = this.#clock();
    if (now < this.#next) return;
    this.#next = now + EVERY_MS;
    this.#isShown = true;
    const rate = this.#done / 1e6 / ((now - this.#start) / 1000);
    const percent = Math.min(100, (this.#done / this.#total) * 100);
    this.#write(`\r${percent.toFixed(0).padStart(3)} %  ${rate.toFixed(0)} MB/s `);
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#isShown) this.#write('\r\u001b[K');
    this.#isShown = false;
  }
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : 0;
}
