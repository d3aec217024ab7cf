import type { net_device } from '@netdevkit/bindings/raw';
import type { Core } from '../core.ts';
import type { Net } from '../net/core/net-namespace.ts';
import type { Credentials } from '../net/core/sock.ts';
import { IPV4_DEVCONF } from '../net/ipv4/devconf.ts';
import { FileTree, procFile, type DirectoryEntry, type FileStatus } from './file-tree.ts';
import { directory, link, type DirectoryNode, type Node } from './node.ts';
import { ipv4Settings } from './proc/conf-ipv4.ts';
import { ipv6Settings } from './proc/conf-ipv6.ts';
import { procModules } from './proc/modules.ts';
import { procNetDev, procNetDevMcast } from './proc/net-dev.ts';
import { FIXED } from './proc/net-fixed.ts';
import { procNetArp, procNetIgmp, procNetRoute } from './proc/net-ipv4.ts';
import { procNetAnycast6, procNetIfInet6, procNetIgmp6, procNetIpv6Route } from './proc/net-ipv6.ts';
import { procNetDevSnmp6, procNetNetstat, procNetSnmp, procNetSnmp6 } from './proc/net-snmp.ts';
import { procNetNetlink, procNetPacket, procNetPtype } from './proc/net-sockets.ts';
import { procSysNet } from './proc/sys-net.ts';
import { sysClassNet, sysVirtualNet } from './sysfs/class-net.ts';
import { DeviceStore } from './sysfs/net-store.ts';

/** Where the files of a network are. */
const ROOTS = ['/proc/net', '/proc/self/net', '/proc/thread-self/net', '/proc/sys/net', '/sys/class/net', '/sys/devices/virtual/net'];

/**
 * Whether a path leads to files of a network, which a {@link NetworkFiles} has: those that programs ask a kernel about its
 * interfaces by. Paths are absolute, without `.`, `..` and doubled slashes.
 */
export function isNetworkPath(path: string): boolean {
  return ROOTS.some((root) => path === root || path.startsWith(`${root}/`));
}

/**
 * The files of a namespace below `/proc` and `/sys`, made when they are read. Results are values or negative errnos.
 */
export class NetworkFiles {
  readonly #core: Core;
  readonly #tree: FileTree;

  constructor(core: Core, namespace: Net) {
    this.#core = core;
    this.#tree = new FileTree(root(core, namespace));
  }

  read(path: string): Uint8Array | number {
    return this.#tree.read(path);
  }

  list(path: string): DirectoryEntry[] | number {
    return this.#tree.list(path);
  }

  readlink(path: string): string | number {
    return this.#tree.readlink(path);
  }

  stat(path: string, follow: boolean): FileStatus | number {
    return this.#tree.stat(path, follow);
  }

  write(path: string, bytes: Uint8Array, credentials: Credentials): number {
    const error = this.#tree.write(path, bytes, credentials);
    this.#core.rtnl.runWork();
    return error;
  }
}

function root(core: Core, namespace: Net): DirectoryNode {
  const { devices, config, rtnl, rtnetlink } = core;
  const store = new DeviceStore({ config, states: devices.states, rtnl });
  const ofProcess = (): Node => directory({ net: () => procNet(core, namespace) });
  return directory({
    proc: () =>
      directory({
        modules: () => procFile(() => procModules(core.modules.list())),
        net: () => link('self/net'),
        self: ofProcess,
        sys: () =>
          directory({
            net: () =>
              procSysNet({
                namespace,
                collectRoutes: () => {
                  rtnetlink.inet6.routes.collect(namespace);
                },
                sysctls: rtnetlink.sysctls,
                ipv4: ipv4Settings(namespace, rtnetlink.inetLinks, rtnetlink.inet.sysctl),
                ipv6: ipv6Settings(namespace, rtnetlink.inet6Links, rtnetlink.inet6.sysctl),
              }),
          }),
        'thread-self': ofProcess,
      }),
    sys: () =>
      directory({
        class: () => directory({ net: () => sysClassNet(namespace) }),
        devices: () => directory({ virtual: () => directory({ net: () => sysVirtualNet(namespace, store) }) }),
      }),
  });
}

function procNet(core: Core, namespace: Net): DirectoryNode {
  const { devices, netlink, packets, rtnetlink } = core;
  const { inet, inet6 } = rtnetlink;
  const rendered: Readonly<Record<string, () => string>> = {
    anycast6: () => procNetAnycast6(namespace, inet6.addresses),
    arp: () => procNetArp(namespace, inet.arp),
    dev: () => procNetDev(namespace),
    dev_mcast: () => procNetDevMcast(namespace, devices.lists.multicast),
    if_inet6: () => procNetIfInet6(namespace, inet6.addresses),
    igmp: () => procNetIgmp(namespace, inet.devinet),
    igmp6: () => procNetIgmp6(namespace, inet6.addresses),
    ipv6_route: () => procNetIpv6Route(namespace, inet6.fib6),
    netstat: () => procNetNetstat(),
    netlink: () => procNetNetlink(netlink.hashed(namespace)),
    packet: () => procNetPacket(packets.of(namespace)),
    ptype: () => procNetPtype(packets.of(namespace)),
    route: () => procNetRoute(namespace, inet.fib),
    snmp: () => procNetSnmp(inet.sysctl.get(namespace, 'all', IPV4_DEVCONF.FORWARDING) !== 0, rtnetlink.sysctls.get(namespace, 'ipv4/ip_default_ttl')),
    snmp6: () => procNetSnmp6(),
  };
  const fixed = Object.entries(FIXED).map(([name, text]) => [name, () => procFile(() => text)] as const);
  const live = Object.entries(rendered).map(([name, render]) => [name, () => procFile(render)] as const);
  const withIpv6 = (): readonly net_device[] => namespace.devices.filter((dev) => rtnetlink.inet6Links.has(dev));
  const dev_snmp6 = (): Node => ({
    kind: 'directory',
    mode: 0o555,
    names: () => withIpv6().map(({ name }) => name),
    get: (name) => {
      const dev = withIpv6().find((own) => own.name === name);
      return dev === undefined ? undefined : procFile(() => procNetDevSnmp6(dev.ifindex));
    },
  });
  return directory({ ...Object.fromEntries([...live, ...fixed]), dev_snmp6 });
}
