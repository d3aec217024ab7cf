// Other decoders, as Debian packages them: what of them is there, and how to run it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../turns.mjs';

const here = (file) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));
/** Debian's Python: another one does not see Debian's packages. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What is compiled: the program, and the library whose package-config has its flags. */
const PROGRAMS = { walk: undefined, libmnl: 'libmnl', 'libnl-route': 'libnl-route-3.0' };
/** Debian's cargo: another one would look for crates where Debian has none. */
const CARGO = existsSync('/usr/bin/cargo') ? '/usr/bin/cargo' : 'cargo';
const RUST = 'netlink-packet-route';
const PACKAGES = { walk: 'gcc', libmnl: 'gcc, pkg-config, libmnl-dev', 'libnl-route': 'gcc, pkg-config, libnl-route-3-dev', [RUST]: 'cargo, librust-netlink-packet-route-dev', pyroute2: 'python3-pyroute2', tshark: 'tshark', tcpdump: 'tcpdump' };

/** Finds peers, and compiles those that are libraries. Dispose of it. */
export class Peers {
  #folder = mkdtempSync(join(tmpdir(), 'netdevkit-bench-'));
  #found = new Set();

  constructor() {
    for (const [name, library] of Object.entries(PROGRAMS)) if (this.#compile(name, library)) this.#found.add(name);
    if (this.#cargo()) this.#found.add(RUST);
    if (works(PYTHON, '-c', 'import pyroute2')) this.#found.add('pyroute2');
    for (const name of ['tshark', 'tcpdump']) if (works(name, '--version')) this.#found.add(name);
  }

  has(name) {
    return this.#found.has(name);
  }

  /** Debian packages of peers that are not there. */
  get missing() {
    return Object.keys(PACKAGES).filter((name) => !this.has(name)).map((name) => `${name} (${PACKAGES[name]})`);
  }

  /** Runs a program that was compiled. */
  compiled(name, path) {
    return run(join(this.#folder, name), path);
  }

  pyroute2(mode, path) {
    return run(PYTHON, here('pyroute2-decode.py'), mode, path);
  }

  [Symbol.dispose]() {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** In a folder of its own: what is fixed there is what Debian has. */
  #cargo() {
    const folder = join(this.#folder, 'rust');
    cpSync(here('rust'), folder, { recursive: true });
    const { status } = spawnSync(CARGO, ['build', '--offline', '--release', '--quiet'], { cwd: folder, env: { ...process.env, CARGO_TARGET_DIR: folder }, stdio: 'ignore' });
    if (status === 0) cpSync(join(folder, 'release', RUST), join(this.#folder, RUST));
    return status === 0;
  }

  #compile(name, library) {
    const flags = library === undefined ? '' : spawnSync('pkg-config', ['--cflags', '--libs', library], { encoding: 'utf8' }).stdout;
    if (flags === null || flags === undefined) return false;
    // libnl-route registers what it knows as it is loaded, whether a symbol of it is used or not.
    return works('gcc', '-O2', '-o', join(this.#folder, name), here(`${name}.c`), '-Wl,--no-as-needed', ...flags.split(/\s+/).filter(Boolean));
  }
}
