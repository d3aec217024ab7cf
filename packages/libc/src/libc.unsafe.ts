/// <reference types="node" />
import process from 'node:process';
import { kernelError, KernelError } from '@netdevkit/errno';
import type { LibraryHandle } from 'koffi';
import { Descriptor, type DescriptorOwner } from './descriptor.unsafe.ts';
import { loadFfi, type Ffi } from './load.unsafe.ts';
import { Memory } from './memory.unsafe.ts';
import { Watches } from './watch.unsafe.ts';

/** An argument of a C function: an integer, an address, or octets that the callee may touch during the call. */
export type Argument = number | bigint | Uint8Array | null;

/** A C function that returns what C returns: `-1` and `errno`, or its value. */
export type RawFunction = (...args: readonly Argument[]) => number;

/** A C function whose failure is its negative errno. */
export type ErrnoFunction = (a?: Argument, b?: Argument, c?: Argument, d?: Argument, e?: Argument, f?: Argument, g?: Argument) => number;

/** How a {@link Libc} is made. */
export interface LibcOptions {
  /**
   * Whether to remember where each descriptor was opened. Slow: for tests.
   *
   * @defaultValue false
   */
  readonly trackLeaks?: boolean;
}

/** What {@link Libc.map} maps. */
export interface MapOptions {
  /** How many octets; the mapping is a whole number of pages. */
  readonly length: number;
  /**
   * What is mapped, shared, from its start.
   *
   * @defaultValue nothing: memory of its own, zeroed
   */
  readonly fd?: number;
  /** Further `MAP_*` flags, such as `MAP_LOCKED`. */
  readonly flags?: number;
}

/** A descriptor that is open. */
export interface OpenDescriptor {
  /** Its number in this process. */
  readonly fd: number;
  /** What it was called when it was taken charge of, such as `socket`. */
  readonly what: string;
  /** Where it was opened, when leaks are tracked. */
  readonly where?: string;
}

// From the C library's headers; the same on x86-64 and arm64.
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
/** `sizeof(sigset_t)` of the C library: 1024 signals. */
const SIGSET = 128;
const EINTR = 4;
const EIO = 5;

/**
 * The C library of this process.
 *
 * Addresses are numbers: user space ends below 2^53 on the architectures that are supported. Each instance keeps account of
 * the descriptors it was given; any number may exist, in any thread.
 *
 * @remarks
 * # Safety
 * Whoever calls a C function through it passes what the function expects, and memory that stays where it is for as long as
 * the callee may use it: {@link Memory} beyond the call, any `Uint8Array` during it.
 *
 * @example
 * ```ts sketch
 * const libc = Libc.open();
 * const socket = libc.function('int socket(int domain, int type, int protocol)');
 * using descriptor = libc.descriptor(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), 'netlink socket');
 * ```
 */
export class Libc {
  readonly #ffi: Ffi;
  readonly #library: LibraryHandle;
  readonly #open = new Map<Descriptor, OpenDescriptor>();
  readonly #trackLeaks: boolean;
  readonly #owner: DescriptorOwner;
  readonly #syscall: ErrnoFunction;
  readonly #mmap: ErrnoFunction;
  readonly #munmap: ErrnoFunction;
  readonly #close: ErrnoFunction;
  readonly #poll: ErrnoFunction;
  readonly #epollCreate: ErrnoFunction;
  readonly #epollCtl: ErrnoFunction;
  readonly #sigmask: RawFunction;

  private constructor(ffi: Ffi, options: LibcOptions) {
    this.#ffi = ffi;
    // The process's own symbols, the C library's among them: the same for glibc and musl.
    this.#library = ffi.load(null);
    this.#trackLeaks = options.trackLeaks ?? false;
    // syscall(2) and its like are variadic in C; for integers both calling conventions pass them as if they were not.
    this.#syscall = this.function('long syscall(long number, long a, long b, long c, long d, long e, long f)');
    this.#mmap = this.function('long mmap(long address, size_t length, int protection, int flags, int fd, long offset)');
    this.#munmap = this.function('int munmap(long address, size_t length)');
    this.#close = this.function('int close(int fd)');
    this.#poll = this.function('int poll(void *fds, ulong count, int timeout)');
    this.#epollCreate = this.function('int epoll_create1(int flags)');
    this.#epollCtl = this.function('int epoll_ctl(int epoll, int op, int fd, void *event)');
    this.#sigmask = this.rawFunction('int pthread_sigmask(int how, void *set, void *old)');
    const watches = new Watches(ffi);
    this.#owner = {
      close: (descriptor, fd) => {
        this.#open.delete(descriptor);
        // SAFETY: the descriptor was open and is forgotten. Its result says nothing that anybody could act upon.
        this.#close(fd);
      },
      watch: (fd, callback) => {
        this.#checkPollable(fd);
        return watches.open(fd, callback);
      },
    };
  }

  /**
   * The C library of this process.
   *
   * @throws KernelError `ENOSYS`: not on this system, as the message says
   */
  static open(options: LibcOptions = {}): Libc {
    return new Libc(loadFfi(), options);
  }

  /** Which of the two architectures this is. */
  get architecture(): 'x64' | 'arm64' {
    return process.arch === 'arm64' ? 'arm64' : 'x64';
  }

  /**
   * Defines a C function that returns what C returns.
   *
   * # Safety
   * The signature is that of the function; see the class about arguments.
   *
   * @param signature - a prototype, such as `'int pthread_sigmask(int how, void *set, void *old)'`; pointers may be declared
   * `long` and given as addresses, or `void *` and given as octets
   * @throws KernelError `ENOSYS`: the C library has no such function
   */
  rawFunction(signature: string): RawFunction {
    try {
      return this.#library.func(signature);
    } catch (cause) {
      throw new KernelError('ENOSYS', `the C library has no ${signature}`, { op: 'libc', cause });
    }
  }

  /**
   * Defines a C function that returns -1 on failure and sets `errno`: here it returns the negative errno.
   *
   * # Safety
   * As {@link rawFunction}.
   *
   * @param signature - a prototype with at most seven parameters
   * @returns a function that must be given exactly those
   */
  function(signature: string): ErrnoFunction {
    const ffi = this.#ffi;
    const call = this.rawFunction(signature);
    const count = signature.slice(signature.indexOf('(')).split(',').length;
    // By arity: gathering arguments in an array costs a tenth of a call.
    switch (count) {
      case 1:
        return signature.includes('()') ? () => errnoResult(ffi, call()) : (a = 0) => errnoResult(ffi, call(a));
      case 2:
        return (a = 0, b = 0) => errnoResult(ffi, call(a, b));
      case 3:
        return (a = 0, b = 0, c = 0) => errnoResult(ffi, call(a, b, c));
      case 4:
        return (a = 0, b = 0, c = 0, d = 0) => errnoResult(ffi, call(a, b, c, d));
      case 5:
        return (a = 0, b = 0, c = 0, d = 0, e = 0) => errnoResult(ffi, call(a, b, c, d, e));
      case 6:
        return (a = 0, b = 0, c = 0, d = 0, e = 0, f = 0) => errnoResult(ffi, call(a, b, c, d, e, f));
      case 7:
        return (a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0) => errnoResult(ffi, call(a, b, c, d, e, f, g));
      default:
        throw new RangeError(`signature: expected at most 7 parameters, got ${String(count)}`);
    }
  }

  /**
   * Makes a system call.
   *
   * C twin: `syscall(2)`.
   *
   * # Safety
   * As {@link rawFunction}; the number is one of this architecture.
   *
   * @returns a negative errno, or what the call returns
   */
  syscall(number: number, a: number | bigint = 0, b: number | bigint = 0, c: number | bigint = 0, d: number | bigint = 0, e: number | bigint = 0, f: number | bigint = 0): number {
    // SAFETY: the caller's duty.
    return this.#syscall(number, a, b, c, d, e, f);
  }

  /**
   * Maps memory, readable and writable.
   *
   * @throws KernelError `ENOMEM`, `EPERM`, `EINVAL`: what `mmap` says; RangeError: the length is no positive integer
   */
  map(options: MapOptions): Memory {
    const { length, fd = -1, flags = 0 } = options;
    if (!Number.isSafeInteger(length) || length <= 0) throw new RangeError(`length: expected a positive integer, got ${String(length)}`);
    // SAFETY: the kernel chooses the address; what exists is not touched.
    const address = this.#mmap(0, length, PROT_READ_WRITE, (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED) | flags, fd, 0);
    if (address < 0) throw kernelError(address, 'mmap');
    // SAFETY: the mapping is as long as the view, and Memory detaches the view before it unmaps.
    const buffer = this.#ffi.view(BigInt(address), length);
    // SAFETY: Memory calls it once, after its views are detached.
    return new Memory({ address, buffer, unmap: () => this.#munmap(address, length) });
  }

  /**
   * Takes charge of a descriptor.
   *
   * # Safety
   * Nobody else closes it.
   *
   * @param result - what the function that opened it returned: a negative errno, or the descriptor
   * @param what - what it is, for errors and reports
   * @throws KernelError with the errno, when `result` is negative
   */
  descriptor(result: number, what: string): Descriptor {
    if (result < 0) throw kernelError(result, what);
    const descriptor = new Descriptor(this.#owner, result, what);
    const where = this.#trackLeaks ? new Error(what).stack : undefined;
    this.#open.set(descriptor, { fd: result, what, ...(where === undefined ? {} : { where }) });
    return descriptor;
  }

  /** The descriptors that were taken charge of and are open. */
  openDescriptors(): readonly OpenDescriptor[] {
    return [...this.#open.values()];
  }

  /**
   * Asks once whether a descriptor is ready.
   *
   * C twin: `poll(2)` of one descriptor.
   *
   * @param fd - the descriptor
   * @param events - `POLL*` bits
   * @param timeout - how long to wait, in milliseconds: this thread does nothing else meanwhile
   * @returns the `POLL*` bits that hold, 0 after the timeout or a signal, or a negative errno
   */
  poll(fd: number, events: number, timeout: number = 0): number {
    const record = new Uint8Array(8);
    const view = new DataView(record.buffer);
    // C: struct pollfd { int fd; short events; short revents; }
    view.setInt32(0, fd, true);
    view.setInt16(4, events, true);
    // SAFETY: the record is one pollfd, and poll() keeps no pointer to it.
    const result = this.#poll(record, 1, timeout);
    if (result === -EINTR) return 0;
    return result > 0 ? view.getUint16(6, true) : result;
  }

  /**
   * Runs something while no signal can interrupt this thread, such as a system call that must not be restarted.
   *
   * C twin: `pthread_sigmask`.
   *
   * @param callback - what to run; it is not asynchronous, and short
   * @returns what it returns
   * @throws what it throws, after the mask was restored
   */
  withSignalsBlocked<T>(callback: () => T): T {
    const all = new Uint8Array(SIGSET).fill(0xff);
    const before = new Uint8Array(SIGSET);
    // SAFETY: both are a sigset_t long. The result is an errno, not -1.
    const result = this.#sigmask(SIG_BLOCK, all, before);
    if (result !== 0) throw kernelError(result, 'pthread_sigmask');
    try {
      return callback();
    } finally {
      // SAFETY: as above; what was read is set again.
      this.#sigmask(SIG_SETMASK, before, null);
    }
  }

  /** koffi ends the process when libuv refuses a descriptor, so epoll is asked first. */
  #checkPollable(fd: number): void {
    // SAFETY: plain integers.
    const epoll = this.#epollCreate(EPOLL_CLOEXEC);
    if (epoll < 0) throw kernelError(epoll, 'watch');
    try {
      // SAFETY: the record is an epoll_event (12 octets on x86-64, 16 on arm64) that asks for no event.
      const result = this.#epollCtl(epoll, EPOLL_CTL_ADD, fd, new Uint8Array(16));
      if (result < 0) throw kernelError(result, 'watch');
    } finally {
      // SAFETY: opened above, and nobody else has it.
      this.#close(epoll);
    }
  }
}

function errnoResult(ffi: Ffi, result: number): number {
  // -1 without an errno must not look like success.
  return result === -1 ? -(ffi.errno() || EIO) : result;
}
