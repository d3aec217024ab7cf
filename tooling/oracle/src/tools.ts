import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OracleError } from './oracle-error.ts';

/** Programs that are needed, and the Debian packages that have them. */
const TOOLS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mke2fs: 'e2fsprogs',
  cpio: 'cpio',
  xz: 'xz-utils',
  tar: 'tar',
  'dpkg-deb': 'dpkg',
  'apt-get': 'apt',
  'apt-cache': 'apt',
};

const MOST_OUTPUT = 1 << 30;
const TOLD_LINES = 5;

/** What programs of the system are found by: folders of administrators are not in everybody's path. */
export function toolPath(path: string = process.env['PATH'] ?? ''): string {
  return [path, '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter((part) => part !== '').join(delimiter);
}

/**
 * The packages of Debian that have to be installed first.
 *
 * @param path - where programs are looked for
 */
export function missingPackages(path: string = toolPath()): string[] {
  const missing = Object.keys(TOOLS).filter((tool) => !path.split(delimiter).some((folder) => isExecutable(join(folder, tool))));
  return [...new Set(missing.map((tool) => TOOLS[tool] ?? tool))].sort();
}

/**
 * Checks that a virtual machine can be made on this machine.
 *
 * @throws OracleError: what is missing
 */
export function requireTools(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new OracleError(`the virtual machine needs Linux on x86-64, and this is ${process.platform} on ${process.arch}`);
  const missing = missingPackages();
  if (missing.length > 0) throw new OracleError(`the virtual machine needs packages of Debian that are not installed: apt-get install ${missing.join(' ')}`);
}

/** How a program is run. */
export interface ToolOptions {
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end.
 *
 * @param command - its name
 * @param args - its arguments
 * @param options - how
 * @returns its standard output
 * @throws OracleError: it failed, with the last lines that it said
 */
export function runTool(command: string, args: readonly string[], { input, cwd, env = {} }: ToolOptions = {}): Buffer {
  const { status, signal, stdout, stderr, error } = spawnSync(command, [...args], {
    input,
    cwd,
    env: { ...process.env, LC_ALL: 'C', ...env, PATH: toolPath() },
    maxBuffer: MOST_OUTPUT,
  });
  if (error !== undefined) throw new OracleError(`cannot run ${command}: ${error.message}`, error);
  if (status === 0) return stdout;
  const said = stderr.toString().trim().split('\n').slice(-TOLD_LINES).join('\n');
  throw new OracleError(`${command} ${args[0] ?? ''} failed (${signal ?? String(status)})${said === '' ? '' : `:\n${said}`}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
