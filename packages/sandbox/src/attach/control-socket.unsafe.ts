import { AF_UNIX } from '@netdevkit/bindings';
import { KernelError, errno, kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';

// From the C library's headers; the same on x86-64 and arm64.
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 8;
const MSG_TRUNC = 0x20;
const MSG_CMSG_CLOEXEC = 0x4000_0000;
const MSG_NOSIGNAL = 0x4000;
const BACKLOG = 16;

/** `struct sockaddr_un`: a family and a path of at most 107 octets. */
const sockaddrUn = { SIZE: 110, path: 2, PATH_MAX: 107 };
/** `struct msghdr`, 56 octets; `struct cmsghdr`, 16 octets. */
const msghdr = { SIZE: 56, iov: 16, iovlen: 24, control: 32, controllen: 40, flags: 48 };
const cmsghdr = { SIZE: 16, level: 8, type: 12 };

// Where things lie in the arena.
const HEADER = 0;
const IOVEC = 64;
const CONTROL = 128;
const CONTROL_SIZE = 64;
const ADDRESS = 256;
const DATA = 4096;
const MESSAGE_MAX = 1 << 20;

/** What came through a {@link ControlSocket}. */
export interface ControlMessage {
  readonly text: string;
  /** The receiver's to close. */
  readonly descriptors: readonly Descriptor[];
}

/**
 * UNIX sockets that carry messages and, with them, descriptors.
 *
 * @remarks
 * # Invariants
 * The arena is this object's alone; nothing is asynchronous between filling it and the call that reads it.
 */
export class ControlSockets implements Disposable {
  readonly #libc: Libc;
  readonly #arena: Memory;
  readonly #socket: ErrnoFunction;
  readonly #bind: ErrnoFunction;
  readonly #connect: ErrnoFunction;
  readonly #listen: ErrnoFunction;
  readonly #accept: ErrnoFunction;
  readonly #setsockopt: ErrnoFunction;
  readonly #sendmsg: ErrnoFunction;
  readonly #recvmsg: ErrnoFunction;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#arena = libc.map({ length: DATA + MESSAGE_MAX });
    this.#socket = libc.function('int socket(int domain, int type, int protocol)');
    this.#bind = libc.function('int bind(int fd, long address, uint length)');
    this.#connect = libc.function('int connect(int fd, long address, uint length)');
    this.#listen = libc.function('int listen(int fd, int backlog)');
    this.#accept = libc.function('int accept4(int fd, long address, long length, int flags)');
    this.#setsockopt = libc.function('int setsockopt(int fd, int level, int name, void *value, uint length)');
    this.#sendmsg = libc.function('long sendmsg(int fd, long message, int flags)');
    this.#recvmsg = libc.function('long recvmsg(int fd, long message, int flags)');
  }

  /**
   * Listens at a path, which must not exist.
   *
   * @throws KernelError `EADDRINUSE`, `EACCES`, `ENOENT`; RangeError: the path is too long
   */
  listen(path: string): Descriptor {
    const socket = this.#make();
    try {
      const length = this.#address(path);
      // SAFETY: the arena has an address of that length.
      check(this.#bind(socket.fd, this.#arena.at(ADDRESS, length), length), `listen at ${path}`);
      // SAFETY: plain integers.
      check(this.#listen(socket.fd, BACKLOG), `listen at ${path}`);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * Connects to a path.
   *
   * @throws KernelError `ENOENT`, `ECONNREFUSED`: nobody listens there; `EACCES`, `EAGAIN`
   */
  connect(path: string): Descriptor {
    const socket = this.#make();
    try {
      const length = this.#address(path);
      // SAFETY: the arena has an address of that length.
      check(this.#connect(socket.fd, this.#arena.at(ADDRESS, length), length), `connect to ${path}`);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** The next that has connected, if there is one. */
  accept(listener: Descriptor): Descriptor | undefined {
    // SAFETY: no address is asked for.
    const result = this.#accept(listener.fd, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return result < 0 ? undefined : this.#libc.descriptor(result, 'control socket');
  }

  /**
   * Sends a message.
   *
   * @param descriptors - numbers of this process, which stay its own
   * @throws KernelError `E2BIG`: the message is too long; `EPIPE`: nobody is there any more; `EAGAIN`
   */
  send(socket: Descriptor, text: string, descriptors: readonly number[] = []): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > MESSAGE_MAX) throw new KernelError('E2BIG', `more than ${String(MESSAGE_MAX)} octets of arguments and environment`, { op: 'attach' });
    const { view } = this.#arena;
    this.#arena.bytes.set(bytes, DATA);
    const length = cmsghdr.SIZE + 4 * descriptors.length;
    view.setBigUint64(CONTROL, BigInt(length), true);
    view.setInt32(CONTROL + cmsghdr.level, SOL_SOCKET, true);
    view.setInt32(CONTROL + cmsghdr.type, SCM_RIGHTS, true);
    descriptors.forEach((fd, i) => {
      view.setInt32(CONTROL + cmsghdr.SIZE + 4 * i, fd, true);
    });
    this.#header(bytes.length, descriptors.length === 0 ? 0 : length);
    // SAFETY: the header points into the arena, where what it tells of was just put.
    const sent = this.#sendmsg(socket.fd, this.#arena.at(HEADER, msghdr.SIZE), MSG_NOSIGNAL);
    if (sent === -errno.EMSGSIZE) throw new KernelError('E2BIG', 'more arguments and environment than net.core.wmem_max allows', { op: 'attach' });
    check(sent, 'attach');
  }

  /**
   * Takes the next message.
   *
   * @returns `undefined` when there is none yet, `null` when the other end has closed
   */
  receive(socket: Descriptor): ControlMessage | undefined | null {
    this.#header(MESSAGE_MAX, CONTROL_SIZE);
    // SAFETY: the header points into the arena, which has that room.
    const received = this.#recvmsg(socket.fd, this.#arena.at(HEADER, msghdr.SIZE), MSG_CMSG_CLOEXEC);
    if (received === -errno.EAGAIN || received === -errno.EINTR) return undefined;
    if (received <= 0) return null;
    const { view, bytes } = this.#arena;
    const used = Number(view.getBigUint64(HEADER + msghdr.controllen, true));
    const descriptors: Descriptor[] = [];
    if (used >= cmsghdr.SIZE && view.getInt32(CONTROL + cmsghdr.type, true) === SCM_RIGHTS) {
      const length = Number(view.getBigUint64(CONTROL, true));
      for (let at = cmsghdr.SIZE; at + 4 <= length; at += 4) descriptors.push(this.#libc.descriptor(view.getInt32(CONTROL + at, true), 'passed descriptor'));
    }
    if ((view.getInt32(HEADER + msghdr.flags, true) & (MSG_TRUNC | MSG_CTRUNC)) !== 0) {
      for (const descriptor of descriptors) descriptor.close();
      return null;
    }
    return { text: new TextDecoder().decode(bytes.slice(DATA, DATA + received)), descriptors };
  }

  [Symbol.dispose](): void {
    this.#arena.close();
  }

  #make(): Descriptor {
    // SAFETY: plain integers; the result is taken charge of.
    const socket = this.#libc.descriptor(this.#socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), 'control socket');
    const size = new Uint8Array(new Int32Array([MESSAGE_MAX]).buffer);
    // SAFETY: an int, which the kernel reads before it returns. It gives what it allows.
    this.#setsockopt(socket.fd, SOL_SOCKET, SO_SNDBUF, size, size.length);
    return socket;
  }

  #address(path: string): number {
    const octets = new TextEncoder().encode(path);
    if (octets.length > sockaddrUn.PATH_MAX) throw new RangeError(`path: expected at most ${String(sockaddrUn.PATH_MAX)} octets, got ${String(octets.length)}`);
    const { bytes, view } = this.#arena;
    bytes.fill(0, ADDRESS, ADDRESS + sockaddrUn.SIZE);
    view.setUint16(ADDRESS, AF_UNIX, true);
    bytes.set(octets, ADDRESS + sockaddrUn.path);
    return sockaddrUn.path + octets.length + 1;
  }

  #header(length: number, controlLength: number): void {
    const { view, bytes } = this.#arena;
    bytes.fill(0, HEADER, HEADER + msghdr.SIZE);
    view.setBigUint64(IOVEC, BigInt(this.#arena.at(DATA, length)), true);
    view.setBigUint64(IOVEC + 8, BigInt(length), true);
    view.setBigUint64(HEADER + msghdr.iov, BigInt(this.#arena.at(IOVEC, 16)), true);
    view.setBigUint64(HEADER + msghdr.iovlen, 1n, true);
    if (controlLength === 0) return;
    view.setBigUint64(HEADER + msghdr.control, BigInt(this.#arena.at(CONTROL, CONTROL_SIZE)), true);
    view.setBigUint64(HEADER + msghdr.controllen, BigInt(controlLength), true);
  }
}

function check(result: number, op: string): void {
  if (result < 0) throw kernelError(result, op);
}
