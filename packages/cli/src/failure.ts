import { getSystemErrorMap } from 'node:util';

/** How the process ends. */
export const ExitCode = {
  /** Everything was done; or whoever read the output has seen enough. */
  OK: 0,
  /** Something failed. */
  FAILURE: 1,
  /** Two captures that were compared are different. */
  DIFFERENT: 1,
  /** The command line makes no sense. */
  USAGE: 2,
  /** Something failed where 1 has another meaning. */
  TROUBLE: 2,
} as const;

const UNREAD = 'UNREAD';

/** A failure to be told as it is, without a stack. */
export class Failure extends Error {
  /** How the process ends. */
  readonly exitCode: number;

  /**
   * @param message - one line, or several that belong together
   * @param cause - the error behind it
   * @param exitCode - how the process ends
   */
  constructor(message: string, cause?: unknown, exitCode: number = ExitCode.FAILURE) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** A command line that makes no sense in a way that only the command itself finds out. */
export class UsageFailure extends Failure {
  /**
   * @param message - what is wrong; lines after the first show where
   * @param cause - the error behind it
   */
  constructor(message: string, cause?: unknown) {
    super(message, cause, ExitCode.USAGE);
    this.name = 'UsageFailure';
  }
}

/** Nobody reads an output, and what was to be written there is lost. */
export class UnreadFailure extends Failure {
  /** By which it is known. */
  readonly code: string = UNREAD;

  /**
   * @param name - of the output
   * @param octets - how many are lost
   */
  constructor(name: string, octets: number) {
    super(`write ${name}: nobody reads it, and ${String(octets)} octets were left`);
  }
}

/**
 * Whether an error says that nobody reads an output.
 *
 * @param error - anything that was thrown
 */
export function isUnread(error: unknown): boolean {
  return codeOf(error) === UNREAD;
}

/**
 * How the process ends after a failure. The bundled command and the commands that are not bundled have a copy each of
 * {@link Failure}: it is known by what it has.
 *
 * @param error - anything that was thrown
 * @returns `undefined` if it is no failure to be told
 */
export function exitCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : undefined;
}

/**
 * Whether an error says that nobody reads the output any more.
 *
 * @param error - anything that was thrown
 */
export function isClosedPipe(error: unknown): boolean {
  return codeOf(error) === 'EPIPE';
}

/**
 * What went wrong first. What went wrong on the way out of it hides it in a `SuppressedError`.
 *
 * @param error - anything that was thrown
 */
export function firstFailure(error: unknown): unknown {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error ? firstFailure(error.suppressed) : error;
}

/**
 * An error in one line.
 *
 * @param error - anything that was thrown
 */
export function failureLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ');
}

/**
 * What went wrong with a file, in the words of the C library.
 *
 * @param what - such as `'read nlmon.pcap'`
 * @param error - what `node:fs` threw
 * @returns `error` itself when the system did not give it
 */
export function fileFailure(what: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return error;
  const text = getSystemErrorMap().get(-Math.abs(error.errno))?.[1] ?? error.message;
  return new Failure(`${what}: ${text} (${code})`, error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
