import { constants } from 'node:os';
import { support, type StdioEntry } from '@netdevkit/sandbox';
import { Failure, failureLine, fileFailure } from '../failure.ts';

const STDERR = 2;
/** From env(1): the program could not be run, or not be found. */
const NOT_RUN = 126;
const NOT_FOUND = 127;
/** From sh(1): what a signal's number is added to. */
const SIGNALLED = 128;

/** How a program ended. */
interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that runs, here or in the sandbox of another process. */
export interface RunningProgram {
  readonly spawnfile: string;
  kill(signal: NodeJS.Signals): boolean;
  once(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Sees that programs' system calls can be intercepted here.
 *
 * @throws Failure: why not
 */
export function requireSupport(): void {
  const { available, reasons } = support();
  if (!available) throw new Failure(`system calls of programs cannot be intercepted here: ${reasons.join('; ')}`);
}

/** A program's descriptors: a capture in a pipe must not have its words between the blocks. */
export function stdioOf({ write }: { readonly write?: string }): readonly StdioEntry[] {
  return ['inherit', write === '-' ? STDERR : 'inherit', 'inherit'];
}

/**
 * Waits for a program's end. While it runs, the terminal's signals are for it alone, and others are passed on to it.
 *
 * @param child - a program that was just started
 * @param onTold - called at its end when this process was told to end, too
 * @returns what a shell's `$?` is after it
 * @throws Failure: it could not be started
 */
export async function statusOf(child: RunningProgram, onTold: () => void = () => undefined): Promise<number> {
  let wasInterrupted = false;
  let wasTold = false;
  const ignore = (): void => {
    wasInterrupted = true;
  };
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGTERM' || signal === 'SIGHUP') wasTold = true;
    child.kill(signal);
  };
  const terminal = ['SIGINT', 'SIGQUIT'] as const;
  const others = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
  for (const signal of terminal) process.on(signal, ignore);
  for (const signal of others) process.on(signal, passOn);
  try {
    const ending = await new Promise<Ending>((resolve, reject) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
      child.once('error', reject);
    });
    // Programs may have their own use for a terminal's signals.
    if (wasTold || (wasInterrupted && ending.signal !== null)) onTold();
    return shellStatus(ending);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const told = fileFailure(`run ${child.spawnfile}`, error);
    throw new Failure(failureLine(told), error, statusOfFailure(error));
  } finally {
    for (const signal of terminal) process.off(signal, ignore);
    for (const signal of others) process.off(signal, passOn);
  }
}

function shellStatus({ code, signal }: Ending): number {
  return code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal]);
}

function statusOfFailure(error: Error): number {
  return 'code' in error && error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN;
}
