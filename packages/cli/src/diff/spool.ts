import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SinkError } from '@netdevkit/capture';
import { FileSink, readChunks } from '@netdevkit/capture/node';
import { fileFailure } from '../failure.ts';
import { isRegular, nameOf } from '../input/files.ts';

/** A capture that can be read twice. */
export class Spool implements Disposable {
  /** What it was called. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
  readonly #copy: Copy | undefined;

  private constructor(name: string, path: string, copy?: Copy) {
    this.name = name;
    this.path = path;
    this.#copy = copy;
  }

  /**
   * A capture that can be read twice: the file itself, or a copy of what comes through a pipe.
   *
   * @param path - of the file; `'-'` is standard input
   * @throws Failure: it cannot be read, or there can be no copy; SinkError: there is no room for a copy
   */
  static async of(path: string): Promise<Spool> {
    if (isRegular(path)) return new Spool(path, path);
    const copy = new Copy(nameOf(path));
    try {
      for await (const chunk of readChunks(path)) copy.sink.write(chunk);
    } catch (error) {
      copy[Symbol.dispose]();
      throw error instanceof SinkError ? error : fileFailure(`read ${nameOf(path)}`, error);
    }
    return new Spool(path, copy.path, copy);
  }

  /** Removes the copy. */
  [Symbol.dispose](): void {
    this.#copy?.[Symbol.dispose]();
  }
}

/** A file without a name, where such a file can be read again: then nothing is left of it, whatever ends this process. */
class Copy implements Disposable {
  readonly path: string;
  readonly sink: FileSink;
  readonly #descriptor: number;
  readonly #folder: string;

  /**
   * @param of - what is copied
   * @throws Failure: it cannot be made
   */
  constructor(of: string) {
    const name = `a copy of ${of} in ${tmpdir()}`;
    this.#folder = tried(name, () => mkdtempSync(join(tmpdir(), 'nlmon-')));
    try {
      const named = join(this.#folder, 'capture');
      this.#descriptor = tried(name, () => openSync(named, 'wx'));
      const nameless = `/proc/self/fd/${String(this.#descriptor)}`;
      this.path = existsSync(nameless) ? nameless : named;
    } catch (error) {
      this.#remove();
      throw error;
    }
    if (dirname(this.path) !== this.#folder) this.#remove();
    this.sink = new FileSink(this.#descriptor, name);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function tried<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw fileFailure(`write ${name}`, error);
  }
}
