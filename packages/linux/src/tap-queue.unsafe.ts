import { tun_pi } from '@netdevkit/bindings';
import { errno, kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Memory, Watch } from '@netdevkit/libc/unsafe';
import type { System } from './system.unsafe.ts';
import type { TapHandler } from './tap-types.ts';
import type { TunCalls } from './tun-calls.unsafe.ts';

/** The longest that the host transmits: an MTU of 65 535 less the header, a header, a VLAN tag, `struct tun_pi`. */
const READ_ROOM = 0x1_1000;
/** The longest that the host is given: netlink datagrams are longer than any MTU. Only what is used is ever touched. */
const WRITE_ROOM = 0x8_0000;
/** Up to here a loop is quicker than a view and a call. */
const SHORT = 128;

/**
 * One queue of a TUN or TAP interface: a descriptor, and the memory that its frames go through.
 *
 * @remarks
 * # Invariants
 * Frames are read to the start of the memory and written from {@link READ_ROOM} on, with `struct tun_pi` in front where the
 * interface has it. The kernel is given no address beyond a call.
 */
export class TapQueue implements Disposable {
  /** Which one. */
  readonly index: number;
  /** How many octets `struct tun_pi` takes: 4 or none. */
  readonly #info: number;
  readonly #descriptor: Descriptor;
  readonly #memory: Memory;
  readonly #read: ErrnoFunction;
  readonly #write: ErrnoFunction;
  #watch: Watch | undefined;
  /** Whether it is not read: a {@link drain} under way ends, too. */
  paused = false;
  packetsRead = 0;
  octetsRead = 0;
  packetsWritten = 0;
  octetsWritten = 0;

  /**
   * @param descriptor - of the interface; the queue's from now on
   * @param index - which queue
   * @param hasInfo - whether frames have `struct tun_pi` in front
   */
  constructor(system: System, calls: TunCalls, descriptor: Descriptor, index: number, hasInfo: boolean) {
    this.#descriptor = descriptor;
    this.index = index;
    this.#info = hasInfo ? tun_pi.SIZE : 0;
    this.#memory = system.libc.map({ length: READ_ROOM + WRITE_ROOM });
    this.#read = calls.read;
    this.#write = calls.write;
  }

  /** The descriptor: for what is asked of the interface. */
  get descriptor(): Descriptor {
    return this.#descriptor;
  }

  /**
   * Takes frames that wait.
   *
   * @param handler - called for each
   * @param budget - how many at most
   * @returns how many; fewer than the budget when no more wait, or the queue was paused or closed meanwhile
   * @throws KernelError `EBADFD`: the interface is gone
   */
  drain(handler: TapHandler, budget: number): number {
    const { bytes, view, address } = this.#memory;
    const info = this.#info;
    let count = 0;
    while (count < budget && !this.paused && !this.#descriptor.closed) {
      // SAFETY: the memory has so much room from its start on.
      const length = this.#read(this.#descriptor.fd, address, READ_ROOM) - info;
      if (length < 0) {
        const error = length + info;
        if (error === -errno.EAGAIN) break;
        if (error !== -errno.EINTR) throw kernelError(error, 'read');
        continue;
      }
      count++;
      this.packetsRead++;
      this.octetsRead += length;
      handler(this.index, bytes, info, length, info === 0 ? 0 : tun_pi.proto(view, 0));
    }
    return count;
  }

  /**
   * Gives the host a frame.
   *
   * @param protocol - its Ethertype in host order, where frames have none
   * @returns 0, or a negative errno
   */
  write(bytes: Uint8Array, offset: number, length: number, protocol: number): number {
    const info = this.#info;
    if (this.#descriptor.closed) return -errno.EBADF;
    if (info + length > WRITE_ROOM) return -errno.EMSGSIZE;
    const { bytes: room, view, address } = this.#memory;
    if (info !== 0) {
      tun_pi.set_flags(view, READ_ROOM, 0);
      tun_pi.set_proto(view, READ_ROOM, protocol);
    }
    const at = READ_ROOM + info;
    if (length <= SHORT) for (let i = 0; i < length; i++) room[at + i] = bytes[offset + i] ?? 0;
    else room.set(bytes.subarray(offset, offset + length), at);
    for (;;) {
      // SAFETY: the memory has the frame from there on.
      const result = this.#write(this.#descriptor.fd, address + READ_ROOM, info + length);
      if (result === -errno.EINTR) continue;
      if (result < 0) return result;
      this.packetsWritten++;
      this.octetsWritten += length;
      return 0;
    }
  }

  /**
   * Joins the event loop: once, before {@link arm}.
   *
   * @param callback - told when frames wait, or the interface is gone; once for each {@link arm}
   */
  watch(callback: () => void): void {
    this.#watch = this.#descriptor.watch(callback);
  }

  /** Waits for frames. */
  arm(): void {
    if (this.#watch?.armed === false) this.#watch.arm({ readable: true });
  }

  /** Waits no longer. */
  disarm(): void {
    this.#watch?.disarm();
  }

  /** Closes it. A second call does nothing. */
  close(): void {
    this.#descriptor.close();
    this.#memory.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
