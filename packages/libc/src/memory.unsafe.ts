import { KernelError, kernelError } from '@netdevkit/errno';

/** An `ArrayBuffer` of ES2024. */
interface Transferable extends ArrayBuffer {
  transfer(): ArrayBuffer;
}

/** What {@link Memory} needs of whoever mapped it. */
export interface Mapping {
  readonly address: number;
  readonly buffer: ArrayBuffer;
  /** `munmap`: a negative errno, or 0. */
  readonly unmap: () => number;
}

/**
 * Memory at an address that does not change: what the kernel and the C library are given pointers into.
 *
 * C twin: what `mmap(2)` returns.
 *
 * @remarks
 * # Invariants
 * {@link bytes} and {@link view} cover the mapping from {@link address} on, and nothing else. They are detached before the
 * mapping goes, so that a view that outlived it has length 0 and cannot touch what is mapped there later.
 */
export class Memory implements Disposable {
  /** Where it starts. */
  readonly address: number;
  /** All of it. */
  readonly bytes: Uint8Array;
  /** All of it. */
  readonly view: DataView;
  readonly #mapping: Mapping;
  #closed = false;

  /** @param mapping - a mapping that is this object's from now on */
  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.address = mapping.address;
    this.bytes = new Uint8Array(mapping.buffer);
    this.view = new DataView(mapping.buffer);
  }

  /** How long it is, in octets; 0 once closed. */
  get length(): number {
    return this.bytes.length;
  }

  /**
   * The address of an octet.
   *
   * @param offset - from the start
   * @param length - how many octets from there the callee may touch
   * @throws KernelError `EBADF`: it was closed; RangeError: there are not that many
   */
  at(offset: number, length: number): number {
    if (this.#closed) throw new KernelError('EBADF', 'the memory was unmapped', { op: 'memory' });
    if (offset < 0 || length < 0 || offset + length > this.length) {
      throw new RangeError(`memory: expected at most ${String(this.length)} octets, got ${String(length)} at ${String(offset)}`);
    }
    return this.address + offset;
  }

  /** Unmaps it. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // INVARIANT: detached first. The buffer that transfer() returns is the last one over the mapping, and nobody has it.
    // CAST: every Node that this runs on has it; the library that the sources are checked with is older.
    (this.#mapping.buffer as Transferable).transfer();
    const result = this.#mapping.unmap();
    if (result < 0) throw kernelError(result, 'munmap');
  }

  /** Unmaps it, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }
}
