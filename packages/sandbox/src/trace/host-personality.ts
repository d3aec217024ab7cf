import { readlinkSync } from 'node:fs';
import { AF_NETLINK, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_PEEK, SOCK_CLOEXEC } from '@netdevkit/bindings';
import { errno, isKernelError } from '@netdevkit/errno';
import type { Descriptor } from '@netdevkit/libc/unsafe';
import type { DescriptorRange } from '../filter.ts';
import { MMSGHDR_SIZE, fileBuffer, readAddress, readMessageHeader, readVector, single } from '../message-header.ts';
import type { Call, Interests, Personality } from '../personality.ts';
import type { Borrower } from '../pidfd.unsafe.ts';
import { commandOf, freeDescriptor } from '../process-info.ts';
import type { Vector } from '../remote-memory.unsafe.ts';
import { LONGEST_WAIT, MOST_MESSAGES, receiveMany } from '../receiving.ts';
import { HostReception } from './host-reception.ts';
import type { KeptSockets } from './kept-sockets.ts';
import type { HostSockets } from './host-sockets.unsafe.ts';
import type { EpollSet } from '../epoll-set.unsafe.ts';
import type { Datagram } from '../socket-face.ts';
import type { TraceObserver, TraceRemark } from './traced-message.ts';

/** What a {@link HostPersonality} is made of; it ends what it is given. */
export interface HostPersonalityOptions {
  readonly sockets: HostSockets;
  readonly readiness: EpollSet;
  readonly borrower: Borrower;
  readonly descriptors: DescriptorRange;
  readonly observer: TraceObserver;
  /** Keeps descriptors of the sockets, where none can be taken from programs. */
  readonly kept?: KeptSockets | undefined;
}

const F_DUPFD_CLOEXEC = 1030;
/** So many sockets are remembered; what is forgotten is asked of the kernel again. */
const MOST_SOCKETS = 1024;
const NANOSECONDS = 1_000_000_000n;
/** Where struct sockaddr_nl has the port id. */
const NL_PID = 4;

/**
 * The host's kernel as programs know it, with somebody looking on.
 *
 * A program's netlink sockets are real, and made for it by this process so that their numbers are those that the filter asks
 * about. What it sends is read before the call goes through; what it receives is peeked at, by another descriptor of the same
 * socket, before the call goes through. All else is passed on as it is.
 */
export class HostPersonality implements Personality {
  readonly interests: Interests;
  readonly #options: HostPersonalityOptions;
  /** Protocols by what `/proc` calls the socket. */
  readonly #protocols = new Map<string, number>();
  /** What was remarked once. */
  readonly #remarked = new Set<string>();
  readonly #ownNamespace = readlinkSync('/proc/self/ns/net');
  readonly #clock: bigint = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

  constructor(options: HostPersonalityOptions) {
    this.#options = options;
    this.interests = { families: [AF_NETLINK], interfaceIoctls: false, closing: options.kept !== undefined, files: false };
  }

  handle(call: Call): void {
    if (call.name === 'socket') {
      this.#socket(call);
      return;
    }
    if (call.name === 'close') {
      this.#options.kept?.sweep({ tgid: call.tgid(), tid: call.tid, fd: call.int(0) });
      call.pass();
      return;
    }
    const protocol = this.#protocolOf(call);
    if (protocol === undefined) {
      call.pass();
      return;
    }
    try {
      this.#onSocket(call, protocol);
    } catch (error) {
      // What cannot be read cannot be read by the kernel either, which says so in its own way.
      if (!isKernelError(error)) throw error;
      call.pass();
    }
  }

  close(): void {
    this.#options.readiness[Symbol.dispose]();
    this.#options.kept?.[Symbol.dispose]();
    this.#options.sockets[Symbol.dispose]();
  }

  #onSocket(call: Call, protocol: number): void {
    switch (call.name) {
      case 'write':
        return this.#sends(call, protocol, fileBuffer(call));
      case 'writev': {
        const vector = readVector(call, call.address(1), call.address(2), 'EINVAL');
        // From fs/read_write.c:vfs_writev: nothing is sent of nothing.
        return vector.total === 0 ? call.pass() : this.#sends(call, protocol, vector);
      }
      case 'sendto':
        return this.#sends(call, protocol, single(call.address(1), call.address(2)), call.address(4), call.int(5));
      case 'sendmsg': {
        const { vector, name, nameLength } = readMessageHeader(call, call.address(1));
        return this.#sends(call, protocol, vector, name, nameLength);
      }
      case 'sendmmsg':
        return this.#sendsMany(call, protocol);
      case 'read':
        return this.#reads(call, protocol, fileBuffer(call));
      case 'readv':
        return this.#reads(call, protocol, readVector(call, call.address(1), call.address(2), 'EINVAL'));
      case 'recvfrom':
        return this.#receives(call, protocol, single(call.address(1), call.address(2)), call.int(3));
      case 'recvmsg':
        return this.#receives(call, protocol, readMessageHeader(call, call.address(1)).vector, call.int(2));
      case 'recvmmsg':
        if (call.int(2) === 1) return this.#receives(call, protocol, readMessageHeader(call, call.address(1)).vector, call.int(3));
        return call.int(2) === 0 ? call.pass() : this.#receivesMany(call, protocol);
      case 'dup':
        return this.#duplicate(call, 0, false);
      case 'fcntl':
        return this.#duplicate(call, call.int(2), call.int(1) === F_DUPFD_CLOEXEC);
      default:
        return call.pass();
    }
  }

  #socket(call: Call): void {
    const [typeAndFlags, protocol] = [call.int(1), call.int(2)];
    // A socket is its maker's: of this namespace. Those of another are the program's own, and not seen.
    if (namespaceOf(call.tid) !== this.#ownNamespace) {
      this.#remarkOnce('untraced', call, String(call.tgid()));
      call.pass();
      return;
    }
    const { sockets, kept } = this.#options;
    // An exec may have closed some, and what they were bound to must be free.
    kept?.sweep();
    using socket = sockets.open(typeAndFlags & ~SOCK_CLOEXEC, protocol);
    const target = readlinkSync(`/proc/self/fd/${String(socket.fd)}`);
    const copy = kept === undefined ? undefined : sockets.copy(socket);
    if (this.#give(call, socket, 0, (typeAndFlags & SOCK_CLOEXEC) !== 0)) {
      this.#remember(target, protocol);
      if (copy !== undefined) kept?.keep(target, copy, call.tgid());
    } else copy?.close();
  }

  #duplicate(call: Call, least: number, closeOnExec: boolean): void {
    using socket = this.#another(call);
    if (socket === undefined || least < 0) call.pass();
    else this.#give(call, socket, least, closeOnExec);
  }

  /** Gives a program a descriptor with a number that the filter asks about. */
  #give(call: Call, socket: Descriptor, least: number, closeOnExec: boolean): boolean {
    const { first, end } = this.#options.descriptors;
    const number = freeDescriptor(call.tid, Math.max(least, first), end);
    const result = number === undefined ? -errno.EMFILE : call.give({ source: socket.fd, number, closeOnExec });
    if (result >= 0) return true;
    if (result === -errno.EBADF) {
      // The number is beyond the program's RLIMIT_NOFILE, which may not be raised: it gets one that nobody looks at.
      this.#remarkOnce('no-room', call, String(call.tgid()));
      call.pass();
    } else call.answer(result);
    return false;
  }

  #sends(call: Call, protocol: number, vector: Vector, nameAt: number = 0, nameLength: number = 0): void {
    const address = nameAt === 0 ? undefined : readAddress(call, nameAt, nameLength);
    this.#tell(call, protocol, true, call.gather(vector).slice(), vector.total, peerOf(address));
    call.pass();
  }

  #sendsMany(call: Call, protocol: number): void {
    const count = Math.min(call.address(2), MOST_MESSAGES);
    for (let i = 0; i < count; i++) {
      const { vector, name, nameLength } = readMessageHeader(call, call.address(1) + i * MMSGHDR_SIZE);
      const address = nameLength === 0 ? undefined : readAddress(call, name, nameLength);
      this.#tell(call, protocol, true, call.gather(vector).slice(), vector.total, peerOf(address));
    }
    call.pass();
  }

  #reads(call: Call, protocol: number, vector: Vector): void {
    // From net/socket.c:sock_read_iter: who reads nothing receives nothing.
    if (vector.total === 0) call.pass();
    else this.#receives(call, protocol, vector, 0);
  }

  #receives(call: Call, protocol: number, vector: Vector, flags: number): void {
    // Whoever peeks comes again for the message itself.
    if ((flags & (MSG_PEEK | MSG_ERRQUEUE)) !== 0) {
      call.pass();
      return;
    }
    const { sockets } = this.#options;
    const socket = this.#borrow(call);
    if (socket === undefined) return;
    const isWaiting = sockets.state(socket) === 'empty' && (flags & MSG_DONTWAIT) === 0 && !call.isNonBlocking(call.int(0));
    if (!isWaiting) {
      this.#received(call, protocol, vector, socket);
      return;
    }
    try {
      this.#hold(call, protocol, vector, socket);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Of several messages no more than one can be peeked at: they are received here, and the program gets them from here. */
  #receivesMany(call: Call, protocol: number): void {
    if ((call.int(3) & (MSG_PEEK | MSG_ERRQUEUE)) !== 0) {
      call.pass();
      return;
    }
    const { sockets, readiness } = this.#options;
    const socket = this.#borrow(call);
    if (socket === undefined) return;
    call.committed();
    const told = ({ bytes, length, address }: Datagram): void => {
      this.#tell(call, protocol, false, bytes, length, peerOf(address));
    };
    const overrun = (): void => {
      this.#remark('overrun', call);
    };
    try {
      receiveMany(call, new HostReception({ sockets, readiness, socket, told, overrun }));
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Another descriptor of the program's socket; without one, the call is passed on. */
  #borrow(call: Call): Descriptor | undefined {
    const socket = this.#another(call);
    if (socket !== undefined) return socket;
    this.#remarkOnce('untraced', call, call.descriptor(call.int(0)) ?? '');
    call.pass();
    return undefined;
  }

  #another(call: Call): Descriptor | undefined {
    const { borrower, kept } = this.#options;
    return kept === undefined ? borrower.borrow(call.tid, call.int(0)) : kept.copy(call.descriptor(call.int(0)));
  }

  /** A receive that would wait does so here, so that it is seen what it waited for. */
  #hold(call: Call, protocol: number, vector: Vector, socket: Descriptor): void {
    const { sockets, readiness } = this.#options;
    const timeout = sockets.receiveTimeout(socket);
    const forget = readiness.onReadable(socket.fd, () => {
      end();
      if (call.settled) socket.close();
      else this.#received(call, protocol, vector, socket);
    });
    const timer =
      timeout > LONGEST_WAIT
        ? undefined
        : setTimeout(() => {
            end();
            socket.close();
            call.answer(-errno.EAGAIN);
          }, timeout);
    const end = (): void => {
      clearTimeout(timer);
      forget();
    };
    call.onInterrupt = () => {
      end();
      socket.close();
      return undefined;
    };
  }

  #received(call: Call, protocol: number, vector: Vector, borrowed: Descriptor): void {
    using socket = borrowed;
    const { sockets } = this.#options;
    const state = sockets.state(socket);
    if (state === 'error') this.#remark('overrun', call);
    const peeked = state === 'message' ? sockets.peek(socket, vector.total) : undefined;
    if (peeked !== undefined) this.#tell(call, protocol, false, peeked.bytes, peeked.length, peeked.peer);
    call.pass();
  }

  #protocolOf(call: Call): number | undefined {
    const target = call.descriptor(call.int(0));
    if (target?.startsWith('socket:') !== true) return undefined;
    const known = this.#protocols.get(target);
    if (known !== undefined) return known;
    using socket = this.#another(call);
    const protocol = socket === undefined ? undefined : this.#options.sockets.netlinkProtocol(socket);
    if (protocol !== undefined) this.#remember(target, protocol);
    return protocol;
  }

  #remember(target: string, protocol: number): void {
    const protocols = this.#protocols;
    protocols.set(target, protocol);
    if (protocols.size <= MOST_SOCKETS) return;
    const [oldest] = protocols.keys();
    if (oldest !== undefined) protocols.delete(oldest);
  }

  #tell(call: Call, protocol: number, sent: boolean, bytes: Uint8Array, length: number, peer: number): void {
    const now = this.#clock + process.hrtime.bigint();
    const pid = call.tgid();
    this.#options.observer.message({
      bytes,
      length,
      protocol,
      sent,
      peer,
      pid,
      tid: call.tid,
      fd: call.int(0),
      command: commandOf(pid),
      sec: Number(now / NANOSECONDS),
      nsec: Number(now % NANOSECONDS),
    });
  }

  /** Remarks on a socket, or a process, the first time. */
  #remarkOnce(kind: TraceRemark['kind'], call: Call, of: string): void {
    const what = `${kind} ${of}`;
    if (this.#remarked.has(what)) return;
    if (this.#remarked.size >= MOST_SOCKETS) this.#remarked.clear();
    this.#remarked.add(what);
    this.#remark(kind, call);
  }

  #remark(kind: TraceRemark['kind'], call: Call): void {
    const pid = call.tgid();
    this.#options.observer.remark?.({ kind, pid, fd: call.name === 'socket' ? -1 : call.int(0), command: commandOf(pid) });
  }
}

function peerOf(address: Uint8Array | undefined): number {
  if (address === undefined || address.length < NL_PID + 4) return 0;
  return new DataView(address.buffer, address.byteOffset).getUint32(NL_PID, true);
}

function namespaceOf(tid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${String(tid)}/ns/net`);
  } catch {
    return undefined;
  }
}
