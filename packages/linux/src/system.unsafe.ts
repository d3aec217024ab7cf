import { MSG_DONTWAIT } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { Libc, type Descriptor, type ErrnoFunction, type Memory } from '@netdevkit/libc/unsafe';

// Linux's struct msghdr and struct iovec, the same on x86-64 and arm64.
const MSGHDR = { NAME: 0, NAMELEN: 8, IOV: 16, IOVLEN: 24, CONTROL: 32, CONTROLLEN: 40, FLAGS: 48, SIZE: 56 } as const;
const IOVEC = { BASE: 0, LEN: 8, SIZE: 16 } as const;

// Where things are in the scratch memory.
const AT = { MSGHDR: 0, IOVEC: 64, NAMELEN: 96, NAME: 128, CONTROL: 256, DATA: 4096 } as const;
const AT_FDCWD = -100;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
// linux/nsfs.h.
const NS_GET_NSTYPE = 0xb703;

const NAME_ROOM = AT.CONTROL - AT.NAME;
const CONTROL_ROOM = AT.DATA - AT.CONTROL;

/**
 * How many octets a datagram may have. Only those that come are ever touched, so the room costs address space alone; the
 * kernel's own datagrams are at most 32 KiB in a dump, and another program's are bound by its send buffer.
 */
export const LONGEST_DATAGRAM: number = 4 << 20;

/** What one `recvmsg` left behind: good until the next call of the same {@link System}. */
export interface Received {
  /** The length of the whole datagram. */
  length: number;
  /** `msg_flags`. */
  flags: number;
  /** How many octets of the sender's address there are, from {@link System.name} on. */
  nameLength: number;
  /** How many octets of control messages there are, from {@link System.control} on. */
  controlLength: number;
}

/**
 * The system calls that sockets are made of, and the memory that they go through. All of them return negative errnos.
 *
 * @remarks
 * # Invariants
 * The scratch memory is used within one call from TypeScript: everything here is synchronous, so the sockets of a host
 * share it. Addresses that the kernel is given lie in it, or in octets that koffi holds for the time of the call.
 */
export class System implements Disposable {
  readonly libc: Libc;
  /** What is open, and closed with the host at the latest. */
  readonly open: Set<Disposable> = new Set();
  readonly #scratch: Memory;
  readonly #received: Received = { length: 0, flags: 0, nameLength: 0, controlLength: 0 };
  readonly #socket: ErrnoFunction;
  readonly #bind: ErrnoFunction;
  readonly #connect: ErrnoFunction;
  readonly #getsockname: ErrnoFunction;
  readonly #getpeername: ErrnoFunction;
  readonly #sendto: ErrnoFunction;
  readonly #send: ErrnoFunction;
  readonly #recvfrom: ErrnoFunction;
  readonly #recvInto: ErrnoFunction;
  readonly #recvmsg: ErrnoFunction;
  readonly #setsockopt: ErrnoFunction;
  readonly #getsockopt: ErrnoFunction;
  readonly #openat: ErrnoFunction;
  readonly #ioctl: ErrnoFunction;
  readonly #setns: ErrnoFunction;
  readonly #unshare: ErrnoFunction;

  /** @param trackLeaks - whether to remember where descriptors are opened */
  constructor(trackLeaks: boolean) {
    const libc = Libc.open({ trackLeaks });
    this.libc = libc;
    this.#scratch = libc.map({ length: AT.DATA + LONGEST_DATAGRAM });
    this.#socket = libc.function('int socket(int domain, int type, int protocol)');
    this.#bind = libc.function('int bind(int fd, void *address, uint length)');
    this.#connect = libc.function('int connect(int fd, void *address, uint length)');
    this.#getsockname = libc.function('int getsockname(int fd, void *address, void *length)');
    this.#getpeername = libc.function('int getpeername(int fd, void *address, void *length)');
    this.#sendto = libc.function('long sendto(int fd, void *octets, size_t length, int flags, void *address, uint addressLength)');
    this.#send = libc.function('long send(int fd, void *octets, size_t length, int flags)');
    this.#recvfrom = libc.function('long recvfrom(int fd, long octets, size_t length, int flags, long address, long addressLength)');
    this.#recvInto = libc.function('long recvfrom(int fd, void *octets, size_t length, int flags, long address, long addressLength)');
    this.#recvmsg = libc.function('long recvmsg(int fd, long message, int flags)');
    this.#setsockopt = libc.function('int setsockopt(int fd, int level, int name, void *value, uint length)');
    this.#getsockopt = libc.function('int getsockopt(int fd, int level, int name, void *value, void *length)');
    this.#openat = libc.function('int openat(int folder, void *path, int flags, uint mode)');
    // Variadic in C; see Libc about such functions.
    this.#ioctl = libc.function('int ioctl(int fd, ulong request, long argument)');
    this.#setns = libc.function('int setns(int fd, int kind)');
    this.#unshare = libc.function('int unshare(int flags)');
    const { view } = this.#scratch;
    // INVARIANT: the message header points into the scratch memory, and its pointers are never changed again.
    view.setBigUint64(AT.MSGHDR + MSGHDR.NAME, BigInt(this.#scratch.at(AT.NAME, NAME_ROOM)), true);
    view.setBigUint64(AT.MSGHDR + MSGHDR.IOV, BigInt(this.#scratch.at(AT.IOVEC, IOVEC.SIZE)), true);
    view.setBigUint64(AT.MSGHDR + MSGHDR.IOVLEN, 1n, true);
    view.setBigUint64(AT.MSGHDR + MSGHDR.CONTROL, BigInt(this.#scratch.at(AT.CONTROL, CONTROL_ROOM)), true);
    view.setBigUint64(AT.IOVEC + IOVEC.BASE, BigInt(this.#scratch.at(AT.DATA, LONGEST_DATAGRAM)), true);
  }

  /** The scratch memory, in which {@link name}, {@link control} and {@link data} are. */
  get view(): DataView {
    return this.#scratch.view;
  }

  /** The same octets. */
  get bytes(): Uint8Array {
    return this.#scratch.bytes;
  }

  /** Where the sender's address is after {@link recvmsg}. */
  get name(): number {
    return AT.NAME;
  }

  /** Where the control messages are after {@link recvmsg}. */
  get control(): number {
    return AT.CONTROL;
  }

  /** Where the datagram is after {@link recvmsg}. */
  get data(): number {
    return AT.DATA;
  }

  socket(family: number, type: number, protocol: number): number {
    // SAFETY: plain integers.
    return this.#socket(family, type, protocol);
  }

  bind(fd: Descriptor, address: Uint8Array): number {
    // SAFETY: the kernel reads as many octets as there are.
    return this.#bind(fd.fd, address, address.length);
  }

  connect(fd: Descriptor, address: Uint8Array): number {
    // SAFETY: the kernel reads as many octets as there are.
    return this.#connect(fd.fd, address, address.length);
  }

  /** Fills `address`, and gives its length. */
  getsockname(fd: Descriptor, address: Uint8Array): number {
    const length = lengthOf(address);
    // SAFETY: the kernel writes at most as many octets as `length` says.
    const result = this.#getsockname(fd.fd, address, length);
    return result < 0 ? result : readLength(length);
  }

  /** Fills `address`, and gives its length. */
  getpeername(fd: Descriptor, address: Uint8Array): number {
    const length = lengthOf(address);
    // SAFETY: as getsockname.
    const result = this.#getpeername(fd.fd, address, length);
    return result < 0 ? result : readLength(length);
  }

  /** Sends without waiting. */
  send(fd: Descriptor, bytes: Uint8Array, address: Uint8Array | undefined): number {
    for (;;) {
      const result =
        address === undefined
          ? // SAFETY: the kernel reads as many octets as there are.
            this.#send(fd.fd, bytes, bytes.length, MSG_DONTWAIT)
          : // SAFETY: the same.
            this.#sendto(fd.fd, bytes, bytes.length, MSG_DONTWAIT, address, address.length);
      if (result !== -errno.EINTR) return result;
    }
  }

  /**
   * Receives without waiting and without control messages: it costs less than {@link recvmsg}.
   *
   * @param fd - the socket
   * @param into - where the datagram goes; into the scratch memory if there is none
   * @param flags - `MSG_*`
   * @returns a negative errno, or the datagram's length, with MSG_TRUNC that of the whole; the sender's address is at {@link name}
   */
  recvfrom(fd: Descriptor, into: Uint8Array | undefined, flags: number): number {
    const { view, address } = this.#scratch;
    for (;;) {
      view.setUint32(AT.NAMELEN, NAME_ROOM, true);
      const result =
        into === undefined
          ? // SAFETY: the kernel writes at most as many octets as there is room for, in the scratch memory.
            this.#recvfrom(fd.fd, address + AT.DATA, LONGEST_DATAGRAM, flags | MSG_DONTWAIT, address + AT.NAME, address + AT.NAMELEN)
          : // SAFETY: the same, and of `into` at most its length.
            this.#recvInto(fd.fd, into, into.length, flags | MSG_DONTWAIT, address + AT.NAME, address + AT.NAMELEN);
      if (result !== -errno.EINTR) return result;
    }
  }

  /** How long the sender's address is after {@link recvfrom}. */
  get nameLength(): number {
    return this.#scratch.view.getUint32(AT.NAMELEN, true);
  }

  /**
   * Receives without waiting, into the scratch memory.
   *
   * @param fd - the socket
   * @param room - how many octets may come: the kernel sizes a dump's datagrams by it, and cuts what is longer
   * @param flags - `MSG_*`
   * @returns a negative errno, or 0: then {@link received} says what came
   */
  recvmsg(fd: Descriptor, room: number, flags: number): number {
    const { view } = this.#scratch;
    view.setUint32(AT.MSGHDR + MSGHDR.NAMELEN, NAME_ROOM, true);
    view.setUint32(AT.MSGHDR + MSGHDR.CONTROLLEN, CONTROL_ROOM, true);
    view.setUint32(AT.IOVEC + IOVEC.LEN, Math.min(room, LONGEST_DATAGRAM), true);
    for (;;) {
      // SAFETY: the header is one of the constructor's, with the room that there is.
      const result = this.#recvmsg(fd.fd, this.#scratch.address, flags | MSG_DONTWAIT);
      if (result === -errno.EINTR) continue;
      if (result < 0) return result;
      const received = this.#received;
      received.length = result;
      received.flags = view.getInt32(AT.MSGHDR + MSGHDR.FLAGS, true);
      received.nameLength = view.getUint32(AT.MSGHDR + MSGHDR.NAMELEN, true);
      received.controlLength = view.getUint32(AT.MSGHDR + MSGHDR.CONTROLLEN, true);
      return 0;
    }
  }

  /** What the last successful {@link recvmsg} left: one record for all. */
  get received(): Readonly<Received> {
    return this.#received;
  }

  setsockopt(fd: Descriptor, level: number, name: number, value: Uint8Array): number {
    // SAFETY: the kernel reads as many octets as there are.
    return this.#setsockopt(fd.fd, level, name, value, value.length);
  }

  /** Fills `value`, and gives what is left in `optlen`. */
  getsockopt(fd: Descriptor, level: number, name: number, value: Uint8Array): number {
    const length = lengthOf(value);
    // SAFETY: the kernel writes at most as many octets as `length` says.
    const result = this.#getsockopt(fd.fd, level, name, value, length);
    return result < 0 ? result : readLength(length);
  }

  /** Opens a file for reading, without waiting for whoever should write it. */
  openRead(path: string): number {
    if (path.includes('\0')) return -errno.EINVAL;
    // Node's own open would keep account of the descriptor, and miss its end.
    // SAFETY: the path ends with a NUL.
    return this.#openat(AT_FDCWD, new TextEncoder().encode(`${path}\0`), O_NONBLOCK | O_CLOEXEC, 0);
  }

  /** The kind of a namespace, as `CLONE_NEW*`; `-ENOTTY` for a file of another kind. */
  namespaceType(fd: Descriptor): number {
    // SAFETY: this request reads no argument.
    return this.#ioctl(fd.fd, NS_GET_NSTYPE, 0);
  }

  /** Takes this thread into a namespace: only between signals blocked and the way back. */
  setns(fd: Descriptor, kind: number): number {
    // SAFETY: plain integers; see within() about the thread.
    return this.#setns(fd.fd, kind);
  }

  /** Takes this thread into new namespaces: as {@link setns}. */
  unshare(flags: number): number {
    // SAFETY: plain integers; see within() about the thread.
    return this.#unshare(flags);
  }

  [Symbol.dispose](): void {
    for (const one of [...this.open]) one[Symbol.dispose]();
    this.#scratch.close();
  }
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return length;
}

function readLength(length: Uint8Array): number {
  return new DataView(length.buffer).getUint32(0, true);
}
