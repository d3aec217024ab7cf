import { Kernel, RELEASE, type NetNamespace, type WatchedDatagram } from '@netdevkit/kernel';
import { Sandbox, support, type SandboxedProcess } from '@netdevkit/sandbox';
import { PackageCatalog } from '../catalog/package-catalog.ts';
import { Failure, failureLine, fileFailure } from '../failure.ts';
import { LiveOutput } from '../live/live-output.ts';
import type { LivePacket } from '../live/live-packet.ts';
import { printable } from '../print/printable.ts';
import { statusOf, statusOfFailure, type Ending } from './exit-status.ts';
import { loadDriver } from './load-driver.ts';
import type { LiveOutputOptions, RunOptions } from './options.ts';

const STDERR = 2;

/**
 * Runs a command on an embedded kernel of its own, and shows the netlink messages meanwhile: `nlmon run`.
 *
 * @param command - its name and arguments
 * @param options - from the command line
 * @returns what the command exited with
 * @throws Failure: this host does not allow it, or a driver cannot be loaded; SinkError: an output failed
 */
export async function run(command: readonly [string, ...string[]], options: RunOptions): Promise<number> {
  const { available, reasons } = support();
  if (!available) throw new Failure(`programs cannot be run on the embedded kernel here: ${reasons.join('; ')}`);
  const modules = new PackageCatalog({ project: process.cwd(), prefer: options.prefer, onProblem: warn });
  using kernel = new Kernel({ modules });
  for (const name of options.driver ?? []) kernel.insmod(loadDriver(name));
  const netns = options.netns === undefined ? kernel.initialNamespace : kernel.createNamespace(options.netns);
  using output = await LiveOutput.open({ ...outputOf(options), os: `NetDevKit kernel ${RELEASE}, on ${process.platform}` });
  using watch = kernel.watchNetlink();
  await using sandbox = await Sandbox.create(kernel, { onError: (error) => { warn(told(error)); } });

  const places = placesOf(kernel);
  // A capture in a pipe must not have the command's words between its blocks.
  const child = sandbox.spawn(command[0], command.slice(1), { netns, stdio: ['inherit', options.write === '-' ? STDERR : 'inherit', 'inherit'] });
  const ended = ending(child);
  const showing = show(watch, (seen) => output.take(seen.map((datagram) => livePacket(datagram, places))));
  // Whoever fails to write ends the command, which would otherwise wait for nobody.
  showing.catch(() => child.kill());
  try {
    return await ended;
  } finally {
    watch[Symbol.dispose]();
    await showing;
    if (watch.drops > 0) warn(`${String(watch.drops)} messages were not shown: they came faster than they could be written`);
  }
}

/** What is asked for, of what there is: nothing is printed beside a capture unless it is said how. */
function outputOf({ write, format, quiet = false, color }: LiveOutputOptions): Pick<Parameters<typeof LiveOutput.open>[0], 'write' | 'format' | 'color'> {
  return { write, format: quiet ? undefined : (format ?? (write === undefined ? 'text' : undefined)), color };
}

interface Watch {
  take(): WatchedDatagram[];
  waitReadable(): Promise<void>;
}

/** Shows what is seen, until the watch has ended. */
async function show(watch: Watch, take: (seen: readonly WatchedDatagram[]) => Promise<void>): Promise<void> {
  for (;;) {
    await watch.waitReadable();
    const seen = watch.take();
    if (seen.length === 0) return;
    await take(seen);
  }
}

/** Waits for a command's end; while it runs, the terminal's signals are for it alone, and others are passed on. */
async function ending(child: SandboxedProcess): Promise<number> {
  const ignore = (): void => undefined;
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const terminal = ['SIGINT', 'SIGQUIT'] as const;
  const others = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
  for (const signal of terminal) process.on(signal, ignore);
  for (const signal of others) process.on(signal, passOn);
  try {
    return statusOf(
      await new Promise<Ending>((resolve, reject) => {
        child.once('exit', (code, signal) => {
          resolve({ code, signal });
        });
        child.once('error', reject);
      }),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const told = fileFailure(`run ${child.spawnfile}`, error);
    throw new Failure(failureLine(told), error, statusOfFailure(error));
  } finally {
    for (const signal of terminal) process.off(signal, ignore);
    for (const signal of others) process.off(signal, passOn);
  }
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

/** An error, and what is behind it. */
function told(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${told(error.cause)}` : '';
  return failureLine(error) + cause;
}

function warn(text: string): void {
  process.stderr.write(`nlmon: ${printable(text)}\n`);
}
