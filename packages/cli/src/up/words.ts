import type { Link } from '@netdevkit/iproute';
import type { PortCounters, PortEnd } from '@netdevkit/linux';
import { namespaceOf } from '../capture/namespace-of.ts';

/** What {@link welcome} is about. */
export interface Welcome {
  /** The interface. */
  readonly name: string;
  readonly index: number;
  /** The device. */
  readonly link: Link;
  /** The namespace as it was asked for. */
  readonly netns: string | undefined;
  /** Whether it shows what others say. */
  readonly isMonitor: boolean;
}

/** What there is now, how to see it, and how it ends. */
export function welcome({ name, index, link: { mtu, address }, netns, isMonitor }: Welcome): string {
  const where = netns === undefined ? '' : ` of network namespace ${netns}`;
  const facts = [`index ${String(index)}`, `mtu ${String(mtu)}`, ...(address === undefined ? [] : [`link/ether ${address}`])].join(', ');
  const there = netns === undefined ? '' : inside(netns);
  const look = isMonitor ? `tcpdump -i ${name}` : `ip -s link show ${name}`;
  return `${name}${where} is up (${facts}): see ${there}${look}; it goes with Ctrl-C, or ${there}ip link del ${name}`;
}

/** What runs a command in a namespace. */
function inside(netns: string): string {
  const namespace = namespaceOf(netns);
  if ('name' in namespace) return `ip netns exec ${namespace.name} `;
  return 'pid' in namespace ? `nsenter -t ${String(namespace.pid)} -n ` : `nsenter --net=${netns} `;
}

/** How a port ended, when that is not what was asked for here. */
export function endText({ reason }: PortEnd): string | undefined {
  if (reason === 'deleted') return 'somebody has deleted the interface';
  return reason === 'gone' ? 'the device is gone' : undefined;
}

/** What passed, in words. */
export function trafficText({ fromHost, toHost, dropped }: PortCounters): string {
  const all = [dropped.fromHost, dropped.toHost].flatMap((one) => Object.entries(one));
  const count = all.reduce((sum, [, packets]) => sum + packets, 0);
  const reasons = [...new Set(all.map(([reason]) => reason))].join(', ');
  return `${packets(fromHost.packets)} from the host, ${packets(toHost.packets)} to it, ${String(count)} dropped${count === 0 ? '' : ` (${reasons})`}`;
}

function packets(count: number): string {
  return `${String(count)} packet${count === 1 ? '' : 's'}`;
}
