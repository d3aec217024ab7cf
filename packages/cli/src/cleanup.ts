/**
 * What is to be disposed together, the last first. As `DisposableStack`, which Node 22 does not have.
 */
export class Cleanup implements Disposable {
  readonly #disposables: Disposable[] = [];

  /**
   * Adds something.
   *
   * @param disposable - disposed with this
   * @returns the same
   */
  use<T extends Disposable>(disposable: T): T {
    this.#disposables.push(disposable);
    return disposable;
  }

  /** Disposes everything, whatever becomes of one; then throws the first error that there was. */
  [Symbol.dispose](): void {
    const errors: unknown[] = [];
    for (let disposable; (disposable = this.#disposables.pop()) !== undefined; ) {
      try {
        disposable[Symbol.dispose]();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
