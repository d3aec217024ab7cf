import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import { SOCK_BUFFER } from '../../net/core/sock.ts';
import { parseInt32 } from '../number.ts';
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
  /** Whether a setting of a device may be changed. */
  readonly isWritable: (device: string, name: string) => boolean;
  /** Changes it: 0 or a negative errno. */
  readonly set: (device: string, name: string, value: number) => number;
  /** The devices that have settings. */
  readonly devices: () => readonly string[];
}

/** Settings of sockets and of IPv4 that are what they are. From net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c. */
const CORE: Readonly<Record<string, string>> = {
  optmem_max: '131072',
  rmem_default: String(SOCK_BUFFER),
  rmem_max: String(SOCK_BUFFER),
  somaxconn: '4096',
  txrehash: '1',
  wmem_default: String(SOCK_BUFFER),
  wmem_max: String(SOCK_BUFFER),
};
const IPV4: Readonly<Record<string, string>> = {
  icmp_echo_ignore_all: '0',
  igmp_max_memberships: '20',
  ip_default_ttl: '64',
  ip_local_port_range: '32768\t60999',
  ip_nonlocal_bind: '0',
  ip_unprivileged_port_start: '1024',
};
const IPV6: Readonly<Record<string, string>> = { bindv6only: '0', ip_nonlocal_bind: '0' };

/**
 * `/proc/sys/net`: what of it this kernel has. Files that cannot be changed here are not writable, which on Linux most are.
 */
export function procSysNet(families: { readonly ipv4: FamilySettings; readonly ipv6: FamilySettings }): DirectoryNode {
  return directory({
    core: () => fixed(CORE),
    ipv4: () => family(IPV4, families.ipv4, { ip_forward: () => sysctl(() => families.ipv4.get('all', 'forwarding')) }),
    ipv6: () => family(IPV6, families.ipv6, {}),
  });
}

function family(files: Readonly<Record<string, string>>, settings: FamilySettings, more: Readonly<Record<string, () => Node>>): DirectoryNode {
  const conf: DirectoryNode = {
    kind: 'directory',
    mode: 0o555,
    names: () => ['all', 'default', ...settings.devices()],
    get: (device) => (device === 'all' || device === 'default' || settings.devices().includes(device) ? confOf(settings, device) : undefined),
  };
  return directory({ ...entriesOf(files), ...more, conf: () => conf });
}

function confOf(settings: FamilySettings, device: string): DirectoryNode {
  return directory(
    Object.fromEntries(
      settings.names.map((name) => [
        name,
        (): Node => {
          const file = sysctl(() => settings.get(device, name));
          if (!settings.isWritable(device, name)) return file;
          const write = (text: string): number => {
            const value = parseInt32(text);
            if (value === 'EINVAL') return -errno.EINVAL;
            return value === null ? 0 : settings.set(device, name, value);
          };
          return { ...file, mode: 0o644, write };
        },
      ]),
    ),
  );
}

function fixed(files: Readonly<Record<string, string>>): DirectoryNode {
  return directory(entriesOf(files));
}

function entriesOf(files: Readonly<Record<string, string>>): Record<string, () => Node> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, (): Node => sysctl(() => text)]));
}

/** A file of /proc/sys, which whoever administers the network may write to like root: net/sysctl_net.c. */
function sysctl(read: () => string | number): FileNode {
  const show = (): string | number => {
    const value = read();
    return typeof value === 'number' ? value : `${value}\n`;
  };
  return { kind: 'file', mode: 0o444, size: 0, read: show, refusal: -errno.EACCES, administered: true };
}

/** The namespace's devices by name, as far as a family has settings for them. */
export function settledDevices(namespace: Net, has: (name: string) => boolean): string[] {
  return namespace.devices.map(({ name }) => name).filter(has);
}
