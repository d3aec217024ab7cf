import { closeSync } from 'node:fs';
import { AF_NETLINK, AF_PACKET, MSG_OOB, SOCK_CLOEXEC, SOCK_NONBLOCK } from '@netdevkit/bindings';
import { KernelError, errno, isKernelError } from '@netdevkit/errno';
import type { Credentials, Kernel, NetNamespace } from '@netdevkit/kernel';
import type { Libc } from '@netdevkit/libc/unsafe';
import { ON_FILES, type DescriptorRange } from './filter.ts';
import type { HostNamespaces } from './host-namespaces.ts';
import { ioctl } from './interface-ioctl.ts';
import { MMSGHDR_SIZE, fileBuffer, readAddress, readMessageHeader, readVector, single, writeAddress, writeMessageLength } from './message-header.ts';
import { Mappings } from './mappings.ts';
import { NetlinkFace } from './netlink-face.ts';
import { PacketFace } from './packet-face.ts';
import { CallGone, type Call, type Interests, type Personality } from './personality.ts';
import type { Borrower } from './pidfd.unsafe.ts';
import { descriptorLimit, freeDescriptor } from './process-info.ts';
import { ProgramFiles } from './program-files.ts';
import { MOST_MESSAGES, Receive, receiveMany, type Destination } from './receiving.ts';
import type { Vector } from './remote-memory.unsafe.ts';
import type { Remarks } from './sandbox-remark.ts';
import type { SharedMemory } from './shared-memory.unsafe.ts';
import type { SocketFace, SocketUser } from './socket-face.ts';
import { getSocketOption, setSocketOption } from './socket-options.ts';
import { VirtualSocket } from './virtual-socket.ts';
import { Wakes, type Wake } from './wake.unsafe.ts';

/** What an {@link EmbeddedPersonality} is made of. */
export interface EmbeddedPersonalityOptions {
  readonly libc: Libc;
  readonly kernel: Kernel;
  /** The namespace that its programs are started in. */
  readonly namespace: NetNamespace;
  readonly namespaces: HostNamespaces;
  readonly borrower: Borrower;
  readonly descriptors: DescriptorRange;
  /** Whether calls of sockets are trapped whatever their descriptor's number. */
  readonly everySocket: boolean;
  /** Whether its files are theirs, too. */
  readonly files: boolean;
  /** What the programs may do. */
  readonly credentials: Partial<Credentials>;
  readonly remarks: Remarks;
}

/** SOCK_TYPE_MASK. */
const TYPE_MASK = 0xf;
const F_DUPFD_CLOEXEC = 1030;

/**
 * The embedded kernel as programs see it: its sockets are theirs.
 */
export class EmbeddedPersonality implements Personality {
  readonly interests: Interests;
  readonly #options: EmbeddedPersonalityOptions;
  readonly #wakes: Wakes;
  readonly #sockets = new Map<string, VirtualSocket>();
  readonly #namespaces = new Map<VirtualSocket, NetNamespace>();
  /** Sockets that something came to since they were looked after. */
  readonly #woken = new Set<VirtualSocket>();
  readonly #mappings: Mappings;
  readonly #files: ProgramFiles;
  #scheduled = false;

  constructor(options: EmbeddedPersonalityOptions) {
    this.interests = { families: [AF_NETLINK, AF_PACKET], interfaceIoctls: true, mappings: true, files: options.files };
    this.#files = new ProgramFiles(options.libc, options.descriptors, options.credentials);
    this.#mappings = new Mappings(options.libc, (identity, socket) => {
      this.#sockets.set(identity, socket);
    });
    this.#options = options;
    this.#wakes = new Wakes(options.libc, (wake) => {
      this.#lastClose(wake);
    });
  }

  /** How many sockets programs have. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** Whether a socket of a program is in a namespace. */
  isIn(namespace: NetNamespace): boolean {
    return [...this.#namespaces.values()].includes(namespace);
  }

  handle(call: Call): void {
    if (call.name === 'socket') {
      this.#socket(call);
      return;
    }
    if (ON_FILES.includes(call.name)) {
      if (!this.#files.handle(call, () => this.#namespaceOf(call))) call.pass();
      return;
    }
    const fd = call.int(call.name === 'mmap' ? 4 : 0);
    const target = call.descriptor(fd);
    const socket = target === undefined ? undefined : this.#sockets.get(target);
    if (socket !== undefined && target !== socket.wake.identity) this.#mappings.takeBack(call, socket, fd);
    if (call.name === 'ioctl') this.#ioctl(call, socket);
    // A program with very many files has them in the reserved range too.
    else if (socket === undefined) this.#onOther(call, target);
    else this.#onSocket(call, socket);
  }

  close(): void {
    for (const socket of [...this.#sockets.values()]) this.#release(socket);
    this.#files.close();
    this.#wakes[Symbol.dispose]();
  }

  /** A call on what is no socket of the embedded kernel: one of its files, or the host's. */
  #onOther(call: Call, target: string | undefined): void {
    const writes = this.#options.files && (call.name === 'write' || call.name === 'writev');
    if (writes && target !== undefined && this.#files.write(call, target, () => this.#namespaceOf(call))) this.#serve();
    else call.pass();
  }

  #onSocket(call: Call, socket: VirtualSocket): void {
    const { face } = socket;
    switch (call.name) {
      case 'mmap':
        return this.#mappings.map(call, socket);
      case 'bind':
        face.usedBy(this.#userOf(call));
        face.bind(readAddress(call, call.address(1), call.int(2)));
        return this.#done(call, 0);
      case 'connect':
        face.usedBy(this.#userOf(call));
        face.connect(readAddress(call, call.address(1), call.int(2)));
        return this.#done(call, 0);
      case 'getsockname':
        writeAddress(call, call.address(1), call.address(2), face.getsockname());
        return this.#done(call, 0);
      case 'getpeername':
        writeAddress(call, call.address(1), call.address(2), face.getpeername());
        return this.#done(call, 0);
      case 'setsockopt':
        return this.#done(call, setSocketOption(call, socket));
      case 'getsockopt':
        return this.#done(call, getSocketOption(call, socket));
      case 'write':
        return this.#send(call, socket, fileBuffer(call));
      case 'writev':
        return this.#writev(call, socket, readVector(call, call.address(1), call.address(2), 'EINVAL'));
      case 'sendto':
        return this.#sendto(call, socket);
      case 'sendmsg':
        return this.#sendmsg(call, socket);
      case 'sendmmsg':
        return this.#sendmmsg(call, socket);
      case 'read':
        return this.#read(call, socket, fileBuffer(call));
      case 'readv':
        return this.#read(call, socket, readVector(call, call.address(1), call.address(2), 'EINVAL'));
      case 'recvfrom':
        return this.#recvfrom(call, socket);
      case 'recvmsg': {
        const header = readMessageHeader(call, call.address(1));
        return this.#receive(call, socket, call.int(2), { vector: header.vector, header });
      }
      case 'recvmmsg':
        receiveMany(call, socket);
        return this.#serve();
      case 'dup':
        return this.#duplicate(call, socket, 0, false);
      case 'fcntl':
        return this.#duplicate(call, socket, call.int(2), call.int(1) === F_DUPFD_CLOEXEC);
      case 'dup2':
      case 'dup3':
        return this.#duplicateTo(call);
      default:
        // listen, accept, shutdown: neither family has them.
        return this.#done(call, -errno.EOPNOTSUPP);
    }
  }

  #socket(call: Call): void {
    const { descriptors } = this.#options;
    const [family, typeAndFlags, protocol] = [call.int(0), call.int(1), call.int(2)];
    if ((typeAndFlags & ~TYPE_MASK & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) !== 0) throw new KernelError('EINVAL', undefined, { op: 'socket' });
    // Sockets that were closed a moment ago have their port ids no longer.
    this.#wakes.sweep();
    const namespace = this.#namespaceOf(call);
    const face = this.#open(call, namespace, family, typeAndFlags & TYPE_MASK, protocol);
    try {
      const number = freeDescriptor(call.tid, descriptors.first, descriptors.end);
      if (number === undefined) throw new KernelError('EMFILE', undefined, { op: 'socket' });
      this.#namespaces.set(this.#giveNew(call, family, face, number, typeAndFlags), namespace);
    } catch (error) {
      face.close();
      throw error;
    }
  }

  #open(call: Call, namespace: NetNamespace, family: number, type: number, protocol: number): SocketFace {
    const { kernel, credentials } = this.#options;
    const options = { namespace, credentials: { ...credentials, tgid: call.tgid() } };
    if (family === AF_NETLINK) return new NetlinkFace(kernel.socket(AF_NETLINK, type, protocol, options));
    const share = (length: number): SharedMemory => this.#mappings.share(length);
    return new PacketFace(kernel.socket(AF_PACKET, type, swap16(protocol), options), share);
  }

  #namespaceOf(call: Call): NetNamespace {
    const { namespace, namespaces } = this.#options;
    return namespaces.ofThread(call.tid, namespace);
  }

  /** Who makes a call, and what numbers mean to it. */
  #userOf(call: Call): SocketUser {
    const { namespace, namespaces } = this.#options;
    return {
      tgid: () => call.tgid(),
      byDescriptor: (fd) => namespaces.ofDescriptor(call.tid, fd, namespace),
      byProcess: (pid) => namespaces.ofProcess(pid, namespace),
    };
  }

  #giveNew(call: Call, family: number, face: SocketFace, number: number, flags: number): VirtualSocket {
    const { wake, end } = this.#wakes.make((flags & SOCK_NONBLOCK) !== 0);
    const result = giveAndClose(call, end, number, (flags & SOCK_CLOEXEC) !== 0);
    if (result < 0) {
      wake.close();
      throw this.#notGiven(result, call);
    }
    const socket = new VirtualSocket(family, face, wake, (idle) => {
      this.#release(idle);
    });
    this.#sockets.set(wake.identity, socket);
    face.onWake(() => {
      this.#woken.add(socket);
      this.#schedule();
    });
    return socket;
  }

  #ioctl(call: Call, socket: VirtualSocket | undefined): void {
    const result = ioctl(call, socket, { namespace: () => this.#namespaceOf(call), credentials: this.#options.credentials });
    if (result === undefined) call.pass();
    else this.#done(call, result);
  }

  #read(call: Call, socket: VirtualSocket, vector: Vector): void {
    // From net/socket.c:sock_read_iter: who reads nothing receives nothing, unlike who receives nothing.
    if (vector.total === 0) this.#done(call, 0);
    else this.#receive(call, socket, 0, { vector });
  }

  #writev(call: Call, socket: VirtualSocket, vector: Vector): void {
    // From fs/read_write.c:vfs_writev. To write(2) nothing is a message like any other.
    if (vector.total === 0) this.#done(call, 0);
    else this.#send(call, socket, vector);
  }

  #sendto(call: Call, socket: VirtualSocket): void {
    const at = call.address(4);
    const address = at === 0 ? undefined : readAddress(call, at, call.int(5));
    this.#send(call, socket, single(call.address(1), call.address(2)), call.int(3), address);
  }

  #sendmsg(call: Call, socket: VirtualSocket): void {
    const header = readMessageHeader(call, call.address(1));
    const address = header.nameLength === 0 ? undefined : readAddress(call, header.name, header.nameLength);
    this.#send(call, socket, header.vector, call.int(2), address);
  }

  #sendmmsg(call: Call, socket: VirtualSocket): void {
    const count = Math.min(call.address(2), MOST_MESSAGES);
    let sent = 0;
    try {
      for (; sent < count; sent++) {
        const header = readMessageHeader(call, call.address(1) + sent * MMSGHDR_SIZE);
        const address = header.nameLength === 0 ? undefined : readAddress(call, header.name, header.nameLength);
        writeMessageLength(call, header, this.#sendOne(call, socket, header.vector, call.int(3), address));
      }
    } catch (error) {
      if (sent === 0 || !isKernelError(error)) throw error;
    }
    this.#done(call, sent);
  }

  #send(call: Call, socket: VirtualSocket, vector: Vector, flags: number = 0, address?: Uint8Array): void {
    this.#done(call, this.#sendOne(call, socket, vector, flags, address));
  }

  #sendOne(call: Call, socket: VirtualSocket, vector: Vector, flags: number, address: Uint8Array | undefined): number {
    if ((flags & MSG_OOB) !== 0) throw new KernelError('EOPNOTSUPP', undefined, { op: call.name });
    socket.face.usedBy(this.#userOf(call));
    const bytes = call.gather(vector);
    call.committed();
    return socket.face.send(bytes, address === undefined || address.length === 0 ? undefined : address);
  }

  #recvfrom(call: Call, socket: VirtualSocket): void {
    const at = call.address(4);
    const vector = single(call.address(1), call.address(2));
    this.#receive(call, socket, call.int(3), at === 0 ? { vector } : { vector, address: { at, lengthAt: call.address(5) } });
  }

  #receive(call: Call, socket: VirtualSocket, flags: number, destination: Destination): void {
    Receive.start({ call, socket, fd: call.int(0), flags, count: 1, destination: () => destination, many: false });
    this.#serve();
  }

  /**
   * dup(2) and F_DUPFD: by a number of the reserved range. Where descriptors cannot be taken from programs it is another
   * description of the same pipe, with an O_NONBLOCK of its own.
   */
  #duplicate(call: Call, socket: VirtualSocket, least: number, closeOnExec: boolean): void {
    const { first, end } = this.#options.descriptors;
    if (least < 0) throw new KernelError('EINVAL', undefined, { op: call.name });
    const number = freeDescriptor(call.tid, Math.max(least, first), end);
    if (number === undefined) throw new KernelError('EMFILE', undefined, { op: call.name });
    using same = this.#options.borrower.borrow(call.tid, call.int(0));
    const result =
      same === undefined
        ? giveAndClose(call, socket.wake.open(call.isNonBlocking(call.int(0))), number, closeOnExec)
        : call.give({ source: same.fd, number, closeOnExec });
    if (result < 0) throw this.#notGiven(result, call);
  }

  /** Why a program could not be given a descriptor. */
  #notGiven(result: number, call: Call): Error {
    if (result === -errno.ENOENT) return new CallGone(call.name);
    // The number is beyond the program's RLIMIT_NOFILE, which may not be raised.
    if (result === -errno.EBADF) this.#options.remarks.make('no-room', call);
    return new KernelError(result === -errno.EBADF || result === -errno.EMFILE ? 'EMFILE' : 'ENOMEM', undefined, { op: call.name });
  }

  /** dup2(2) and dup3(2): the host's kernel does it, where the copy can be followed. */
  #duplicateTo(call: Call): void {
    const { descriptors, everySocket } = this.#options;
    const to = call.int(1);
    if (everySocket || (to >= descriptors.first && to < descriptors.end)) call.pass();
    else {
      // Beyond its limit Linux refuses it, too.
      if (to >= 0 && to < descriptorLimit(call.tid)) this.#options.remarks.make('copied', call);
      throw new KernelError('EBADF', undefined, { op: call.name });
    }
  }

  /** Answers a call after what it brought about has reached those who wait and poll. */
  #done(call: Call, result: number): void {
    this.#serve();
    call.answer(result);
  }

  /** Serves the sockets that something came to. */
  #serve(): void {
    // Serving one may wake others, as a dump goes on when its socket is read.
    for (const socket of this.#woken) {
      this.#woken.delete(socket);
      socket.deliver();
    }
  }

  /** What comes outside of any call, from the host's side of the kernel, is served as soon as that is done. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#serve();
    });
  }

  #lastClose(wake: Wake): void {
    const socket = this.#sockets.get(wake.identity);
    if (socket === undefined) wake.close();
    else socket.orphan();
  }

  #release(socket: VirtualSocket): void {
    if (!this.#sockets.delete(socket.wake.identity)) return;
    this.#namespaces.delete(socket);
    // Memory that stood for it, too.
    if (socket.family === AF_PACKET) for (const [identity, other] of this.#sockets) if (other === socket) this.#sockets.delete(identity);
    this.#mappings.forget(socket);
    socket.close();
    this.#woken.delete(socket);
    socket.wake.close();
  }
}

/** Gives a program a descriptor of this process that is not needed here any longer. */
function giveAndClose(call: Call, source: number, number: number, closeOnExec: boolean): number {
  try {
    return call.give({ source, number, closeOnExec });
  } finally {
    closeSync(source);
  }
}

/** `ntohs` of what a program made with `htons`. */
function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}
