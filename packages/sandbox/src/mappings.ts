import { closeSync } from 'node:fs';
import { errno, KernelError } from '@netdevkit/errno';
import type { Libc } from '@netdevkit/libc/unsafe';
import type { Call } from './personality.ts';
import { descriptorTarget } from './process-info.ts';
import { shareMemory, type SharedMemory } from './shared-memory.unsafe.ts';
import type { VirtualSocket } from './virtual-socket.ts';

const MAP_ANONYMOUS = 0x20;
/** How often a program that has memory in place of its socket is looked after, in milliseconds. */
const INTERVAL = 250;

/** A socket in whose place a program has memory for the moment. */
interface Lent {
  /** Keeps the socket's pipe open meanwhile. */
  readonly end: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Maps rings of packets into programs.
 *
 * A program maps by its socket's descriptor, and the arguments of its call cannot be changed. So for the call it is given
 * the memory by that number, and with its next call on the descriptor it has its socket back.
 */
export class Mappings {
  readonly #libc: Libc;
  readonly #known: (identity: string, socket: VirtualSocket) => void;
  readonly #lent = new Map<VirtualSocket, Lent>();
  #made = 0;

  /** @param known - told by what descriptors of a socket's memory are known */
  constructor(libc: Libc, known: (identity: string, socket: VirtualSocket) => void) {
    this.#libc = libc;
    this.#known = known;
  }

  /** Makes memory for a ring. */
  share(length: number): SharedMemory {
    return shareMemory(this.#libc, `packet-ring-${String(process.pid)}-${String(++this.#made)}`, length);
  }

  /** mmap(2) of a socket's descriptor. From net/packet/af_packet.c:packet_mmap. */
  map(call: Call, socket: VirtualSocket): void {
    if ((call.int(3) & MAP_ANONYMOUS) !== 0) {
      call.pass();
      return;
    }
    const { ring } = socket.face;
    if (ring === undefined || call.address(5) !== 0 || call.address(1) !== ring.shared.memory.length) {
      throw new KernelError(socket.face.ring === undefined ? 'ENODEV' : 'EINVAL', undefined, { op: 'mmap' });
    }
    const fd = call.int(4);
    const { identity } = ring.shared;
    const end = socket.wake.open(call.isNonBlocking(fd));
    const result = call.put({ source: ring.shared.descriptor.fd, number: fd, closeOnExec: call.isCloseOnExec(fd) });
    if (result < 0) {
      closeSync(end);
      throw new KernelError('ENOMEM', undefined, { op: 'mmap' });
    }
    const timer = setInterval(() => {
      // The program has gone, or closed it: its socket may go too.
      if (descriptorTarget(call.tid, fd) !== identity) this.forget(socket);
    }, INTERVAL);
    timer.unref();
    this.forget(socket);
    this.#lent.set(socket, { end, timer });
    this.#known(identity, socket);
    call.pass();
  }

  /** Gives a program its socket back, in place of the memory that it has by this number. */
  takeBack(call: Call, socket: VirtualSocket, fd: number): void {
    const end = socket.wake.open(call.isNonBlocking(fd));
    const result = call.put({ source: end, number: fd, closeOnExec: call.isCloseOnExec(fd) });
    closeSync(end);
    this.forget(socket);
    if (result < 0) throw new KernelError(result === -errno.EMFILE ? 'EMFILE' : 'ENOMEM', undefined, { op: call.name });
  }

  /** Holds a socket open no longer. */
  forget(socket: VirtualSocket): void {
    const lent = this.#lent.get(socket);
    if (lent === undefined) return;
    this.#lent.delete(socket);
    clearInterval(lent.timer);
    closeSync(lent.end);
  }
}
