import { AF_NETLINK, ARPHRD_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, type Link } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import { Host, type HostNamespace, type HostPort, type PortEnd } from '@netdevkit/linux';
import { namespaceOf } from '../capture/namespace-of.ts';
import { StatusLine } from '../capture/status-line.ts';
import { Stop } from '../capture/stop.ts';
import { PackageCatalog } from '../catalog/package-catalog.ts';
import { Cleanup } from '../cleanup.ts';
import { Failure, failureLine, UsageFailure } from '../failure.ts';
import { told, warn } from '../live/warn.ts';
import { loadDriver } from '../run/load-driver.ts';
import { say } from '../say.ts';
import { KernelLog } from './kernel-log.ts';
import type { UpOptions } from './options.ts';
import { endText, trafficText, welcome } from './words.ts';

const TICK_MS = 250;

/**
 * Lets a device of an installed driver be an interface of this host until it is told to stop, or somebody deletes the
 * interface: `nlmon up`.
 *
 * @param kind - of link, such as `'echo'`
 * @param name - of the interface, or a template; by default the kind with a number
 * @param options - from the command line
 * @throws Failure: there is no such driver, it refuses, or this host does not allow it
 */
export async function up(kind: string, name: string | undefined, options: UpOptions): Promise<void> {
  using stack = new Cleanup();
  const stop = stack.use(new Stop());
  const host = stack.use(new Host());
  const namespace = options.netns === undefined ? undefined : stack.use(host.namespace(namespaceOf(options.netns)));
  const modules = new PackageCatalog({ project: process.cwd(), prefer: options.prefer, onProblem: warn });
  // A module that makes devices of its own would take the names.
  const kernel = stack.use(new Kernel({ modules, moduleOptions: { dummy: 'numdummies=0' } }));
  for (const driver of options.driver ?? []) kernel.insmod(loadDriver(driver));
  const ip = stack.use(new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)));
  const log = new KernelLog(kernel);
  const link = makeLink(ip, kind, options, log);
  const port = stack.use(plug(host, kernel, link, name ?? `${kind}%d`, namespace));
  // The driver's own words shall be about the same name.
  if (port.name !== link.name) ip.link.set(link.index, { name: port.name });
  giveAddresses(host, namespace, port, options.ip ?? []);
  if (options.quiet !== true) say(`${welcome({ name: port.name, index: port.index, link, netns: options.netns, isMonitor: link.type === ARPHRD_NETLINK })}\n`);
  const end = await serve(port, stop.signal, log, options.quiet ?? false);
  if (end.reason === 'failed') throw new Failure(failureLine(end.error), end.error);
  if (options.quiet === true) return;
  const text = endText(end);
  if (text !== undefined) warn(text);
  warn(trafficText(port.counters()));
}

/** Makes the device and opens it, so that what the driver refuses is told before there is an interface. */
function makeLink(ip: IpRoute, kind: string, { mtu, address, queues }: UpOptions, log: KernelLog): Link {
  const asked = {
    ...(mtu === undefined ? {} : { mtu }),
    ...(address === undefined ? {} : { address }),
    ...(queues === undefined ? {} : { numTxQueues: queues, numRxQueues: queues }),
  };
  try {
    const { index } = ip.link.create({ kind, ...asked });
    ip.link.set(index, { up: true });
    return ip.link.show(index);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageFailure(`nlmon up ${kind}: ${error.message}`, error);
    if (isKernelError(error, 'EOPNOTSUPP') && address === undefined) {
      throw new Failure(`no driver for links of kind ${kind} is installed here: none provides rtnl-link-${kind}, and --driver PACKAGE names none`, error);
    }
    throw new Failure([`the driver of ${kind} refuses: ${failureLine(error)}`, ...log.take()].join('; '), error);
  }
}

function plug(host: Host, kernel: Kernel, { name }: Link, wanted: string, namespace: HostNamespace | undefined): HostPort {
  return host.plug(kernel.initialNamespace, name, {
    name: wanted,
    ...(namespace === undefined ? {} : { namespace }),
    onError: (error) => { warn(told(error)); },
  });
}

function giveAddresses(host: Host, namespace: HostNamespace | undefined, { index }: HostPort, addresses: readonly string[]): void {
  using there = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, namespace === undefined ? {} : { namespace }));
  for (const address of addresses) {
    try {
      there.address.add({ index, address });
    } catch (error) {
      throw new UsageFailure(`--ip ${address}: ${failureLine(error)}`, error);
    }
  }
}

async function serve(port: HostPort, signal: AbortSignal, log: KernelLog, isQuiet: boolean): Promise<PortEnd> {
  using status = StatusLine.of({ prints: false, isQuiet });
  const tick = (): void => {
    for (const line of log.take()) {
      status.clear();
      warn(line);
    }
    status.show(() => trafficText(port.counters()));
  };
  const timer = setInterval(tick, TICK_MS);
  const stopped = (): void => { port.close(); };
  signal.addEventListener('abort', stopped, { once: true });
  if (signal.aborted) stopped();
  try {
    return await port.ended;
  } finally {
    clearInterval(timer);
    tick();
    signal.removeEventListener('abort', stopped);
  }
}
