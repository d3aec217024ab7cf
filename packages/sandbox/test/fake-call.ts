import { KernelError } from '@netdevkit/errno';
import type { SyscallName } from '../src/abi.ts';
import type { Call, GivenDescriptor } from '../src/personality.ts';
import type { Vector } from '../src/remote-memory.unsafe.ts';

/** A call of a program whose memory is an array that starts at address 4096. */
export class FakeCall implements Call {
  static readonly BASE = 4096;
  readonly name: SyscallName = 'recvmsg';
  readonly args: readonly number[];
  readonly tid = 1;
  readonly memory: Uint8Array;
  settled = false;
  result: number | undefined;
  onInterrupt: (() => number | undefined) | undefined;

  constructor(size: number, args: readonly number[] = []) {
    this.memory = new Uint8Array(size);
    this.args = args;
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  isValid(): boolean {
    return !this.settled;
  }

  tgid(): number {
    return 1;
  }

  int(index: number): number {
    return (this.args[index] ?? 0) | 0;
  }

  address(index: number): number {
    return this.args[index] ?? 0;
  }

  read(address: number, length: number): DataView {
    const at = this.#at(address, length);
    return new DataView(this.memory.slice(at, at + length).buffer);
  }

  gather(vector: Vector): Uint8Array {
    return Uint8Array.from(vector.bases.flatMap((base, i) => [...this.memory.slice(this.#at(base, vector.lengths[i] ?? 0)).slice(0, vector.lengths[i])]));
  }

  write(address: number, bytes: Uint8Array): void {
    this.memory.set(bytes, this.#at(address, bytes.length));
  }

  scatter(vector: Vector, bytes: Uint8Array): number {
    let done = 0;
    for (const [i, base] of vector.bases.entries()) {
      const part = bytes.subarray(done, done + (vector.lengths[i] ?? 0));
      this.write(base, part);
      done += part.length;
    }
    return done;
  }

  scratch(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  descriptor(): string | undefined {
    return undefined;
  }

  isNonBlocking(): boolean {
    return false;
  }

  isCloseOnExec(): boolean {
    return false;
  }

  committed(): void {
    // Nothing interrupts it.
  }

  answer(result: number): boolean {
    this.settled = true;
    this.result = result;
    return true;
  }

  pass(): void {
    this.settled = true;
  }

  give(descriptor: GivenDescriptor): number {
    return descriptor.number ?? 3;
  }

  put(descriptor: GivenDescriptor): number {
    return descriptor.number ?? 3;
  }

  #at(address: number, length: number): number {
    const at = address - FakeCall.BASE;
    if (at < 0 || at + length > this.memory.length) throw new KernelError('EFAULT');
    return at;
  }
}
