import { isatty } from 'node:tty';
import { tell } from '../say.ts';

const STDOUT = 1;
const STDERR = 2;
const EVERY_MS = 250;
const MARGIN = 3;

/** How far a capture has come. */
export interface Status {
  readonly packets: number;
  /** Absent where nobody looks into packets. */
  readonly messages: number | undefined;
  readonly drops: number;
}

/** The terminal that a {@link StatusLine} is shown on. */
export interface StatusTerminal {
  /** How many characters a line has; absent where it cannot be known. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Says on a terminal how far something has come, when nothing else is shown there. */
export class StatusLine implements Disposable {
  readonly #terminal: StatusTerminal | undefined;
  #next = 0;
  #isThere = false;
  #later: NodeJS.Timeout | undefined;

  /**
   * @param terminal - absent where there is nobody to see it
   */
  constructor(terminal: StatusTerminal | undefined) {
    this.#terminal = terminal;
  }

  /**
   * A line on standard error, if that is a terminal that shows nothing else.
   *
   * @param options - whether messages are printed, and whether nothing is to be said
   */
  static of({ prints, isQuiet }: { readonly prints: boolean; readonly isQuiet: boolean }): StatusLine {
    if (isQuiet || !isatty(STDERR) || (prints && isatty(STDOUT))) return new StatusLine(undefined);
    const { stderr } = process;
    // How wide it is may change.
    return new StatusLine({ get columns() { return stderr.columns; }, write: tell });
  }

  /** Says it, now or soon. */
  show(words: () => string, now: number = performance.now()): void {
    const terminal = this.#terminal;
    if (terminal === undefined || this.#later !== undefined) return;
    if (now < this.#next) {
      // What comes last is said, also when nothing follows it.
      this.#later = setTimeout(() => {
        this.#later = undefined;
        this.show(words, this.#next);
      }, this.#next - now).unref();
      return;
    }
    this.#next = now + EVERY_MS;
    // A line that is full would go on in the next, and a terminal adds ^C to it.
    const { columns = Infinity } = terminal;
    terminal.write(`\r${words().slice(0, Math.max(1, columns - MARGIN))}\u001b[K`);
    this.#isThere = true;
  }

  /** Takes the line away. */
  clear(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    if (this.#isThere) this.#terminal?.write('\r\u001b[K');
    this.#isThere = false;
    this.#next = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

/** How far it has come, in words. */
export function statusText({ packets, messages, drops }: Status): string {
  return [counted(packets, 'packet'), ...(messages === undefined ? [] : [counted(messages, 'message')]), `${counted(drops, 'packet')} lost`].join(', ');
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
