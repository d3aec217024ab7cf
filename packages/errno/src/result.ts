import { errno as table } from './generated/errno.ts';
import { errnoName, isKernelError, KernelError, type ExtendedAck } from './kernel-error.ts';

/**
 * Turns the result of a raw function into a value or an error: the one place where a negative errno becomes a throw.
 *
 * C twin: `to_result` of the Rust bindings.
 *
 * @param result - what the raw function returned: a negative errno, or its value
 * @param op - the operation's name, for the error
 * @param extack - what the kernel said beyond the errno
 * @returns `result`, when it is not negative
 * @throws KernelError with the errno, when `result` is negative
 */
export function toResult(result: number, op: string, extack?: ExtendedAck): number {
  if (result >= 0) return result;
  throw kernelError(result, op, extack);
}

/**
 * The {@link KernelError} of an errno value. A value that Linux does not define becomes `EIO`, its cause naming the value.
 *
 * @param errno - the value, of either sign
 * @param op - the operation's name
 * @param extack - what the kernel said beyond the errno
 */
export function kernelError(errno: number, op: string, extack?: ExtendedAck): KernelError {
  const code = errnoName(errno);
  return new KernelError(code ?? 'EIO', undefined, {
    op,
    ...(extack === undefined ? {} : { extack }),
    ...(code === undefined ? { cause: new RangeError(`errno: expected a value of Linux, got ${String(errno)}`) } : {}),
  });
}

/**
 * Runs a callback at the edge to the raw layer: the one place where a throw becomes a negative errno.
 * A {@link KernelError} gives its errno; anything else that was thrown is reported and gives `-EIO`.
 *
 * C twin: `from_result` of the Rust bindings.
 *
 * @param callback - what to run; a number is passed on, nothing is 0
 * @param report - told of anything thrown that is no KernelError: a defect of the callback
 */
export function fromResult(callback: () => number | void, report: (error: unknown) => void): number {
  try {
    return callback() ?? 0;
  } catch (error) {
    return errnoOf(error, report);
  }
}

/**
 * The negative errno of something thrown: {@link fromResult} for a hot path that has its own `try`.
 *
 * @param error - what was caught
 * @param report - told of anything that is no KernelError
 */
export function errnoOf(error: unknown, report: (error: unknown) => void): number {
  if (isKernelError(error)) return -error.errno;
  report(error);
  return -table.EIO;
}
