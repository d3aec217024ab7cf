import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isKernelError } from '@netdevkit/errno';
import type { NetNamespace } from '@netdevkit/kernel';
import { attach, CommandServer, isServed, type AttachedCommand, type Sandbox } from '@netdevkit/sandbox';
import { Failure, fileFailure } from '../failure.ts';

const PRIVATE = 0o700;
const OTHERS = 0o077;
/** From unix(7): `sun_path`, with a NUL behind it. */
const LONGEST_PATH = 107;
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The kernel of a sandbox, as long as commands of other processes run on it. */
export class Session implements Disposable {
  readonly #server: CommandServer;
  #onIdle: () => void = () => undefined;

  /**
   * Serves commands from now on.
   *
   * @param sandbox - whose kernel it is
   * @param netns - the namespace that they are in
   * @param name - by which they find it
   * @throws Failure: there is such a session already
   */
  constructor(sandbox: Sandbox, netns: NetNamespace, name: string) {
    const path = socketOf(name);
    // One that was killed has left it behind.
    if (!isServed(path)) rmSync(path, { force: true });
    try {
      this.#server = new CommandServer(sandbox, { path, netns, onIdle: () => { this.#onIdle(); } });
    } catch (error) {
      if (!isKernelError(error, 'EADDRINUSE')) throw error;
      throw new Failure(`there is a session ${name} already; --session gives this one another name`, error);
    }
  }

  /**
   * Waits until no command of another process runs, or somebody interrupts.
   *
   * @param onInterrupt - called then
   */
  async idle(onInterrupt: () => void): Promise<void> {
    if (this.#server.clients === 0) return;
    let interrupt = (): void => undefined;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      interrupt = () => {
        onInterrupt();
        resolve();
      };
    });
    for (const signal of ENDING) process.on(signal, interrupt);
    await idle;
    for (const signal of ENDING) process.off(signal, interrupt);
  }

  /** Serves no longer. */
  [Symbol.dispose](): void {
    this.#server[Symbol.dispose]();
  }
}

/**
 * Runs a command on the kernel of a session.
 *
 * @param name - of the session
 * @param command - its name and arguments
 * @throws Failure: there is none
 */
export function attachTo(name: string, command: readonly [string, ...string[]]): AttachedCommand {
  try {
    return attach(socketOf(name), command[0], command.slice(1));
  } catch (error) {
    if (!isKernelError(error, 'ENOENT') && !isKernelError(error, 'ECONNREFUSED')) throw error;
    throw new Failure(`there is no session ${name}: nlmon run --keep starts one`, error);
  }
}

/** Where a session can be reached: whoever may connect may run programs as this user. */
function socketOf(name: string): string {
  const uid = process.getuid?.() ?? 0;
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  // From the XDG Base Directory Specification: a path that is not absolute does not count.
  const folder = join(isAbsolute(runtime) ? runtime : tmpdir(), `nlmon-${String(uid)}`);
  makePrivate(folder, uid);
  const path = join(folder, `${name}.socket`);
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new Failure(`${path}: a socket's path has ${String(LONGEST_PATH)} octets at most; XDG_RUNTIME_DIR says where it is`);
  return path;
}

function makePrivate(folder: string, uid: number): void {
  try {
    mkdirSync(folder, { mode: PRIVATE });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw fileFailure(`make ${folder}`, error);
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & OTHERS) !== 0) throw new Failure(`${folder}: it is no folder, or belongs to somebody else, or others may enter it`);
}
