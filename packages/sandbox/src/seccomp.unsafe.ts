import { kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';
import type { Abi } from './abi.ts';
import { SOCK_FILTER_SIZE } from './bpf.ts';
import { CAP_SYS_ADMIN, CAP_SYS_PTRACE, hasCapability } from './process-info.ts';

// From include/uapi/linux/seccomp.h and include/uapi/linux/prctl.h.
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
const SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;
const SECCOMP_IOCTL_NOTIF_RECV = 0xc050_2100;
const SECCOMP_IOCTL_NOTIF_SEND = 0xc018_2101;
const SECCOMP_IOCTL_NOTIF_ID_VALID = 0x4008_2102;
const SECCOMP_IOCTL_NOTIF_ADDFD = 0x4018_2103;
const SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
const SECCOMP_ADDFD_FLAG_SETFD = 1;
const SECCOMP_ADDFD_FLAG_SEND = 2;

/** `struct seccomp_notif`, 80 octets. */
const notif = { SIZE: 80, id: 0, pid: 8, nr: 16, instruction: 24, args: 32 };
/** `struct seccomp_notif_resp`, 24 octets. */
const response = { SIZE: 24, id: 0, val: 8, error: 16, flags: 20 };
/** `struct seccomp_notif_addfd`, 24 octets. */
const addfd = { SIZE: 24, id: 0, flags: 8, srcfd: 12, newfd: 16, newfdFlags: 20 };

// Where the records lie in the listener's memory.
const NOTIF = 0;
const RESPONSE = 128;
const ADDFD = 192;
const ID = 256;
const ARENA = 4096;

const POLLIN = 1;
const POLLHUP = 0x10;
const O_CLOEXEC = 0o2000000;
const EINVAL = -22;

/** One trapped system call, as the kernel tells it. */
export interface Notification {
  /** The cookie that names it. */
  readonly id: bigint;
  /** The thread, as this process knows it. */
  readonly tid: number;
  readonly number: number;
  /** Where the thread is. */
  readonly instruction: bigint;
  /** Its arguments as unsigned numbers; those above 2^53 are rounded, and no address. */
  readonly args: readonly number[];
}

/** What {@link Listener.addDescriptor} adds. */
export interface AddedDescriptor {
  /** A descriptor of this process. */
  readonly source: number;
  /** The number it gets in the target; without one, the lowest that is free. */
  readonly number?: number | undefined;
  readonly closeOnExec: boolean;
}

/**
 * Puts this thread, and all that it forks, under a filter.
 *
 * # Safety
 * The thread makes no call that the filter traps while whoever answers waits for it.
 *
 * @param libc - the C library of this thread
 * @param abi - the architecture
 * @param program - an array of `struct sock_filter`
 * @param killable - whether a call that was received is interrupted by fatal signals only (Linux 5.19)
 * @returns the listener's descriptor
 * @throws KernelError what seccomp(2) says: `EINVAL` for what the kernel does not know, `EBUSY`: the thread has a listener
 */
export function installFilterUnsafe(libc: Libc, abi: Abi, program: Uint8Array, killable: boolean): number {
  // From kernel/seccomp.c:seccomp_prepare_filter: others have to promise that nobody gains privileges. Whose programs do must be able to
  // look at them then, too.
  if (!hasCapability(CAP_SYS_ADMIN) || !hasCapability(CAP_SYS_PTRACE)) {
    // SAFETY: plain integers.
    const result = libc.function('int prctl(int op, ulong a, ulong b, ulong c, ulong d)')(PR_SET_NO_NEW_PRIVS, 1);
    if (result < 0) throw kernelError(result, 'prctl(PR_SET_NO_NEW_PRIVS)');
  }
  using memory = libc.map({ length: 16 + program.length });
  memory.bytes.set(program, 16);
  // C: struct sock_fprog { unsigned short len; struct sock_filter *filter; }
  memory.view.setUint16(0, program.length / SOCK_FILTER_SIZE, true);
  memory.view.setBigUint64(8, BigInt(memory.at(16, program.length)), true);
  const flags =
    SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | (killable ? SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV : 0);
  // SAFETY: the record is a sock_fprog over a program that lies in the same mapping; the kernel copies both.
  const listener = libc.syscall(abi.own.seccomp, SECCOMP_SET_MODE_FILTER, flags, memory.at(0, 16));
  if (listener < 0) throw kernelError(listener, 'seccomp');
  return listener;
}

/**
 * Whether the kernel knows filters with a listener, and that flag of them: nothing is installed.
 *
 * @returns 0 or a negative errno
 */
export function probeFilter(libc: Libc, abi: Abi, killable: boolean): number {
  const flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | (killable ? SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV : 0);
  // SAFETY: flags are looked at before the program, which is at no address: EFAULT says that they are known.
  const result = libc.syscall(abi.own.seccomp, SECCOMP_SET_MODE_FILTER, flags, 0);
  return result === -14 ? 0 : result;
}

/**
 * The supervisor's end of a filter.
 *
 * C twin: the descriptor of SECCOMP_FILTER_FLAG_NEW_LISTENER and its ioctls.
 *
 * @remarks
 * # Invariants
 * The memory is this listener's alone; every record lies in it, and the kernel keeps no pointer beyond a call.
 */
export class Listener implements Disposable {
  readonly descriptor: Descriptor;
  readonly #libc: Libc;
  readonly #memory: Memory;
  readonly #ioctl: ErrnoFunction;
  /** Whether ADDFD answers by itself (Linux 5.14). */
  #addfdAnswers: boolean;

  /**
   * @param libc - the C library
   * @param descriptor - what {@link installFilterUnsafe} returned
   * @param addfdAnswers - false for the way of kernels before 5.14
   */
  constructor(libc: Libc, descriptor: Descriptor, addfdAnswers: boolean = true) {
    this.#libc = libc;
    this.descriptor = descriptor;
    this.#memory = libc.map({ length: ARENA });
    this.#ioctl = libc.function('int ioctl(int fd, ulong request, long argument)');
    this.#addfdAnswers = addfdAnswers;
  }

  /** Whether a call waits, nobody is left under the filter, or neither. */
  poll(): 'ready' | 'ended' | 'idle' {
    const events = this.#libc.poll(this.descriptor.fd, POLLIN);
    if (events > 0 && (events & POLLIN) !== 0) return 'ready';
    return events > 0 && (events & POLLHUP) !== 0 ? 'ended' : 'idle';
  }

  /**
   * Takes the next trapped call. Only when {@link poll} says ready: it waits otherwise.
   *
   * @returns the call, or `undefined` when it went away again
   */
  receive(): Notification | undefined {
    const { view, bytes } = this.#memory;
    bytes.fill(0, NOTIF, NOTIF + notif.SIZE);
    // SAFETY: a zeroed seccomp_notif.
    if (this.#ioctl(this.descriptor.fd, SECCOMP_IOCTL_NOTIF_RECV, this.#memory.at(NOTIF, notif.SIZE)) < 0) return undefined;
    const args = new Array<number>(6);
    for (let i = 0; i < 6; i++) {
      const at = NOTIF + notif.args + 8 * i;
      args[i] = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
    }
    return {
      id: view.getBigUint64(NOTIF + notif.id, true),
      tid: view.getUint32(NOTIF + notif.pid, true),
      number: view.getInt32(NOTIF + notif.nr, true),
      instruction: view.getBigUint64(NOTIF + notif.instruction, true),
      args,
    };
  }

  /** Whether the call still waits: after a read of the thread's memory, that what was read is its own. */
  isValid(id: bigint): boolean {
    this.#memory.view.setBigUint64(ID, id, true);
    // SAFETY: a pointer to a u64.
    return this.#ioctl(this.descriptor.fd, SECCOMP_IOCTL_NOTIF_ID_VALID, this.#memory.at(ID, 8)) === 0;
  }

  /**
   * Answers a call with a result.
   *
   * @param result - the value, or a negative errno; -512 is ERESTARTSYS, with which the kernel chooses between EINTR and
   * a restart
   * @returns 0, or a negative errno: -ENOENT when the call was interrupted meanwhile
   */
  respond(id: bigint, result: number): number {
    return this.#respond(id, result < 0 ? 0 : result, Math.min(result, 0), 0);
  }

  /** Lets the host's kernel do the call. */
  pass(id: bigint): number {
    return this.#respond(id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  /**
   * Adds a descriptor to the target and answers the call with its number.
   *
   * @returns the number, or a negative errno, after which the call waits still
   */
  addDescriptor(id: bigint, added: AddedDescriptor): number {
    if (this.#addfdAnswers) {
      const result = this.#addfd(id, added, SECCOMP_ADDFD_FLAG_SEND);
      if (result !== EINVAL) return result;
      this.#addfdAnswers = false;
    }
    const number = this.putDescriptor(id, added);
    return number < 0 ? number : Math.min(this.respond(id, number), 0) || number;
  }

  /**
   * Adds a descriptor to the target, whose call waits still.
   *
   * @returns the number, or a negative errno
   */
  putDescriptor(id: bigint, added: AddedDescriptor): number {
    return this.#addfd(id, added, 0);
  }

  /** Ends it: trapped calls answer ENOSYS from now on. */
  close(): void {
    this.descriptor.close();
    this.#memory.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #addfd(id: bigint, added: AddedDescriptor, send: number): number {
    const { view } = this.#memory;
    const { source, number, closeOnExec } = added;
    view.setBigUint64(ADDFD + addfd.id, id, true);
    view.setUint32(ADDFD + addfd.flags, (number === undefined ? 0 : SECCOMP_ADDFD_FLAG_SETFD) | send, true);
    view.setUint32(ADDFD + addfd.srcfd, source, true);
    view.setUint32(ADDFD + addfd.newfd, number ?? 0, true);
    view.setUint32(ADDFD + addfd.newfdFlags, closeOnExec ? O_CLOEXEC : 0, true);
    const at = this.#memory.at(ADDFD, addfd.SIZE);
    // From kernel/seccomp.c:seccomp_notify_addfd: a signal while it waits for the target leaves the call answered with 0
    // and no descriptor added, so none may come.
    // SAFETY: a whole seccomp_notif_addfd.
    return this.#libc.withSignalsBlocked(() => this.#ioctl(this.descriptor.fd, SECCOMP_IOCTL_NOTIF_ADDFD, at));
  }

  #respond(id: bigint, value: number, error: number, flags: number): number {
    const { view } = this.#memory;
    view.setBigUint64(RESPONSE + response.id, id, true);
    view.setBigInt64(RESPONSE + response.val, BigInt(value), true);
    view.setInt32(RESPONSE + response.error, error, true);
    view.setUint32(RESPONSE + response.flags, flags, true);
    // SAFETY: a whole seccomp_notif_resp.
    return this.#ioctl(this.descriptor.fd, SECCOMP_IOCTL_NOTIF_SEND, this.#memory.at(RESPONSE, response.SIZE));
  }
}
