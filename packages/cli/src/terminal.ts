import { fstatSync } from 'node:fs';

/**
 * Whether a descriptor is a terminal.
 *
 * @param descriptor - `1` for standard output, `2` for standard error
 */
export function isTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    // What is closed is no terminal.
    return false;
  }
  // It brings sockets and streams with it, which whoever reads a file or writes to a pipe can do without.
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
