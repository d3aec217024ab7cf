import { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITFORONE } from '@netdevkit/bindings';
import { errno, isKernelError } from '@netdevkit/errno';
import { writeAddress, writeMessageHeader, writeMessageLength, type MessageHeader } from './message-header.ts';
import { CallGone, type Call } from './personality.ts';
import type { Vector } from './remote-memory.unsafe.ts';
import type { Datagram } from './socket-face.ts';
import type { VirtualSocket, Waiter } from './virtual-socket.ts';

/** Where one message goes: into buffers, and what is told about it. */
export interface Destination {
  readonly vector: Vector;
  /** recvfrom(2): where the address and its length go. */
  readonly address?: { readonly at: number; readonly lengthAt: number };
  /** recvmsg(2) and recvmmsg(2). */
  readonly header?: MessageHeader;
}

/** What a receiving call asks for. */
export interface ReceiveRequest {
  readonly call: Call;
  readonly socket: VirtualSocket;
  readonly fd: number;
  readonly flags: number;
  readonly destinations: readonly Destination[];
  /** recvmmsg(2) answers with the number of messages, and tells each one's length. */
  readonly many: boolean;
  /** recvmmsg(2): microseconds after which no further message is waited for. */
  readonly timeout?: number | undefined;
}

const MICROSECONDS = 1000;

/**
 * One receiving call, from read(2) to recvmmsg(2): takes what there is, and waits for the rest if it may.
 */
export class Receive implements Waiter {
  readonly #request: ReceiveRequest;
  readonly #taken: Datagram[] = [];
  readonly #deadline: number;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(request: ReceiveRequest) {
    this.#request = request;
    this.#deadline = request.timeout === undefined ? Infinity : performance.now() + request.timeout / MICROSECONDS;
  }

  /** Serves a call, or has it wait. */
  static start(request: ReceiveRequest): void {
    const receive = new Receive(request);
    if (receive.attempt()) return;
    const { call, socket, flags, fd } = request;
    if ((flags & MSG_DONTWAIT) !== 0 || socket.face.receiveTimeout === 0 || call.isNonBlocking(fd)) receive.#finish(-errno.EAGAIN);
    else receive.#wait();
  }

  attempt(): boolean {
    const { call, destinations, flags, socket } = this.#request;
    if (call.settled) return true;
    try {
      for (let destination; (destination = destinations[this.#count]) !== undefined; ) {
        const result = this.#receive(destination);
        if (result === undefined) {
          // From net/socket.c:do_recvmmsg: after the first message MSG_WAITFORONE waits no longer.
          if (this.#count > 0 && ((flags & MSG_WAITFORONE) !== 0 || performance.now() >= this.#deadline)) break;
          return false;
        }
        this.#count++;
        if (!this.#request.many) {
          this.#finish(result);
          return true;
        }
      }
      this.#finish(this.#count);
    } catch (error) {
      if (error instanceof CallGone) {
        this.#restore();
        socket.drained();
        return true;
      }
      if (!isKernelError(error)) throw error;
      this.#finish(-error.errno);
    }
    return true;
  }

  /** Receives one message, if there is one. */
  #receive(destination: Destination): number | undefined {
    const { call, socket, flags, many } = this.#request;
    const { vector, address, header } = destination;
    const peek = (flags & MSG_PEEK) !== 0;
    const message = socket.take(call.scratch(vector.total), flags & ~MSG_WAITFORONE, peek);
    if (message === undefined) return undefined;
    if (!peek) this.#taken.push(many ? { ...message, bytes: message.bytes.slice() } : message);
    call.scatter(vector, message.bytes);
    const result = (flags & MSG_TRUNC) === 0 ? message.bytes.length : message.length;
    if (address !== undefined) writeAddress(call, address.at, address.lengthAt, message.address);
    if (header !== undefined) {
      writeMessageHeader(call, header, message.address, message.control, message.flags);
      if (many) writeMessageLength(call, header, result);
    }
    return result;
  }

  #wait(): void {
    const { call, socket } = this.#request;
    socket.wait(this);
    call.onInterrupt = () => {
      this.#leave();
      // What was received already counts; the rest of the array stays as it was.
      return this.#count > 0 ? this.#count : undefined;
    };
    const { receiveTimeout } = socket.face;
    if (receiveTimeout === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#leave();
      this.#finish(-errno.EAGAIN);
    }, receiveTimeout);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#request.socket.forget(this);
  }

  #finish(result: number): void {
    const { call, socket, many } = this.#request;
    clearTimeout(this.#timer);
    // Before the answer: the program may poll at once.
    socket.drained();
    const delivered = call.answer(many && result < 0 && this.#count > 0 ? this.#count : result);
    if (!delivered) this.#restore();
  }

  /** The program never got what was taken for it. */
  #restore(): void {
    const { socket, many } = this.#request;
    for (const message of this.#taken.reverse()) {
      // A single message lies in memory that serves the next call.
      socket.giveBack(many ? message : { ...message, bytes: message.bytes.slice() });
    }
    if (this.#taken.length > 0 && socket.readable) socket.wake.raise();
    this.#taken.length = 0;
  }
}
