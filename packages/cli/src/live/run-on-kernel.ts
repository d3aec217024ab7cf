import { RELEASE, type Kernel, type NetlinkWatch, type NetNamespace, type WatchedDatagram } from '@netdevkit/kernel';
import { Sandbox, type SandboxRemark } from '@netdevkit/sandbox';
import { LiveOutputThread } from './live-output-thread.ts';
import { outputOf, type LiveOutputOptions } from './live-output.ts';
import type { LivePacket } from './live-packet.ts';
import { statusOf, stdioOf } from './program-status.ts';
import { Session } from './session.ts';
import { told } from './warn.ts';

/** How a sandbox is used. */
export interface SandboxUse {
  /** By what name commands of other processes find the kernel; by default not at all. */
  readonly session?: string | undefined;
  /**
   * Whether the files below `/proc/net` and `/sys/class/net` are the embedded kernel's, too.
   *
   * @defaultValue true
   */
  readonly files?: boolean;
  /**
   * Whether sockets are followed to whatever numbers they get.
   *
   * @defaultValue false
   */
  readonly everySocket?: boolean | undefined;
}

/**
 * Runs a command on an embedded kernel, and shows the netlink messages meanwhile.
 *
 * @param kernel - stays the caller's
 * @param netns - the namespace that the command is in
 * @param command - its name and arguments
 * @param options - what becomes of the messages
 * @param use - how
 * @returns what the command exited with, once all commands have ended
 * @throws Failure: this host does not allow it; SinkError: an output failed
 */
export async function runOnKernel(
  kernel: Kernel,
  netns: NetNamespace,
  command: readonly [string, ...string[]],
  options: LiveOutputOptions,
  { session, files = true, everySocket = false }: SandboxUse = {},
): Promise<number> {
  await using output = await LiveOutputThread.open({ ...outputOf(options), os: `NetDevKit kernel ${RELEASE}, on ${process.platform}` });
  using watch = kernel.watchNetlink();
  await using sandbox = await Sandbox.create(kernel, {
    files,
    everySocket,
    onError: (error) => { output.remark(told(error)); },
    onRemark: (remark) => { output.remark(sentence(remark)); },
  });

  using served = session === undefined ? undefined : new Session(sandbox, netns, session);
  const places = placesOf(kernel);
  const child = sandbox.spawn(command[0], command.slice(1), { netns, stdio: stdioOf(options) });
  // Whoever fails to write ends the command, which would otherwise wait for nobody.
  output.onFailure = () => void child.kill();
  output.source = sandbox;
  const hurry = (): void => {
    output.hurry();
  };
  const showing = show(watch, (datagram) => {
    output.push(livePacket(datagram, places));
  });
  try {
    const status = await statusOf(child, hurry);
    await served?.idle(hurry);
    return status;
  } finally {
    watch[Symbol.dispose]();
    await showing;
    if (watch.drops > 0) output.remark(`${String(watch.drops)} messages were not shown: they came faster than they could be written`);
    await output.close();
  }
}

function sentence({ kind, command, pid }: SandboxRemark): string {
  const who = `${command}[${String(pid)}]`;
  if (kind === 'no-room') return `${who}: has no room for a socket: its limit of open files has to be above 512`;
  return `${who}: may not copy a socket to a number of its choice (EBADF), which nlmon run --every-socket allows`;
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
