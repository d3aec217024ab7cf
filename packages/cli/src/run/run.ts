import { Kernel, RELEASE, type NetlinkWatch, type NetNamespace, type WatchedDatagram } from '@netdevkit/kernel';
import { Sandbox } from '@netdevkit/sandbox';
import { PackageCatalog } from '../catalog/package-catalog.ts';
import { UsageFailure } from '../failure.ts';
import { LiveOutputThread } from '../live/live-output-thread.ts';
import { outputOf } from '../live/live-output.ts';
import type { LivePacket } from '../live/live-packet.ts';
import { requireSupport, statusOf, stdioOf } from '../live/program-status.ts';
import { told, warn } from '../live/warn.ts';
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
  requireSupport();
  const modules = new PackageCatalog({ project: process.cwd(), prefer: options.prefer, onProblem: warn });
  using kernel = new Kernel({ modules });
  for (const name of options.driver ?? []) kernel.insmod(loadDriver(name));
  setFaults(kernel, options);
  const netns = options.netns === undefined ? kernel.initialNamespace : kernel.createNamespace(options.netns);
  await using output = await LiveOutputThread.open({ ...outputOf(options), os: `NetDevKit kernel ${RELEASE}, on ${process.platform}` });
  using watch = kernel.watchNetlink();
  await using sandbox = await Sandbox.create(kernel, { onError: (error) => { warn(told(error)); } });

  const places = placesOf(kernel);
  const child = sandbox.spawn(command[0], command.slice(1), { netns, stdio: stdioOf(options) });
  // Whoever fails to write ends the command, which would otherwise wait for nobody.
  output.onFailure = () => void child.kill();
  const showing = show(watch, (datagram) => {
    output.push(livePacket(datagram, places));
  });
  try {
    return await statusOf(child);
  } finally {
    watch[Symbol.dispose]();
    await showing;
    await output.close();
    if (watch.drops > 0) warn(`${String(watch.drops)} messages were not shown: they came faster than they could be written`);
  }
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

/** Shows what is seen, until the watch has ended. */
async function show(watch: NetlinkWatch, push: (datagram: WatchedDatagram) => void): Promise<void> {
  for (let seen; (seen = await next(watch)).length > 0; ) for (const datagram of seen) push(datagram);
}

async function next(watch: NetlinkWatch): Promise<readonly WatchedDatagram[]> {
  await watch.waitReadable();
  return watch.take();
}

/** What namespaces are called in the output, by their numbers. */
function placesOf(kernel: Kernel): (inum: number) => string {
  const names = new Map<number, string>();
  return (inum) => {
    let name = names.get(inum);
    if (name === undefined) {
      const namespace: NetNamespace | undefined = kernel.namespaces.find((candidate) => candidate.inum === inum);
      names.set(inum, (name = namespace === undefined || namespace.name === '' ? 'netlink' : namespace.name));
    }
    return name;
  };
}

function livePacket({ bytes, protocol, sec, nsec, namespace }: WatchedDatagram, place: (inum: number) => string): LivePacket {
  return { bytes, protocol, seconds: sec, nanoseconds: nsec, place: place(namespace) };
}
