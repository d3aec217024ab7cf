import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Kernel } from '@netdevkit/kernel';
import { Sandbox, support, type RunResult } from '@netdevkit/sandbox';

/** What the demonstration needs of the system. */
const PROGRAMS = ['sh', 'ip', 'genl'];

/**
 * The system's own programs, on an embedded kernel.
 */
export class SystemShell implements AsyncDisposable {
  readonly #sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Why there is none here; `undefined` if there is. */
  static missing(): string | undefined {
    const { available, reasons } = support();
    if (!available) return reasons.join('; ');
    const absent = PROGRAMS.filter((program) => !isInstalled(program));
    return absent.length === 0 ? undefined : `not installed: ${absent.join(', ')}`;
  }

  /**
   * Starts it.
   *
   * @param kernel - stays the caller's
   * @throws KernelError: this host does not allow it
   */
  static async start(kernel: Kernel): Promise<SystemShell> {
    return new SystemShell(await Sandbox.create(kernel));
  }

  /**
   * Runs a command line to its end.
   *
   * @param command - as a shell takes it
   */
  run(command: string): Promise<RunResult> {
    return this.#sandbox.run('sh', ['-c', command], { env: { ...process.env, PATH: searchPath() } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox.close();
  }
}

/** Where programs are looked for: also where iproute2 is for users whose PATH leaves it out. */
function searchPath(): string {
  return [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
}

function isInstalled(program: string): boolean {
  return searchPath().split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
