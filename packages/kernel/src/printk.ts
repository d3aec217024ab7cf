import type { log_level } from '@netdevkit/bindings/raw';
import type { Clock, Timespec } from './clock.ts';

/** A line of the kernel's log. */
export interface LogLine {
  /** Severity: 0 is an emergency, 3 an error, 4 a warning, 6 information, 7 debugging. */
  readonly level: log_level;
  /** When it was written: seconds since the epoch. */
  readonly sec: number;
  /** Nanoseconds of the second. */
  readonly nsec: number;
  /** What was written, without severity, time and the end of the line. */
  readonly text: string;
}

const CAPACITY = 1024;

/**
 * The kernel's log: the last 1024 lines.
 */
export class Printk {
  readonly #clock: Clock;
  readonly #ring: (LogLine | undefined)[] = new Array<LogLine | undefined>(CAPACITY);
  readonly #time: Timespec = { sec: 0, nsec: 0 };
  #written = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Writes a line. */
  write(level: log_level, text: string): void {
    this.#clock.now(this.#time);
    this.#ring[this.#written++ % CAPACITY] = { level, sec: this.#time.sec, nsec: this.#time.nsec, text };
  }

  /** A line about something that must not happen: a defect of the kernel or of a driver. */
  warn(text: string): void {
    this.write(4, text);
  }

  /** The lines, oldest first. */
  lines(): LogLine[] {
    const lines: LogLine[] = [];
    for (let i = Math.max(0, this.#written - CAPACITY); i < this.#written; i++) {
      const line = this.#ring[i % CAPACITY];
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }
}
