import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSink, readChunks } from '@netdevkit/capture/node';
import { fileFailure } from '../failure.ts';
import { isRegular, nameOf } from '../input/files.ts';

/** A capture that can be read twice. */
export class Spool implements Disposable {
  /** What it was called. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
  readonly #folder: string | undefined;

  private constructor(name: string, path: string, folder: string | undefined) {
    this.name = name;
    this.path = path;
    this.#folder = folder;
  }

  /**
   * A capture that can be read twice: the file itself, or a copy of what comes through a pipe.
   *
   * @param path - of the file; `'-'` is standard input
   * @throws Failure: it cannot be read, or there is no room for a copy
   */
  static async of(path: string): Promise<Spool> {
    if (isRegular(path)) return new Spool(path, path, undefined);
    const folder = mkdtempSync(join(tmpdir(), 'nlmon-'));
    const spool = new Spool(path, join(folder, 'capture'), folder);
    try {
      await copy(path, spool.path);
    } catch (error) {
      spool[Symbol.dispose]();
      throw fileFailure(`read ${nameOf(path)}`, error);
    }
    return spool;
  }

  /** Removes the copy. */
  [Symbol.dispose](): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  const sink = FileSink.create(to);
  try {
    for await (const chunk of readChunks(from)) sink.write(chunk);
  } finally {
    sink.close();
  }
}
