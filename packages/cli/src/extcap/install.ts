import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, fileFailure } from '../failure.ts';

const FILE = 'nlmon';
const MARK = '# Written by nlmon extcap --install.';

/**
 * Puts a script where Wireshark looks for extcaps.
 *
 * @param folder - where; by default where Wireshark says
 * @returns the script's path
 * @throws Failure: it cannot be written, or another's is there
 */
export function install(folder: string = extcapFolder()): string {
  const path = join(folder, FILE);
  try {
    if (existsSync(path) && !isOurs(path)) throw new Failure(`write ${path}: nlmon extcap --install did not write what is there`);
    makeFolder(resolve(folder));
    writeFileSync(path, script());
    chmodSync(path, 0o755);
  } catch (error) {
    const failure = fileFailure(`write ${path}`, error);
    if (!(failure instanceof Failure)) throw failure;
    throw new Failure(`${failure.message}; nlmon extcap --install FOLDER writes it elsewhere, for WIRESHARK_EXTCAP_DIR`, error);
  }
  return path;
}

/**
 * Takes the script away.
 *
 * @param folder - where it is; by default where Wireshark says
 * @returns the script's path
 * @throws Failure: there is none, or another's; or it cannot be removed
 */
export function uninstall(folder: string = extcapFolder()): string {
  const path = join(folder, FILE);
  try {
    if (!isOurs(path)) throw new Failure(`remove ${path}: nlmon extcap --install did not write it`);
    rmSync(path);
  } catch (error) {
    throw fileFailure(`remove ${path}`, error);
  }
  return path;
}

function isOurs(path: string): boolean {
  return readFileSync(path, 'utf8').includes(`\n${MARK}\n`);
}

/** Node's own recursion does not end where nothing can be made, such as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Runs this command, wherever the script is called from. */
function script(): string {
  const main = process.argv[1] ?? fileURLToPath(new URL('../main.js', import.meta.url));
  const words = [process.execPath, ...process.execArgv, main, 'extcap'].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return `#!/bin/sh\n${MARK}\nexec ${words.join(' ')} "$@"\n`;
}

/** The folder of this user if Wireshark has one (since 4.2), else the folder of all. */
function extcapFolder(): string {
  const own = process.env['WIRESHARK_EXTCAP_DIR'];
  if (own !== undefined && own !== '') return own;
  for (const program of ['tshark', 'wireshark']) {
    const { stdout, status } = spawnSync(program, ['-G', 'folders'], { encoding: 'utf8' });
    const folder = status === 0 ? folderIn(stdout) : undefined;
    if (folder !== undefined) return folder;
  }
  return join(homedir(), '.local', 'lib', 'wireshark', 'extcap');
}

/**
 * The folder for extcaps that Wireshark names.
 *
 * @param text - what `tshark -G folders` prints
 */
export function folderIn(text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^([^:]+):\s+(.+)$/.exec(line)?.slice(1) ?? []);
  const named = (pattern: RegExp): string | undefined => lines.find(([name = '']) => pattern.test(name))?.[1];
  return named(/^personal extcap/i) ?? named(/extcap/i);
}
