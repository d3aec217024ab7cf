import { errno } from '@netdevkit/errno';
import type { Abi, SyscallName } from './abi.ts';
import { BpfAssembler } from './bpf.ts';

/** Verdicts of a filter (include/uapi/linux/seccomp.h). */
export const SECCOMP_RET_ALLOW = 0x7fff_0000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc0_0000;
export const SECCOMP_RET_ERRNO = 0x0005_0000;

/** `struct seccomp_data`: where the filter finds what it looks at. */
const SECCOMP_DATA = { nr: 0, arch: 4 };

/** The low half of an argument: both architectures are little endian, and descriptors and numbers fit it. */
function lowArgument(index: number): number {
  return 16 + 8 * index;
}

/** Calls on any descriptor, those that every program makes all the time first. */
const ON_DESCRIPTORS: readonly SyscallName[] = ['read', 'write', 'readv', 'writev'];
/** Calls on sockets. */
const ON_SOCKETS: readonly SyscallName[] = [
  'recvmsg',
  'sendmsg',
  'recvfrom',
  'sendto',
  'bind',
  'connect',
  'getsockname',
  'getpeername',
  'setsockopt',
  'getsockopt',
  'sendmmsg',
  'recvmmsg',
  'listen',
  'accept',
  'accept4',
  'shutdown',
];
/** Those of them that have the level in their second argument, and the option in their third. */
const ON_OPTIONS: readonly SyscallName[] = ['setsockopt', 'getsockopt'];
const DUPLICATING: readonly SyscallName[] = ['dup', 'dup2', 'dup3'];
/** Calls that name files. */
export const ON_FILES: readonly SyscallName[] = [
  'openat',
  'newfstatat',
  'statx',
  'faccessat',
  'faccessat2',
  'readlinkat',
  'access',
  'readlink',
  'open',
  'stat',
  'lstat',
  'openat2',
];
const F_DUPFD = 0;
const F_DUPFD_CLOEXEC = 1030;
/** The interface ioctls, SIOC*, are 0x89xx. */
const SIOC_MASK = 0xffff_ff00;
const SIOC_BASE = 0x8900;

/** Makes an interface of the host's (include/uapi/linux/if_tun.h). */
const TUNSETIFF = 0x4004_54ca;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
/** Options of any IPv4 socket that are the host's tables of packet filters and multicast routes: IPT_SO_*, ARPT_SO_*, EBT_SO_*, MRT_*. */
const TABLES: readonly OptionRange[] = [[64, 67], [96, 99], [128, 131], [200, 212]];
/** Of any IPv6 socket: IP6T_SO_*, MRT6_*. */
const TABLES6: readonly OptionRange[] = [[64, 65], [68, 69], [200, 212]];

type OptionRange = readonly [first: number, last: number];

/** The descriptor numbers that are reserved for intercepted sockets. */
export interface DescriptorRange {
  /** The first. */
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/** What a filter asks the supervisor about. */
export interface FilterOptions {
  /** Address families: `socket()` of these is asked about. */
  readonly families: readonly number[];
  /** Calls on descriptors with these numbers are asked about. */
  readonly descriptors: DescriptorRange;
  /** Whether calls that sockets alone have are asked about on every descriptor. */
  readonly everySocket?: boolean;
  /** Whether the interface ioctls are, on every descriptor. What would change interfaces and tables of the host in other ways is refused then. */
  readonly interfaceIoctls: boolean;
  /** Whether mapping those descriptors into memory is. */
  readonly mappings?: boolean;
  /** Whether closing them is. */
  readonly closing?: boolean;
  /** Whether calls that name files are, and writing to the standard output and error, which may be redirected to one. */
  readonly files: boolean;
}

/**
 * The filter that sandboxed programs run under: what is not asked about goes to the host's kernel unhindered, save what
 * would go past the filter, which answers ENOSYS: other ABIs (i386, x32, arm32) and io_uring. Devices of TUN, and the tables that sockets' options
 * lead to, are refused as by a kernel without them.
 *
 * @param abi - the architecture
 * @param options - what to ask about
 * @returns the program: an array of `struct sock_filter`
 */
export function interceptionFilter(abi: Abi, options: FilterOptions): Uint8Array {
  const { families, descriptors, everySocket = false, interfaceIoctls, mappings = false, closing = false, files } = options;
  const bpf = new BpfAssembler();
  const call = (name: SyscallName, then: string): void => {
    const number = abi.numberOf(name);
    if (number !== undefined) bpf.ifEqual(number, then);
  };
  bpf.load(SECCOMP_DATA.arch).ifEqual(abi.auditArch, undefined, 'refuse').load(SECCOMP_DATA.nr);
  if (abi.foreignNumbers !== undefined) bpf.ifAtLeast(abi.foreignNumbers, 'refuse');
  for (const name of ON_DESCRIPTORS) call(name, files && name.startsWith('write') ? 'output' : 'descriptor');
  const onSocket = everySocket ? 'ask' : 'descriptor';
  if (interfaceIoctls) for (const name of ON_OPTIONS) call(name, 'option');
  for (const name of ON_SOCKETS) call(name, onSocket);
  for (const name of DUPLICATING) call(name, 'descriptor');
  call('socket', 'socket');
  call('fcntl', 'fcntl');
  call('ioctl', interfaceIoctls ? 'ioctl' : 'descriptor');
  if (mappings) call('mmap', 'mmap');
  if (closing) call('close', 'descriptor');
  if (files) for (const name of ON_FILES) call(name, 'ask');
  call('io_uring_setup', 'refuse');
  bpf.ret(SECCOMP_RET_ALLOW);

  bpf.label('socket').load(lowArgument(0));
  for (const family of families) bpf.ifEqual(family, 'ask');
  bpf.ret(SECCOMP_RET_ALLOW);

  bpf.label('option').load(lowArgument(1)).ifEqual(IPPROTO_IP, 'option4').ifEqual(IPPROTO_IPV6, 'option6', onSocket);
  for (const [name, ranges] of [['option4', TABLES], ['option6', TABLES6]] as const) {
    bpf.label(name).load(lowArgument(2));
    for (const [first, last] of ranges) bpf.ifAtLeast(first, undefined, onSocket).ifAtLeast(last + 1, undefined, 'noOption');
    bpf.jump(onSocket);
  }
  bpf.label('ioctl').load(lowArgument(1)).ifEqual(TUNSETIFF, 'noDevice').and(SIOC_MASK).ifEqual(SIOC_BASE, 'ask', 'descriptor');
  bpf.label('fcntl').load(lowArgument(1)).ifEqual(F_DUPFD, 'descriptor').ifEqual(F_DUPFD_CLOEXEC, 'descriptor', 'allow');
  // What a shell redirects comes by these two.
  bpf.label('output').load(lowArgument(0)).ifEqual(1, 'ask').ifEqual(2, 'ask').jump('number');
  bpf.label('mmap').load(lowArgument(4)).jump('number');
  bpf.label('descriptor').load(lowArgument(0));
  bpf.label('number').ifAtLeast(descriptors.first, undefined, 'allow').ifAtLeast(descriptors.end, 'allow', 'ask');
  bpf.label('noDevice').ret(SECCOMP_RET_ERRNO | errno.ENODEV);
  bpf.label('noOption').ret(SECCOMP_RET_ERRNO | errno.ENOPROTOOPT);
  bpf.label('refuse').ret(SECCOMP_RET_ERRNO | errno.ENOSYS);
  bpf.label('ask').ret(SECCOMP_RET_USER_NOTIF);
  bpf.label('allow').ret(SECCOMP_RET_ALLOW);
  return bpf.assemble();
}
