import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN, NODE_ARGS } from './run-command.ts';

/** A pipe that somebody has open for reading, and reads when told to. */
export class UnreadPipe implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'pipe-'));
  readonly #reader: number;
  readonly #writer: number;
  #isClosed = false;

  constructor() {
    const path = join(this.#folder, 'pipe');
    spawnSync('mkfifo', [path]);
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#writer = openSync(path, constants.O_WRONLY);
  }

  /** Starts `nlmon` with the pipe as one of its outputs; nothing is read of the other. */
  start(args: readonly string[], output: 'stdout' | 'stderr', options: { readonly input?: number } = {}): ChildProcess {
    const stdio: (number | 'ignore')[] = [options.input ?? 'ignore', 'ignore', 'ignore'];
    stdio[output === 'stdout' ? 1 : 2] = this.#writer;
    return spawn(process.execPath, [...NODE_ARGS, MAIN, ...args], { stdio });
  }

  /** Reads until nobody can write any more. */
  async read(): Promise<Buffer> {
    closeSync(this.#writer);
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(0x1_0000);
      try {
        const length = readSync(this.#reader, chunk);
        if (length === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, length));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  /** Nobody can read it any more. */
  close(): void {
    closeSync(this.#reader);
    closeSync(this.#writer);
    this.#isClosed = true;
  }

  [Symbol.dispose](): void {
    if (!this.#isClosed) closeSync(this.#reader);
    rmSync(this.#folder, { recursive: true });
  }
}
