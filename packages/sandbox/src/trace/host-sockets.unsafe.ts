import { AF_NETLINK, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, SO_DOMAIN, SO_PROTOCOL, SO_RCVTIMEO, SOL_SOCKET } from '@netdevkit/bindings';
import { errno, kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';
import type { Abi } from '../abi.ts';
import { IOVEC_SIZE, MSGHDR_SIZE, readReceiveHeader, writeBuffer, writeReceiveHeader } from '../message-header.ts';
import type { Datagram } from '../socket-face.ts';

const POLLIN = 1;
const POLLERR = 8;
const F_DUPFD_CLOEXEC = 1030;

// Where things lie in the arena: an option with its length, an address with its length, a msghdr with its iovec and control
// messages, and the octets of a message.
const OPTION = 0;
const OPTION_LENGTH = 16;
const ADDRESS = 32;
const ADDRESS_SIZE = 12;
const ADDRESS_LENGTH = 48;
const HEADER = 64;
const BUFFERS = 128;
const CONTROL = 256;
const CONTROL_SIZE = 2048;
const DATA = 4096;
const ARENA = 4 << 20;
const SIZEOF_TIMEVAL = 16;
const MS_PER_SECOND = 1000;
const US_PER_MS = 1000;

/** What waits in a socket. */
export interface Peeked {
  /** A copy. */
  readonly bytes: Uint8Array;
  /** How long the whole datagram is. */
  readonly length: number;
  /** The port id of who sent it. */
  readonly peer: number;
}

/**
 * Sockets of the host's kernel, as other processes have them.
 *
 * @remarks
 * # Invariants
 * The arena is this object's alone. A borrowed descriptor is another one of the program's socket, and closing it closes
 * nothing of the program's.
 */
export class HostSockets implements Disposable {
  readonly #libc: Libc;
  readonly #abi: Abi;
  readonly #arena: Memory;
  readonly #socket: ErrnoFunction;
  readonly #getsockopt: ErrnoFunction;
  readonly #recvfrom: ErrnoFunction;
  readonly #recvmsg: ErrnoFunction;
  readonly #fcntl: ErrnoFunction;

  constructor(libc: Libc, abi: Abi) {
    this.#libc = libc;
    this.#abi = abi;
    this.#arena = libc.map({ length: ARENA });
    this.#socket = libc.function('int socket(int domain, int type, int protocol)');
    this.#getsockopt = libc.function('int getsockopt(int fd, int level, int name, long value, long length)');
    this.#recvfrom = libc.function('long recvfrom(int fd, long buffer, size_t length, int flags, long address, long addressLength)');
    this.#recvmsg = libc.function('long recvmsg(int fd, long header, int flags)');
    this.#fcntl = libc.function('int fcntl(int fd, int op, long argument)');
    this.#arena.view.setUint32(OPTION_LENGTH, SIZEOF_TIMEVAL, true);
  }

  /**
   * Opens a netlink socket.
   *
   * @returns the descriptor
   * @throws KernelError what socket(2) says
   */
  open(type: number, protocol: number): Descriptor {
    // SAFETY: plain integers; the result is taken charge of.
    return this.#libc.descriptor(this.#socket(AF_NETLINK, type, protocol), 'netlink socket of a traced program');
  }

  /** Another descriptor of a socket of this process. */
  copy(socket: Descriptor): Descriptor | undefined {
    // SAFETY: plain integers; the result is taken charge of.
    const result = this.#fcntl(socket.fd, F_DUPFD_CLOEXEC, 0);
    return result < 0 ? undefined : this.#libc.descriptor(result, 'copied socket');
  }

  /**
   * A descriptor that can be read once a process has ended. C twin: `pidfd_open(2)`.
   *
   * @returns `undefined` when it is gone
   */
  process(tgid: number): Descriptor | undefined {
    // SAFETY: plain integers; the result is taken charge of.
    const result = this.#libc.syscall(this.#abi.own.pidfdOpen, tgid, 0);
    return result < 0 ? undefined : this.#libc.descriptor(result, 'process that is traced');
  }

  /** The protocol of a socket, if it is one of netlink. */
  netlinkProtocol(socket: Descriptor): number | undefined {
    if (this.#option(socket, SO_DOMAIN) !== AF_NETLINK) return undefined;
    return this.#option(socket, SO_PROTOCOL);
  }

  /** How long receiving waits at most (`SO_RCVTIMEO`), in milliseconds; `Infinity` for ever. */
  receiveTimeout(socket: Descriptor): number {
    if (this.#option(socket, SO_RCVTIMEO) === undefined) return Infinity;
    const { view } = this.#arena;
    const timeout = Number(view.getBigInt64(OPTION, true)) * MS_PER_SECOND + Math.ceil(Number(view.getBigInt64(OPTION + 8, true)) / US_PER_MS);
    return timeout === 0 ? Infinity : timeout;
  }

  /** Whether a message waits; or an error, which whoever asks further would take from the program. */
  state(socket: Descriptor): 'empty' | 'message' | 'error' {
    const ready = this.#libc.poll(socket.fd, POLLIN);
    if (ready < 0 || (ready & POLLERR) !== 0) return 'error';
    return (ready & POLLIN) === 0 ? 'empty' : 'message';
  }

  /**
   * Looks at what the program will receive next.
   *
   * Reading drives dumps on, in pieces that follow the reader's buffer: with the program's own length nothing is different
   * for it.
   *
   * @param length - of the program's buffers, in octets
   */
  peek(socket: Descriptor, length: number): Peeked | undefined {
    const room = Math.min(length, ARENA - DATA);
    const { bytes, view } = this.#arena;
    view.setUint32(ADDRESS_LENGTH, ADDRESS_SIZE, true);
    // SAFETY: the arena has that room for the message, the address and its length.
    const whole = this.#recvfrom(
      socket.fd,
      this.#arena.at(DATA, room),
      room,
      MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC,
      this.#arena.at(ADDRESS, ADDRESS_SIZE),
      this.#arena.at(ADDRESS_LENGTH, 4),
    );
    if (whole < 0) return undefined;
    return { bytes: bytes.slice(DATA, DATA + Math.min(whole, room)), length: whole, peer: view.getUint32(ADDRESS + 4, true) };
  }

  /**
   * Receives a message, if there is one.
   *
   * @param length - of the program's buffers, in octets
   * @param flags - of the program's call
   * @throws KernelError what was pending, such as `ENOBUFS`
   */
  receive(socket: Descriptor, length: number, flags: number): Datagram | undefined {
    const room = Math.min(length, ARENA - DATA);
    const { bytes, view } = this.#arena;
    writeReceiveHeader(view, HEADER, {
      name: { at: this.#arena.at(ADDRESS, ADDRESS_SIZE), length: ADDRESS_SIZE },
      vector: this.#arena.at(BUFFERS, IOVEC_SIZE),
      control: { at: this.#arena.at(CONTROL, CONTROL_SIZE), length: CONTROL_SIZE },
    });
    writeBuffer(view, BUFFERS, this.#arena.at(DATA, room), room);
    // SAFETY: the header leads to an address, one buffer and control messages in the arena, each with its length.
    const whole = this.#recvmsg(socket.fd, this.#arena.at(HEADER, MSGHDR_SIZE), flags | MSG_DONTWAIT | MSG_TRUNC);
    if (whole === -errno.EAGAIN) return undefined;
    if (whole < 0) throw kernelError(whole, 'recvmsg');
    const { nameLength, control, flags: told } = readReceiveHeader(view, HEADER, CONTROL);
    return {
      bytes: bytes.slice(DATA, DATA + Math.min(whole, room)),
      length: whole,
      flags: told,
      address: bytes.slice(ADDRESS, ADDRESS + Math.min(nameLength, ADDRESS_SIZE)),
      control,
    };
  }

  [Symbol.dispose](): void {
    this.#arena.close();
  }

  #option(socket: Descriptor, name: number): number | undefined {
    this.#arena.view.setUint32(OPTION_LENGTH, SIZEOF_TIMEVAL, true);
    // SAFETY: the arena has 16 octets for the value, as the length says.
    const result = this.#getsockopt(socket.fd, SOL_SOCKET, name, this.#arena.at(OPTION, SIZEOF_TIMEVAL), this.#arena.at(OPTION_LENGTH, 4));
    return result === -errno.ENOPROTOOPT || result < 0 ? undefined : this.#arena.view.getInt32(OPTION, true);
  }
}
