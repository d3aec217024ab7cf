/**
 * Linux errno values and the error that carries them.
 *
 * @packageDocumentation
 */

export { errno } from './generated/errno.ts';
export {
  KernelError,
  errnoName,
  isKernelError,
  strerror,
  type ErrnoCode,
  type ExtendedAck,
  type KernelErrorOptions,
} from './kernel-error.ts';
export { errnoOf, fromResult, kernelError, toResult } from './result.ts';
