/** The architectures that programs may be built for. */
export type Architecture = 'x64' | 'arm64';

// [x86-64, arm64], from arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl; undefined: arm64 has none.
const NUMBERS = {
  read: [0, 63],
  write: [1, 64],
  readv: [19, 65],
  writev: [20, 66],
  open: [2, undefined],
  openat: [257, 56],
  openat2: [437, 437],
  stat: [4, undefined],
  lstat: [6, undefined],
  newfstatat: [262, 79],
  statx: [332, 291],
  access: [21, undefined],
  faccessat: [269, 48],
  faccessat2: [439, 439],
  readlink: [89, undefined],
  readlinkat: [267, 78],
  mmap: [9, 222],
  ioctl: [16, 29],
  close: [3, 57],
  dup: [32, 23],
  dup2: [33, undefined],
  dup3: [292, 24],
  fcntl: [72, 25],
  socket: [41, 198],
  connect: [42, 203],
  accept: [43, 202],
  accept4: [288, 242],
  sendto: [44, 206],
  recvfrom: [45, 207],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  sendmmsg: [307, 269],
  recvmmsg: [299, 243],
  shutdown: [48, 210],
  bind: [49, 200],
  listen: [50, 201],
  getsockname: [51, 204],
  getpeername: [52, 205],
  setsockopt: [54, 208],
  getsockopt: [55, 209],
  io_uring_setup: [425, 425],
} as const;

/** The system calls that a filter may ask the supervisor about. */
export type SyscallName = keyof typeof NUMBERS;

/** What differs between the architectures. */
export interface Abi {
  readonly architecture: Architecture;
  /** `AUDIT_ARCH_*` (include/uapi/linux/audit.h), by which a filter tells foreign system calls. */
  readonly auditArch: number;
  /** Numbers from here on are another ABI's (x32), which the filter refuses. */
  readonly foreignNumbers: number | undefined;
  /** A system call's number, where the architecture has it. */
  readonly numberOf: (name: SyscallName) => number | undefined;
  /** Of the calls above, the one with this number. */
  readonly nameOf: (number: number) => SyscallName | undefined;
  /** `seccomp`, `pidfd_open` and `pidfd_getfd`, which the supervisor calls itself. */
  readonly own: { readonly seccomp: number; readonly gettid: number; readonly pidfdOpen: number; readonly pidfdGetfd: number };
}

/**
 * The system call interface of an architecture.
 *
 * @param architecture - the one that this process runs on
 */
export function abiOf(architecture: Architecture): Abi {
  const column = architecture === 'x64' ? 0 : 1;
  const names = new Map<number, SyscallName>();
  for (const [name, numbers] of Object.entries(NUMBERS)) {
    const number = numbers[column];
    // CAST: Object.entries gives the table's own keys.
    if (number !== undefined) names.set(number, name as SyscallName);
  }
  return {
    architecture,
    auditArch: architecture === 'x64' ? 0xc000_003e : 0xc000_00b7,
    foreignNumbers: architecture === 'x64' ? 0x4000_0000 : undefined,
    numberOf: (name) => NUMBERS[name][column],
    nameOf: (number) => names.get(number),
    own: {
      seccomp: architecture === 'x64' ? 317 : 277,
      gettid: architecture === 'x64' ? 186 : 178,
      pidfdOpen: 434,
      pidfdGetfd: 438,
    },
  };
}
