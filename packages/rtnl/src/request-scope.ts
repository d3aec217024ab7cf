/**
 * How long what belongs to a request may be used: until the callback that it was handed to returns. The request's octets
 * and tables serve the next one then.
 */
export class RequestScope {
  #open = true;

  /** @throws TypeError once the callback has returned */
  check(): void {
    if (!this.#open) throw new TypeError('link request: used after its callback');
  }

  /** The callback has returned. */
  end(): void {
    this.#open = false;
  }
}
