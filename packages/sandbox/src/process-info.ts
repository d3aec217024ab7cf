import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** How many numbers are tried one by one before the whole table is read. */
const TRIES = 4;
const DECIMAL = 10;
const OCTAL = 8;
/** Capabilities (include/uapi/linux/capability.h): to look at the processes of other users, and to do most of what root may. */
export const CAP_SYS_PTRACE = 19;
export const CAP_SYS_ADMIN = 21;

/**
 * What one of a process's descriptors is, such as `pipe:[4711]`.
 *
 * @param tid - the process or one of its threads
 * @returns `undefined` when it is not open
 */
export function descriptorTarget(tid: number, fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/${String(tid)}/fd/${String(fd)}`);
  } catch {
    return undefined;
  }
}

/** Whether O_NONBLOCK is set on one of a process's descriptors. */
export function isNonBlocking(tid: number, fd: number): boolean {
  return (descriptorFlags(tid, fd) & O_NONBLOCK) !== 0;
}

/** Whether FD_CLOEXEC is set on one of a process's descriptors. */
export function isCloseOnExec(tid: number, fd: number): boolean {
  return (descriptorFlags(tid, fd) & O_CLOEXEC) !== 0;
}

function descriptorFlags(tid: number, fd: number): number {
  return parseInt(field(`/proc/${String(tid)}/fdinfo/${String(fd)}`, 'flags') ?? '0', OCTAL);
}

/** The process that a thread is of; the thread's own number when it is gone. */
export function threadGroup(tid: number): number {
  return parseInt(field(`/proc/${String(tid)}/status`, 'Tgid') ?? String(tid), DECIMAL);
}

/**
 * The lowest number from `first` on that a process has no descriptor by.
 *
 * @returns `undefined` when all below `end` are taken
 */
export function freeDescriptor(tid: number, first: number, end: number): number | undefined {
  const folder = `/proc/${String(tid)}/fd`;
  for (let fd = first; fd < Math.min(first + TRIES, end); fd++) {
    if (lstatSync(`${folder}/${String(fd)}`, { throwIfNoEntry: false }) === undefined) return fd;
  }
  let taken: Set<string>;
  try {
    taken = new Set(readdirSync(folder));
  } catch {
    return undefined;
  }
  for (let fd = first; fd < end; fd++) if (!taken.has(String(fd))) return fd;
  return undefined;
}

/** How many descriptors a process may have: its soft RLIMIT_NOFILE; 0 when it is gone. */
export function descriptorLimit(tid: number): number {
  const limits = readText(`/proc/${String(tid)}/limits`) ?? '';
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
}

/** What a process is called, as `/proc/PID/comm` says; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/comm`, 'utf8').trimEnd();
  } catch {
    return '';
  }
}

/** Whether a signal waits that the thread would take now; `undefined` when it is gone. */
export function hasSignal(tid: number): boolean | undefined {
  const status = readText(`/proc/${String(tid)}/status`);
  if (status === undefined) return undefined;
  const mask = (name: string): bigint => BigInt(`0x${fieldOf(status, name) ?? '0'}`);
  return ((mask('SigPnd') | mask('ShdPnd')) & ~mask('SigBlk') & ~mask('SigIgn')) !== 0n;
}

/**
 * Whether a file of another process could not be opened or read for want of something that this process lacks: descriptors or
 * memory. That says nothing of the other.
 */
export function isOwnLack(error: unknown): error is Error & { readonly errno: number } {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE' || error.code === 'ENOMEM');
}

function field(path: string, name: string): string | undefined {
  const text = readText(path);
  return text === undefined ? undefined : fieldOf(text, name);
}

function fieldOf(text: string, name: string): string | undefined {
  const start = text.indexOf(`${name}:`);
  if (start < 0) return undefined;
  const end = text.indexOf('\n', start);
  return text.slice(start + name.length + 1, end < 0 ? undefined : end).trim();
}

/** A file of /proc, which has no length to ask for first. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** Whether this process has a capability. */
export function hasCapability(capability: number): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> BigInt(capability)) & 1n) === 1n;
}
