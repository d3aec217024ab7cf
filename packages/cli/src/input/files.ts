import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { Failure, fileFailure } from '../failure.ts';

const STDIN = 0;

/**
 * What a file is called in messages.
 *
 * @param path - of the file; `'-'` is standard input
 */
export function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/**
 * Whether a file can be read twice: it is one, and no pipe.
 *
 * @param path - of the file; `'-'` is standard input
 */
export function isRegular(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

/**
 * Whether a file is a pipe that has a name.
 *
 * @param path - of the file; `'-'` is standard input, which is none
 */
export function isNamedPipe(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false);
}

/**
 * Finds out early whether a file can be read.
 *
 * @param path - of the file; `'-'` is standard input
 * @throws Failure: it cannot
 */
export function checkReadable(path: string): void {
  if (path === '-') return;
  try {
    // Opening anything else, such as a named pipe, would be noticed at its other end.
    const stat = statSync(path);
    if (stat.isFile()) closeSync(openSync(path, 'r'));
    // A directory can be opened, and not read.
    else if (stat.isDirectory()) readFileSync(path);
  } catch (error) {
    throw fileFailure(`read ${path}`, error);
  }
}

/**
 * Refuses to write into the capture that is read: it would be lost, or grow for ever.
 *
 * @param path - of the capture; `'-'` is standard input
 * @param output - the file to be written, by its path or its descriptor
 * @throws Failure: they are the same file
 */
export function checkApart(path: string, output: string | number): void {
  const read = identity(path === '-' ? STDIN : path);
  if (read === undefined || read !== identity(output)) return;
  throw new Failure(`write ${typeof output === 'number' ? 'standard output' : output}: it is ${nameOf(path)}, which is to be read`);
}

/** A regular file that exists, whatever leads to it. */
function identity(file: string | number): string | undefined {
  try {
    const stat = typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true });
    return stat.isFile() ? `${String(stat.dev)}:${String(stat.ino)}` : undefined;
  } catch {
    // What cannot be looked at is found out when it is opened.
    return undefined;
  }
}
