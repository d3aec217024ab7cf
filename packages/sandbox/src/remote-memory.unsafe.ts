import process from 'node:process';
import { errno } from '@netdevkit/errno';
import type { ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';
import { probeMemoryFile, readMemoryFile, writeMemoryFile } from './memory-file.ts';

/** Buffers of a program: addresses in it, and how many octets each has. */
export interface Vector {
  readonly bases: readonly number[];
  readonly lengths: readonly number[];
  /** All lengths together. */
  readonly total: number;
}

/** `sizeof(struct iovec)`. */
const IOVEC = 16;
/** UIO_MAXIOV: how many buffers one call may have. */
const MOST_BUFFERS = 1024;

// Where things lie in the arena: this side's iovec, the program's, small records, and the octets of messages.
const LOCAL = 0;
const REMOTE = 64;
const RECORD = REMOTE + MOST_BUFFERS * IOVEC;
const RECORD_SIZE = 32_768;
const DATA = 65_536;
/** Pages that nobody touches take no memory. */
const ARENA = 16 << 20;

/** The longest message that goes through at once. */
export const MESSAGE_MAX: number = ARENA - DATA;

/**
 * Reads and writes the memory of other processes.
 *
 * C twin: `process_vm_readv(2)` and `process_vm_writev(2)`, or `/proc/PID/mem` where a filter refuses these.
 *
 * Failures are -EFAULT where the program has no such memory, and so is what ptrace's rules forbid: the caller checks
 * beforehand that they allow it. What was read is the thread's only if the call that it makes is still valid afterwards.
 *
 * @remarks
 * # Invariants
 * The arena is this object's alone, and its addresses do not change. What {@link read} and {@link gather} give are views
 * of it, good until the next call of the same kind.
 */
export class RemoteMemory implements Disposable {
  readonly #arena: Memory;
  readonly #readv: ErrnoFunction;
  readonly #writev: ErrnoFunction;
  readonly #byFile: boolean;

  /**
   * @param libc - the C library
   * @param byFile - whether by `/proc/PID/mem`; by default, where the calls are refused
   */
  constructor(libc: Libc, byFile: boolean = probeCalls(libc) < 0) {
    this.#arena = libc.map({ length: ARENA });
    this.#byFile = byFile;
    this.#readv = libc.function('long process_vm_readv(int pid, long local, ulong locals, long remote, ulong remotes, ulong flags)');
    this.#writev = libc.function('long process_vm_writev(int pid, long local, ulong locals, long remote, ulong remotes, ulong flags)');
    this.#arena.view.setBigUint64(LOCAL, BigInt(this.#arena.at(DATA, MESSAGE_MAX)), true);
  }

  /** Where a message is put together before {@link scatter}: writing it here saves a copy. */
  scratch(length: number): Uint8Array {
    return this.#arena.bytes.subarray(DATA, DATA + Math.min(length, MESSAGE_MAX));
  }

  /**
   * Reads a record.
   *
   * @returns a view of it, or a negative errno
   */
  read(tid: number, address: number, length: number): DataView | number {
    if (length > RECORD_SIZE) return -errno.EINVAL;
    const result = this.#transfer(false, tid, single(address, length), RECORD, length);
    return result < 0 ? result : new DataView(this.#arena.view.buffer, RECORD, length);
  }

  /**
   * Reads buffers, one behind the other.
   *
   * @returns the octets, or a negative errno: -EMSGSIZE for more than {@link MESSAGE_MAX}
   */
  gather(tid: number, vector: Vector): Uint8Array | number {
    if (vector.total > MESSAGE_MAX) return -errno.EMSGSIZE;
    const result = this.#transfer(false, tid, vector, DATA, vector.total);
    return result < 0 ? result : this.scratch(vector.total);
  }

  /** Writes a record. */
  write(tid: number, address: number, bytes: Uint8Array): number {
    return this.scatter(tid, single(address, bytes.length), bytes);
  }

  /**
   * Writes octets over buffers, until either ends.
   *
   * @returns how many were written, or a negative errno
   */
  scatter(tid: number, vector: Vector, bytes: Uint8Array): number {
    const length = Math.min(vector.total, bytes.length);
    if (length > MESSAGE_MAX) return -errno.ENOBUFS;
    const inPlace = bytes.buffer === this.#arena.bytes.buffer && bytes.byteOffset === DATA;
    const at = inPlace ? DATA : length <= RECORD_SIZE ? RECORD : DATA;
    if (!inPlace) this.#arena.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), at);
    return this.#transfer(true, tid, vector, at, length);
  }

  [Symbol.dispose](): void {
    this.#arena.close();
  }

  #transfer(writes: boolean, tid: number, vector: Vector, at: number, length: number): number {
    if (length === 0) return 0;
    if (this.#byFile) return (writes ? writeMemoryFile : readMemoryFile)(tid, vector, this.#arena.bytes.subarray(at, at + length));
    const { view } = this.#arena;
    let count = 0;
    let left = length;
    for (let i = 0; left > 0 && i < vector.bases.length; i++) {
      const part = Math.min(vector.lengths[i] ?? 0, left);
      if (part === 0) continue;
      if (count === MOST_BUFFERS) return -errno.EMSGSIZE;
      if (!setAddress(view, REMOTE + IOVEC * count, vector.bases[i] ?? 0)) return -errno.EFAULT;
      setAddress(view, REMOTE + IOVEC * count + 8, part);
      count++;
      left -= part;
    }
    setAddress(view, LOCAL, this.#arena.at(at, length));
    setAddress(view, LOCAL + 8, length);
    // SAFETY: one local iovec over part of the arena; the remote ones are addresses of the other process, which the kernel
    // checks. `count` of them were written.
    const result = (writes ? this.#writev : this.#readv)(tid, this.#arena.at(LOCAL, IOVEC), 1, this.#arena.at(REMOTE, IOVEC * count), count, 0);
    // A process that is gone is found out by the caller, which asks whether the call is still valid.
    return result === length ? length : -errno.EFAULT;
  }
}

function single(address: number, length: number): Vector {
  return { bases: [address], lengths: [length], total: length };
}

/** Writes a 64-bit number; those that lost precision are addresses of no program. */
function setAddress(view: DataView, at: number, value: number): boolean {
  if (value > Number.MAX_SAFE_INTEGER) return false;
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  return true;
}

/**
 * Whether a process may read the memory of another, as far as it can try on itself.
 *
 * @returns 0 or the negative errno of `process_vm_readv(2)`
 */
export function probeRemoteMemory(libc: Libc): number {
  const result = probeCalls(libc);
  return result < 0 && probeMemoryFile() ? 0 : result;
}

/** Whether a filter lets this process call what reads and writes the memory of others: 0 or a negative errno. */
function probeCalls(libc: Libc): number {
  using memory = libc.map({ length: 64 });
  const { view } = memory;
  for (const at of [0, IOVEC]) {
    setAddress(view, at, memory.at(48, 8));
    setAddress(view, at + 8, 8);
  }
  const readv = libc.function('long process_vm_readv(int pid, long local, ulong locals, long remote, ulong remotes, ulong flags)');
  // SAFETY: both iovecs are octets 48 to 55 of the mapping.
  return Math.min(readv(process.pid, memory.at(0, IOVEC), 1, memory.at(IOVEC, IOVEC), 1, 0), 0);
}
