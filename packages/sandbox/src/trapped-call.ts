import { errno, kernelError } from '@netdevkit/errno';
import type { SyscallName } from './abi.ts';
import type { DescriptorLimits } from './descriptor-limit.unsafe.ts';
import { CallGone, type Call, type GivenDescriptor } from './personality.ts';
import { descriptorTarget, isCloseOnExec, isNonBlocking } from './process-info.ts';
import type { RemoteMemory, Vector } from './remote-memory.unsafe.ts';
import type { Listener, Notification } from './seccomp.unsafe.ts';

/** What a {@link TrappedCall} needs of its supervisor. */
export interface CallOwner {
  readonly listener: Listener;
  readonly memory: RemoteMemory;
  readonly limits: DescriptorLimits;
  /** The process that a thread is of. */
  readonly threadGroup: (tid: number) => number;
  /** The call was answered, or is gone; with the result if the program did not get it. */
  readonly settled: (call: TrappedCall, lost: number | undefined) => void;
}

/** The system call behind {@link Call}. */
export class TrappedCall implements Call {
  readonly name: SyscallName;
  readonly args: readonly number[];
  readonly tid: number;
  readonly notification: Notification;
  readonly #owner: CallOwner;
  onInterrupt: (() => number | undefined) | undefined;
  /** Whether it must not be done again. */
  hasEffect = false;
  #settled = false;

  constructor(name: SyscallName, notification: Notification, owner: CallOwner) {
    this.name = name;
    this.args = notification.args;
    this.tid = notification.tid;
    this.notification = notification;
    this.#owner = owner;
  }

  get settled(): boolean {
    return this.#settled;
  }

  tgid(): number {
    return this.#owner.threadGroup(this.tid);
  }

  int(index: number): number {
    return (this.args[index] ?? 0) | 0;
  }

  address(index: number): number {
    return this.args[index] ?? 0;
  }

  read(address: number, length: number): DataView {
    return this.#ownRead(this.#owner.memory.read(this.tid, address, length));
  }

  gather(vector: Vector): Uint8Array {
    return this.#ownRead(this.#owner.memory.gather(this.tid, vector));
  }

  write(address: number, bytes: Uint8Array): void {
    this.#requireValid();
    this.#succeeded(this.#owner.memory.write(this.tid, address, bytes));
  }

  scatter(vector: Vector, bytes: Uint8Array): number {
    // Asked before: afterwards it would be too late. In the microseconds between, a killed thread's number would have to
    // be given to another process.
    this.#requireValid();
    return this.#succeeded(this.#owner.memory.scatter(this.tid, vector, bytes));
  }

  scratch(length: number): Uint8Array {
    return this.#owner.memory.scratch(length);
  }

  descriptor(fd: number): string | undefined {
    return descriptorTarget(this.tid, fd);
  }

  isNonBlocking(fd: number): boolean {
    return isNonBlocking(this.tid, fd);
  }

  isCloseOnExec(fd: number): boolean {
    return isCloseOnExec(this.tid, fd);
  }

  put(descriptor: GivenDescriptor): number {
    if (this.#settled) return -errno.ENOENT;
    return this.#withRoom(descriptor, () => this.#owner.listener.putDescriptor(this.notification.id, descriptor));
  }

  committed(): void {
    this.hasEffect = true;
  }

  answer(result: number): boolean {
    if (this.#settled) return false;
    const sent = this.#owner.listener.respond(this.notification.id, result) >= 0;
    this.#settle(sent ? undefined : result);
    return sent;
  }

  pass(): void {
    if (this.#settled) return;
    this.#owner.listener.pass(this.notification.id);
    this.#settle(undefined);
  }

  give(descriptor: GivenDescriptor): number {
    if (this.#settled) return -errno.ENOENT;
    const number = this.#withRoom(descriptor, () => this.#owner.listener.addDescriptor(this.notification.id, descriptor));
    if (number >= 0) this.#settle(undefined);
    return number;
  }

  /** Whether the program still waits. */
  isValid(): boolean {
    return !this.#settled && this.#owner.listener.isValid(this.notification.id);
  }

  /** Forgets it: the program no longer waits. */
  abandon(): void {
    this.#settle(undefined);
  }

  #withRoom({ number }: GivenDescriptor, give: () => number): number {
    return number === undefined ? give() : this.#owner.limits.give(this.tid, number, give);
  }

  #settle(lost: number | undefined): void {
    this.#settled = true;
    this.#owner.settled(this, lost);
  }

  /** What was read counts only while the thread still makes the call; its number may be somebody else's since. */
  #ownRead<T extends object>(result: T | number): T {
    this.#requireValid();
    if (typeof result === 'number') throw kernelError(result, this.name);
    return result;
  }

  #succeeded(result: number): number {
    if (result < 0) throw kernelError(result, this.name);
    return result;
  }

  #requireValid(): void {
    if (!this.#owner.listener.isValid(this.notification.id)) throw new CallGone(this.name);
  }
}
