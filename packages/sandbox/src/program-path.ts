import { readlinkSync } from 'node:fs';
import { KernelError, isKernelError } from '@netdevkit/errno';
import type { Call } from './personality.ts';

const AT_FDCWD = -100;
const PAGE = 4096;
/** PATH_MAX. */
const LONGEST = 4096;

/**
 * Reads a path of a program.
 *
 * @throws KernelError `EFAULT`; `ENAMETOOLONG`
 */
export function readPath(call: Call, at: number): string {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Page by page: what lies behind the string's end may not be there.
  for (let from = at; length < LONGEST; ) {
    const view = call.read(from, PAGE - (from % PAGE));
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const end = bytes.indexOf(0);
    chunks.push(bytes.slice(0, end < 0 ? undefined : end));
    if (end >= 0) return Buffer.concat(chunks).toString('utf8');
    length += bytes.length;
    from += bytes.length;
  }
  throw new KernelError('ENAMETOOLONG', undefined, { op: call.name });
}

/**
 * The absolute path that a program means, without `.`, `..` and doubled slashes; links are not followed.
 *
 * @param directory - the descriptor that a relative path is relative to, AT_FDCWD for the working directory
 * @returns `undefined` when the descriptor is of no directory, or the path is empty
 */
export function absolutePath(call: Call, directory: number, path: string): string | undefined {
  if (path === '') return undefined;
  if (path.startsWith('/')) return normalize(path);
  const base = directory === AT_FDCWD ? workingDirectory(call.tid) : call.descriptor(directory);
  return base?.startsWith('/') === true ? normalize(`${base}/${path}`) : undefined;
}

/** Whether what a handler threw says that a path could not be read: the host's kernel then says so itself. */
export function isUnreadable(error: unknown): boolean {
  return isKernelError(error, 'EFAULT') || isKernelError(error, 'ENAMETOOLONG');
}

function workingDirectory(tid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${String(tid)}/cwd`);
  } catch {
    return undefined;
  }
}

function normalize(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}
