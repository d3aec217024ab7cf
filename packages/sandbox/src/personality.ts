import type { SyscallName } from './abi.ts';
import type { Vector } from './remote-memory.unsafe.ts';

/** What a personality wants to be asked about. */
export interface Interests {
  /** Address families whose sockets are its own. */
  readonly families: readonly number[];
  /** Whether the interface ioctls (SIOC*) are, on every descriptor of a program. */
  readonly interfaceIoctls: boolean;
  /** Whether mapping descriptors of its sockets into memory is. */
  readonly mappings?: boolean;
  /** Whether closing descriptors of its sockets is. */
  readonly closing?: boolean;
  /** Whether opening files and reading links is: it costs every program dearly. */
  readonly files: boolean;
}

/** A descriptor that a program is given. */
export interface GivenDescriptor {
  /** A descriptor of this process; whoever gives it closes it afterwards. */
  readonly source: number;
  /** The number that the program is to have it by; without one, the lowest that is free. */
  readonly number?: number | undefined;
  readonly closeOnExec: boolean;
}

/**
 * One system call of a program that waits for an answer.
 *
 * It is answered once, by {@link answer}, {@link pass} or {@link give}, while it is handled or at any time later. A call that
 * is not answered when its handler returns is held: the program waits, and {@link onInterrupt} tells when it no longer does.
 *
 * Reads of the program's memory throw: `KernelError` `EFAULT` where there is none, which answers the call unless the
 * handler catches it, and {@link CallGone}, which nobody needs to catch.
 */
export interface Call {
  readonly name: SyscallName;
  /** The arguments, as unsigned numbers. */
  readonly args: readonly number[];
  /** The thread that makes it, as this process numbers it. */
  readonly tid: number;
  /** Whether it was answered, or is gone. */
  readonly settled: boolean;

  /** Whether the program still makes it: one that waits may have been killed. */
  isValid(): boolean;
  /** The process that the thread is of. */
  tgid(): number;
  /** An argument as an `int`. */
  int(index: number): number;
  /** An argument as it came: an address, a length. */
  address(index: number): number;

  /** Reads a record of the program: a view that is good until the next read. */
  read(address: number, length: number): DataView;
  /** Reads buffers of the program, one behind the other: octets that are good until the next time. */
  gather(vector: Vector): Uint8Array;
  /** Writes octets into the program. */
  write(address: number, bytes: Uint8Array): void;
  /** Writes octets over buffers of the program until either ends, and returns how many. */
  scatter(vector: Vector, bytes: Uint8Array): number;
  /** Memory from which {@link scatter} need not copy first. */
  scratch(length: number): Uint8Array;

  /** What one of the program's descriptors is: what `readlink /proc/PID/fd/N` says, or `undefined` when it is not open. */
  descriptor(fd: number): string | undefined;
  /** Whether O_NONBLOCK is set on one of the program's descriptors. */
  isNonBlocking(fd: number): boolean;
  /** Whether FD_CLOEXEC is. */
  isCloseOnExec(fd: number): boolean;

  /** Says that the call has had an effect that must not happen again should the program's kernel restart it. */
  committed(): void;
  /**
   * Answers it.
   *
   * @param result - the value, or a negative errno
   * @returns whether the program got it; if not, it was interrupted, and what it would have received was not received
   */
  answer(result: number): boolean;
  /** Lets the host's kernel do it. */
  pass(): void;
  /**
   * Gives the program a descriptor, whose number is the answer.
   *
   * @returns the number; or a negative errno, and the call still waits: `-EMFILE`: the program has as many as it may; `-EBADF`: its limit
   * of open files lies below the number, and may not be raised
   */
  give(descriptor: GivenDescriptor): number;
  /**
   * Gives the program a descriptor, in place of what it has by that number, without answering.
   *
   * @returns the number, or a negative errno
   */
  put(descriptor: GivenDescriptor): number;
  /**
   * Called when a held call is interrupted by a signal or its program is gone.
   *
   * @returns what a call that had received something already answers; `undefined` to leave it to the kernel, which fails
   * it with EINTR or starts it again
   */
  onInterrupt: (() => number | undefined) | undefined;
}

/**
 * Who answers a program's system calls: the embedded kernel, or the host's with somebody looking on.
 */
export interface Personality {
  readonly interests: Interests;
  /**
   * Handles one call; see {@link Call} for how it is answered. A `KernelError` that it throws answers with its errno.
   */
  handle(call: Call): void;
  /** No more calls come. */
  close(): void;
}

/** The program no longer makes the call: it was interrupted, or is gone. */
export class CallGone extends Error {
  override readonly name = 'CallGone';
}
