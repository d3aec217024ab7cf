import { basename, dirname } from 'node:path';

/** Whether unsafe code may stand in a file: `*.unsafe.ts`, or `src/unsafe.ts`, the entry point that re-exports it. */
export function isUnsafeFile(filename: string): boolean {
  const name = basename(filename);
  if (/\.unsafe\.[cm]?tsx?$/u.test(name)) return true;
  return /^unsafe\.[cm]?tsx?$/u.test(name) && basename(dirname(filename)) === 'src';
}
