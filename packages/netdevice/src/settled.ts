/**
 * Refuses a promise where an operation should be done by the time that it returns: the core goes on at once, so what was
 * still to come, errors among it, would be lost.
 *
 * @param op - the operation, for the error
 * @param result - what it returned
 * @throws TypeError when that is a promise
 */
export function expectSettled(op: string, result: unknown): void {
  if (typeof result !== 'object' || result === null || !('then' in result)) return;
  // The error below is the one that is reported: how the promise ends concerns nobody, and must not end the process.
  Promise.resolve(result).catch(() => undefined);
  throw new TypeError(`${op}: expected to be done when it returns, got a promise`);
}
