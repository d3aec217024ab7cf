import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of one run of all machines: others may run at the same time. What the last one has left can be looked at, in `last`. */
export class RunFolder implements Disposable {
  readonly #cache: string;
  readonly #folder: string;

  /** @param cache - where it is to be */
  constructor(cache: string) {
    this.#cache = cache;
    mkdirSync(cache, { recursive: true });
    for (const name of readdirSync(cache)) {
      // Of a run that was killed.
      const [, pid] = /^run-(\d+)-/u.exec(name) ?? [];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(cache, name), { recursive: true, force: true });
    }
    this.#folder = mkdtempSync(join(cache, `run-${String(process.pid)}-`));
    // Tests become users without rights, who have to find what they run.
    chmodSync(this.#folder, 0o755);
    mkdirSync(this.tests);
  }

  /** The bundle of tests. */
  get tests(): string {
    return join(this.#folder, 'tests');
  }

  /** The folder that a machine is given; made. */
  input(machine: string): string {
    return this.#make('in', machine);
  }

  /** The folder that a machine writes to; made. */
  output(machine: string): string {
    return this.#make('out', machine);
  }

  #make(...parts: readonly string[]): string {
    const folder = join(this.#folder, ...parts);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  [Symbol.dispose](): void {
    const last = join(this.#cache, 'last');
    rmSync(last, { recursive: true, force: true });
    renameSync(this.#folder, last);
  }
}
