import { closeSync, constants, openSync, statSync } from 'node:fs';

/** A file that each network namespace with IPv4 has of its own, below {@link FOLDER}, and takes away before its number is free again. */
const FILE = 'rt_cache';
const FOLDER = 'net/stat';

/**
 * Whether a network namespace of the host still stands, without being what keeps it.
 *
 * A descriptor of a namespace keeps it alive, and a number alone may be another's tomorrow. A descriptor of a folder below `/proc/TID/net`
 * does neither: the folder is the namespace's, outlasts the thread, and is empty once the namespace has gone.
 */
export class NamespaceLife implements Disposable {
  readonly #folder: number;

  private constructor(folder: number) {
    this.#folder = folder;
  }

  /**
   * Of the namespace that a thread is in.
   *
   * @returns `undefined` when that cannot be told here: the thread is gone, or `/proc` is not all there
   */
  static ofThread(tid: number): NamespaceLife | undefined {
    let folder: number;
    try {
      folder = openSync(`/proc/${String(tid)}/${FOLDER}`, constants.O_RDONLY | constants.O_DIRECTORY);
    } catch {
      return undefined;
    }
    const life = new NamespaceLife(folder);
    if (!life.isOver()) return life;
    life[Symbol.dispose]();
    return undefined;
  }

  /** Whether the namespace has gone. */
  isOver(): boolean {
    try {
      return statSync(`/proc/self/fd/${String(this.#folder)}/${FILE}`, { throwIfNoEntry: false }) === undefined;
    } catch {
      return false;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#folder);
  }
}
