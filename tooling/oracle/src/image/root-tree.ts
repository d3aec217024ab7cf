import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../tools.ts';
import type { PackageFile } from './apt-root.ts';

/** The guest's programs: packages of Debian. */
export const PACKAGES: readonly string[] = [
  'bash',
  'busybox-static',
  'conntrack',
  'ethtool',
  'ipset',
  'iproute2',
  'iptables',
  'iputils-ping',
  'ipvsadm',
  'iw',
  'kmod',
  'libatomic1',
  'libcap2-bin',
  'libnl-utils',
  'libpython3-stdlib',
  'libstdc++6',
  'nfacct',
  'nfct',
  'nftables',
  'procps',
  'python3-minimal',
  'strace',
  'tcpdump',
  'util-linux',
  'wireguard-tools',
];

/** What these need to be installed, not to run. */
const LEFT_OUT = /^(?:adduser|debconf|dpkg|init-system-helpers|libdb5|libperl|libsystemd-shared|login|openssl|passwd|perl|systemd|tar)/u;
const BULK = ['bash-completion', 'bug', 'doc', 'gdb', 'info', 'lintian', 'locale', 'man', 'zsh'];

/**
 * Unpacks packages.
 *
 * @param files - their files
 * @param root - the folder that becomes `/`
 */
export function unpack(files: readonly PackageFile[], root: string): void {
  for (const { path } of files) {
    const archive = runTool('dpkg-deb', ['--fsys-tarfile', path]);
    runTool('tar', ['-x', '--no-same-owner', '--keep-directory-symlink', '-C', root], { input: archive });
  }
}

/**
 * Makes the guest's file system: programs, and what their packages' scripts would have done.
 *
 * @param root - an empty folder
 * @param files - packages and all that they need
 * @param guest - the folder of the scripts that run in the guest
 */
export function makeRoot(root: string, files: readonly PackageFile[], guest: string): void {
  for (const name of ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'dev', 'etc/modprobe.d', 'in', 'mnt', 'out', 'proc', 'root', 'run', 'sys', 'tmp', 'var/lib']) mkdirSync(join(root, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  unpack(
    files.filter(({ file }) => !LEFT_OUT.test(file)),
    root,
  );
  for (const name of BULK) rmSync(join(root, 'usr/share', name), { recursive: true, force: true });
  link(root, 'python3', readdirSync(join(root, 'usr/bin')).find((name) => /^python3\.\d+$/u.test(name)));
  link(root, 'sh', 'bash');
  addBusybox(root);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\ntcpdump:x:100:100::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\ntcpdump:x:100:\nnogroup:x:65534:\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), ['passwd', 'group', 'hosts', 'protocols', 'services'].map((name) => `${name}: files\n`).join(''));
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost oracle\n');
  // These make devices when they are loaded, which nobody has asked for.
  writeFileSync(join(root, 'etc/modprobe.d/oracle.conf'), 'options dummy numdummies=0\noptions ifb numifbs=0\noptions bonding max_bonds=0\n');
  const init = join(root, 'usr/sbin/oracle-init');
  copyFileSync(join(guest, 'oracle-init'), init);
  chmodSync(init, 0o755);
  // The interpreter writes nothing beside its modules later: the image is the same for every run.
  runGuest(root, 'python3', ['-m', 'compileall', '-q', '-s', root, join(root, 'usr/lib')]);
}

/**
 * Puts modules into the guest's file system, and the tables that modprobe reads.
 *
 * @param root - the guest's file system
 * @param modules - a folder of modules with that of the kernel's version in it
 * @param version - the kernel's
 */
export function addModules(root: string, modules: string, version: string): void {
  const folder = join(root, 'usr/lib/modules', version);
  cpSync(join(modules, version), folder, { recursive: true });
  const compressed = (suffix: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(suffix)).map((name) => join(folder, name));
  const xz = compressed('.ko.xz');
  if (xz.length > 0) runTool('xz', ['-d', ...xz]);
  const { status, stderr } = runGuest(root, 'depmod', ['-b', root, version], 'kmod');
  if (status !== 0) throw new Error(`depmod failed: ${stderr.trim()}`);
}

/** Runs one of the guest's programs here, with the guest's libraries. */
function runGuest(root: string, name: string, args: readonly string[], program: string = name): { readonly status: number | null; readonly stderr: string } {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib64'].map((folder) => join(root, folder)).join(':');
  const options = ['--library-path', libraries, '--argv0', name, join(root, 'usr/bin', program)];
  return spawnSync(join(root, 'usr/lib64/ld-linux-x86-64.so.2'), [...options, ...args], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', PYTHONHOME: join(root, 'usr') } });
}

/** busybox fills gaps, and stands in for no other program. */
function addBusybox(root: string): void {
  const list = runTool(join(root, 'usr/bin/busybox'), ['--list']).toString();
  for (const name of list.split('\n')) {
    if (name === '' || existsSync(join(root, 'usr/sbin', name))) continue;
    link(root, name, 'busybox');
  }
}

function link(root: string, name: string, to: string | undefined): void {
  const file = join(root, 'usr/bin', name);
  if (to === undefined || existsSync(file)) return;
  // A link to an alternative that no script has made.
  rmSync(file, { force: true });
  symlinkSync(to, file);
}
