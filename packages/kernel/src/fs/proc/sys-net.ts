import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import { SOCK_BUFFER } from '../../net/core/sock.ts';
import { SYSCTLS, type Sysctls } from '../../net/core/sysctl.ts';
import type { ConfTarget } from '../../net/rtnetlink/af-spec.ts';
import { parseInts } from '../number.ts';
import { directory, type DirectoryNode, type FileNode, type Node } from '../node.ts';

/** The settings of a family, as files show them. */
export interface FamilySettings {
  /** The names of the settings that {@link get} knows. */
  readonly names: readonly string[];
  /**
   * A setting.
   *
   * @param device - a device that has settings, or `all` or `default`
   * @returns a negative errno where there is none to be shown
   */
  readonly get: (device: string, name: string) => string | number;
  /** Permissions of a setting's file. */
  readonly mode: (name: string) => number;
  /** Changes it as a text says: 0 or a negative errno. */
  readonly set: (device: string, name: string, text: string) => number;
  /** The devices that have settings. */
  readonly devices: () => readonly string[];
}

/** What the files are about. */
export interface SysNetDeps {
  readonly namespace: Net;
  readonly sysctls: Sysctls;
  readonly ipv4: FamilySettings;
  readonly ipv6: FamilySettings;
  /** Looks for IPv6 routes that have ended. */
  readonly collectRoutes: () => void;
}

/** Settings of sockets that are what they are, and steer nothing. From net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c. */
const CORE: Readonly<Record<string, string>> = {
  optmem_max: '131072',
  rmem_default: String(SOCK_BUFFER),
  rmem_max: String(SOCK_BUFFER),
  somaxconn: '4096',
  txrehash: '1',
  wmem_default: String(SOCK_BUFFER),
  wmem_max: String(SOCK_BUFFER),
};

/** `/proc/sys/net`: what of it this kernel has. Files that cannot be changed here are not writable, which on Linux most are. */
export function procSysNet(deps: SysNetDeps): DirectoryNode {
  const forward = setting(
    () => deps.ipv4.get('all', 'forwarding'),
    (text) => deps.ipv4.set('all', 'forwarding', text),
  );
  return directory({
    core: () => directory(Object.fromEntries(Object.entries(CORE).map(([name, text]) => [name, (): Node => setting(() => text)]))),
    ipv4: () =>
      directory({
        ...plain(deps, 'ipv4'),
        ip_forward: () => forward,
        // What was cached of routes is to go: nothing is.
        route: () => directory({ flush: () => flush(() => undefined), ...plain(deps, 'ipv4/route') }),
        conf: () => conf(deps.ipv4),
      }),
    ipv6: () =>
      directory({
        ...plain(deps, 'ipv6'),
        icmp: () => directory(plain(deps, 'ipv6/icmp')),
        route: () => directory({ flush: () => flush(deps.collectRoutes), ...plain(deps, 'ipv6/route') }),
        conf: () => conf(deps.ipv6),
      }),
  });
}

/** Finds whose settings the folders below `conf` are. */
export function targetOf(namespace: Net, has: (dev: net_device) => boolean): (name: string) => ConfTarget | undefined {
  return (name) => {
    if (name === 'all' || name === 'default') return name;
    const dev = namespace.byName(name);
    return dev?.name === name && has(dev) ? dev : undefined;
  };
}

/** The settings of a folder that are numbers and no more. */
function plain({ namespace, sysctls }: SysNetDeps, folder: string): Record<string, () => Node> {
  const files: Record<string, () => Node> = {};
  for (const [path, { initial }] of SYSCTLS) {
    const name = path.slice(folder.length + 1);
    if (!path.startsWith(`${folder}/`) || name.includes('/')) continue;
    files[name] = () =>
      setting(
        () => sysctls.values(namespace, path).join('\t'),
        (text) => {
          const values = parseInts(text, initial.length);
          return values === 'EINVAL' ? -errno.EINVAL : sysctls.set(namespace, path, values);
        },
      );
  }
  return files;
}

function conf(settings: FamilySettings): DirectoryNode {
  return {
    kind: 'directory',
    mode: 0o555,
    names: () => ['all', 'default', ...settings.devices()],
    get: (device) => (device === 'all' || device === 'default' || settings.devices().includes(device) ? confOf(settings, device) : undefined),
  };
}

function confOf(settings: FamilySettings, device: string): DirectoryNode {
  return directory(
    Object.fromEntries(
      settings.names.map((name) => [
        name,
        (): Node => {
          const mode = settings.mode(name);
          const read = (): string | number => settings.get(device, name);
          const write = (text: string): number => settings.set(device, name, text);
          return { ...setting(read, (mode & 0o222) === 0 ? undefined : write), mode };
        },
      ]),
    ),
  );
}

/** A file that takes a number and does something. */
function flush(act: () => void): FileNode {
  const write = (text: string): number => {
    if (parseInts(text, 1) === 'EINVAL') return -errno.EINVAL;
    act();
    return 0;
  };
  return { ...setting(() => -errno.EINVAL, write), mode: 0o200 };
}

/** A file of /proc/sys, which whoever administers the network may write to like root: net/sysctl_net.c. */
function setting(read: () => string | number, write?: (text: string) => number): FileNode {
  const show = (): string | number => {
    const value = read();
    return typeof value === 'number' ? value : `${value}\n`;
  };
  const file: FileNode = { kind: 'file', mode: 0o444, size: 0, read: show, refusal: -errno.EACCES, administered: true };
  return write === undefined ? file : { ...file, mode: 0o644, write };
}
