/** What keeps the virtual machine from running, in words for whoever wants it to run. */
export class OracleError extends Error {
  /**
   * @param message - what is wrong, and what to do about it
   * @param cause - the error behind it
   */
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OracleError';
  }
}
