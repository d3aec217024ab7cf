import { availableParallelism } from 'node:os';
import { Kernel } from '@netdevkit/kernel';
import { PackageCatalog } from '../catalog/package-catalog.ts';
import { UsageFailure } from '../failure.ts';
import { requireSupport, statusOf } from '../live/program-status.ts';
import { runOnKernel } from '../live/run-on-kernel.ts';
import { attachTo } from '../live/session.ts';
import { warn } from '../live/warn.ts';
import { FaultSpecError, parseFault } from './fault-spec.ts';
import { loadDriver } from './load-driver.ts';
import type { RunOptions } from './options.ts';

/**
 * Runs a command on an embedded kernel of its own, and shows the netlink messages meanwhile: `nlmon run`.
 *
 * @param command - its name and arguments
 * @param options - from the command line
 * @returns what the command exited with
 * @throws Failure: this host does not allow it, or a driver cannot be loaded; SinkError: an output failed
 */
export async function run(command: readonly [string, ...string[]], options: RunOptions): Promise<number> {
  if (options.attach === true) return statusOf(attachTo(options.session, command));
  requireSupport();
  const modules = new PackageCatalog({ project: process.cwd(), prefer: options.prefer, onProblem: warn });
  // What a driver has for each processor, it has for each of this machine's.
  using kernel = new Kernel({ modules, cpus: availableParallelism() });
  for (const name of options.driver ?? []) kernel.insmod(loadDriver(name));
  setFaults(kernel, options);
  const netns = options.netns === undefined ? kernel.initialNamespace : kernel.createNamespace(options.netns);
  const { files, everySocket, keep, session } = options;
  return await runOnKernel(kernel, netns, command, options, { session: keep === true ? session : undefined, files, everySocket });
}

function setFaults({ faults }: Kernel, { fault = [], faultSeed }: RunOptions): void {
  if (faultSeed !== undefined) faults.netlink.seed(faultSeed);
  for (const text of fault) {
    try {
      faults.netlink.set(parseFault(text));
    } catch (error) {
      if (!(error instanceof FaultSpecError)) throw error;
      throw new UsageFailure(`--fault ${text}: ${error.message}`, error);
    }
  }
}
