/// <reference types="node" />
import { getSystemErrorMap } from 'node:util';
import { SinkError } from './sink.ts';

interface SystemError {
  readonly code: string;
  readonly errno: number;
}

function isSystemError(error: unknown): error is Error & SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** The name of the errno value of an error that the operating system gave, if it is one. */
export function codeOf(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined;
}

/**
 * An error of the operating system as a {@link SinkError}; anything else is `EIO` with its cause.
 *
 * @param error - what was thrown
 * @param op - what was being done
 * @param written - how many octets of the failed write were written
 */
export function sinkError(error: unknown, op: string, written: number): SinkError {
  if (error instanceof SinkError) return error;
  if (!isSystemError(error)) return new SinkError(String(error), { code: 'EIO', errno: 5, op, written, cause: error });
  const errno = typeof error.errno === 'number' ? Math.abs(error.errno) : 5;
  const text = getSystemErrorMap().get(-errno)?.[1] ?? error.message;
  return new SinkError(text, { code: error.code, errno, op, written, cause: error });
}
