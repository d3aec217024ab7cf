import { constants } from 'node:os';

/** From env(1): the command could not be run, or not be found. */
const NOT_RUN = 126;
const NOT_FOUND = 127;
/** From sh(1): what a signal's number is added to. */
const SIGNALLED = 128;

/** How a command ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a shell's `$?` is after a command that ended so. */
export function statusOf({ code, signal }: Ending): number {
  return code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal]);
}

/** What env(1) exits with when a command cannot be started. */
export function statusOfFailure(error: Error): number {
  return 'code' in error && error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN;
}
