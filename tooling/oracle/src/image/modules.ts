import { dirname } from 'node:path';

/** Folders of modules that the guest gets, below `kernel/`. */
export const MODULE_FOLDERS: readonly string[] = [
  'net',
  'lib',
  'crypto',
  'arch/x86/crypto',
  'fs/9p',
  'fs/ext4',
  'fs/jbd2',
  'fs/netfs',
  'fs/overlayfs',
  'drivers/block',
  'drivers/virtio',
  'drivers/net',
  'drivers/net/bonding',
  'drivers/net/can',
  'drivers/net/ipvlan',
  'drivers/net/netdevsim',
  'drivers/net/ovpn',
  'drivers/net/team',
  'drivers/net/vxlan',
  'drivers/net/wireless/virtual',
  'drivers/net/wireguard',
];

/** What the initial file system loads to reach the root. */
export const BOOT_MODULES: readonly string[] = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4'];

/** Below these, folders count with all that they hold. */
const WHOLE = new Set(['net', 'lib', 'crypto']);

/**
 * Whether the guest gets a module.
 *
 * @param path - below `kernel/`
 */
export function isWanted(path: string): boolean {
  if (!/\.ko(?:\.xz|\.zst|\.gz)?$/u.test(path)) return false;
  if (path.startsWith('fs/mbcache')) return true;
  const folder = dirname(path);
  const [top = ''] = folder.split('/');
  return WHOLE.has(top) || MODULE_FOLDERS.includes(folder);
}

/**
 * The files that have to be loaded for some modules, in this order.
 *
 * @param dependencies - what depmod has written, `modules.dep`
 * @param names - of modules; those that are built in are not there, and need not be
 */
export function loadOrder(dependencies: string, names: readonly string[]): string[] {
  const needs = new Map<string, string[]>();
  const paths = new Map<string, string>();
  for (const line of dependencies.split('\n')) {
    const [path = '', rest = ''] = line.split(':');
    if (path === '') continue;
    needs.set(path, rest.split(' ').filter((one) => one !== ''));
    paths.set(moduleName(path), path);
  }
  const order = new Set<string>();
  for (const name of names) {
    const path = paths.get(name);
    if (path === undefined) continue;
    // From depmod(8): what a module needs comes after what needs it.
    for (const one of [path, ...(needs.get(path) ?? [])].reverse()) order.add(one);
  }
  return [...order];
}

function moduleName(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.ko.*$/u, '').replaceAll('-', '_');
}
