// Other clients, as Debian packages them: what of them is there, and how to run it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../turns.mjs';

const here = (file) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));
/** Debian's Python: another one does not see Debian's packages. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What is compiled: the program, and the library whose package-config has its flags. */
const PROGRAMS = { plain: undefined, libnl: 'libnl-route-3.0' };
const PACKAGES = { plain: 'gcc', libnl: 'gcc, pkg-config, libnl-route-3-dev', pyroute2: 'python3-pyroute2', ip: 'iproute2', time: 'time' };

/** Finds peers, and compiles those that are libraries. Dispose of it. */
export class Peers {
  #found = new Set();
  /** Where files of this run go. */
  folder = mkdtempSync(join(tmpdir(), 'netdevkit-bench-'));

  constructor() {
    for (const [name, library] of Object.entries(PROGRAMS)) if (this.#compile(name, library)) this.#found.add(name);
    if (works(PYTHON, '-c', 'import pyroute2')) this.#found.add('pyroute2');
    if (works('ip', '-Version')) this.#found.add('ip');
    if (works('/usr/bin/time', '-f', '', 'true')) this.#found.add('time');
  }

  has(name) {
    return this.#found.has(name);
  }

  /** Debian packages of peers that are not there. */
  get missing() {
    return Object.keys(PACKAGES).filter((name) => !this.has(name)).map((name) => `${name} (${PACKAGES[name]})`);
  }

  /** Runs a program that was compiled. */
  c(name, ...args) {
    return run(join(this.folder, name), ...args);
  }

  pyroute2(rounds) {
    return run(PYTHON, here('pyroute2-dump.py'), rounds);
  }

  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #compile(name, library) {
    const flags = library === undefined ? '' : spawnSync('pkg-config', ['--cflags', '--libs', library], { encoding: 'utf8' }).stdout;
    if (flags === null || flags === undefined) return false;
    return works('gcc', '-O2', '-o', join(this.folder, name), here(`${name}.c`), ...flags.split(/\s+/).filter(Boolean));
  }
}
