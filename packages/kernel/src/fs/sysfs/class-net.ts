import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { devGetStats } from '../../net/core/dev-stats.ts';
import type { Net } from '../../net/core/net-namespace.ts';
import { directory, link, type DirectoryNode, type FileNode, type Node } from '../node.ts';
import { ATTRIBUTES, STATISTICS } from './net-attributes.ts';
import type { DeviceStore } from './net-store.ts';

/** What `stat` says of every file of sysfs. */
const PAGE = 4096;

/** Files of receive and transmit queues, of a device with one of each: text or a negative errno. From net/core/net-sysfs.c. */
const RX_QUEUE: Readonly<Record<string, string | number>> = { rps_cpus: '0', rps_flow_cnt: '0' };
const TX_QUEUE: Readonly<Record<string, string | number>> = {
  tx_timeout: '0',
  traffic_class: -errno.ENOENT,
  tx_maxrate: '0',
  xps_cpus: -errno.ENOENT,
  xps_rxqs: '0',
};

/** `/sys/class/net`: a link for each device. */
export function sysClassNet(namespace: Net): DirectoryNode {
  return devices(namespace, ({ name }) => link(`../../devices/virtual/net/${name}`));
}

/** `/sys/devices/virtual/net`. */
export function sysVirtualNet(namespace: Net, store: DeviceStore): DirectoryNode {
  return devices(namespace, (dev) => deviceDirectory(dev, store));
}

function devices(namespace: Net, node: (dev: net_device) => Node): DirectoryNode {
  return {
    kind: 'directory',
    mode: 0o755,
    names: () => namespace.devices.map(({ name }) => name),
    get: (name) => {
      const dev = namespace.byName(name);
      // Alternative names are no files.
      return dev?.name === name ? node(dev) : undefined;
    },
  };
}

function deviceDirectory(dev: net_device, store: DeviceStore): DirectoryNode {
  const entries: Record<string, () => Node> = {};
  for (const [name, show] of Object.entries(ATTRIBUTES)) {
    entries[name] = () => {
      const read = (): string | number => {
        const shown = show(dev);
        // An alias that is not there is nothing at all, not an empty line.
        return typeof shown === 'number' || (name === 'ifalias' && shown === '') ? shown : `${shown}\n`;
      };
      if (!store.has(name)) return sysFile(read);
      return { ...sysFile(read, 0o644), write: (text, credentials) => store.write(dev, name, text, credentials) };
    };
  }
  return directory({
    ...entries,
    uevent: () => sysFile(() => `INTERFACE=${dev.name}\nIFINDEX=${String(dev.ifindex)}\n`),
    queues: () => queues(dev),
    statistics: () => directory(Object.fromEntries(STATISTICS.map((name, at) => [name, () => sysFile(() => `${counter(dev, at)}\n`)]))),
    subsystem: () => link('../../../../class/net'),
  });
}

function queues({ num_rx_queues, num_tx_queues }: net_device): DirectoryNode {
  const entries: Record<string, () => Node> = {};
  for (let i = 0; i < num_rx_queues; i++) entries[`rx-${String(i)}`] = () => queue(RX_QUEUE);
  for (let i = 0; i < num_tx_queues; i++) entries[`tx-${String(i)}`] = () => queue(TX_QUEUE);
  return directory(entries);
}

function queue(files: Readonly<Record<string, string | number>>): DirectoryNode {
  const show = (value: string | number): string | number => (typeof value === 'number' ? value : `${value}\n`);
  return directory(Object.fromEntries(Object.entries(files).map(([name, value]) => [name, () => sysFile(() => show(value))])));
}

function counter(dev: net_device, at: number): string {
  const stats = new BigUint64Array(25);
  devGetStats(dev, stats);
  return String(stats[at] ?? 0n);
}

function sysFile(read: () => string | number, mode = 0o444): FileNode {
  return { kind: 'file', mode, size: PAGE, read, refusal: -errno.EACCES };
}
