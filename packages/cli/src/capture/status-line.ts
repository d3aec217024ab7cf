import { isatty } from 'node:tty';

const STDOUT = 1;
const STDERR = 2;
const EVERY_MS = 250;

/** How far a capture has come. */
export interface Status {
  readonly packets: number;
  /** Absent where nobody looks into packets. */
  readonly messages: number | undefined;
  readonly drops: number;
}

/** Says on a terminal how far something has come, when nothing else is shown there. */
export class StatusLine implements Disposable {
  readonly #write: (text: string) => void;
  readonly #isShown: boolean;
  #next = 0;
  #length = 0;

  /**
   * @param isShown - whether there is anybody to see it
   * @param write - takes what is said
   */
  constructor(isShown: boolean, write: (text: string) => void) {
    this.#isShown = isShown;
    this.#write = write;
  }

  /**
   * A line on standard error, if that is a terminal that shows nothing else.
   *
   * @param options - whether messages are printed, and whether nothing is to be said
   */
  static of({ prints, isQuiet }: { readonly prints: boolean; readonly isQuiet: boolean }): StatusLine {
    return new StatusLine(!isQuiet && isatty(STDERR) && !(prints && isatty(STDOUT)), (text) => process.stderr.write(text));
  }

  /** Says it, if it is time. */
  show(words: () => string, now: number = performance.now()): void {
    if (!this.#isShown || now < this.#next) return;
    this.#next = now + EVERY_MS;
    const text = words();
    this.#write(`\r${text.padEnd(this.#length)}`);
    this.#length = text.length;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#length > 0) this.#write('\r\u001b[K');
    this.#length = 0;
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
