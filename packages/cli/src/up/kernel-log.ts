import type { Kernel, LogLine } from '@netdevkit/kernel';

/** The last level that is a warning. */
const WARNING = 4;

/** Tells of what a kernel's log has of warnings and worse: what drivers throw is there. */
export class KernelLog {
  readonly #kernel: Pick<Kernel, 'dmesg'>;
  #last: LogLine | undefined;

  constructor(kernel: Pick<Kernel, 'dmesg'>) {
    this.#kernel = kernel;
  }

  /** The lines that are new since the last call. */
  take(): string[] {
    const lines = this.#kernel.dmesg();
    const fresh = lines.slice(this.#last === undefined ? 0 : lines.indexOf(this.#last) + 1);
    this.#last = lines.at(-1);
    return fresh.filter(({ level }) => level <= WARNING).map(({ text }) => text);
  }
}
