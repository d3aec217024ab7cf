import { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITFORONE } from '@netdevkit/bindings';
import { KernelError, errno, isKernelError } from '@netdevkit/errno';
import { MMSGHDR_SIZE, readMessageHeader, writeAddress, writeMessageHeader, writeMessageLength, type MessageHeader } from './message-header.ts';
import { CallGone, type Call } from './personality.ts';
import type { Vector } from './remote-memory.unsafe.ts';
import type { Datagram } from './socket-face.ts';

/** Where one message goes: into buffers, and what is told about it. */
export interface Destination {
  readonly vector: Vector;
  /** recvfrom(2): where the address and its length go. */
  readonly address?: { readonly at: number; readonly lengthAt: number };
  /** recvmsg(2) and recvmmsg(2). */
  readonly header?: MessageHeader;
}

/** A receive that waits for a message. */
export interface Waiter {
  /**
   * Tries again.
   *
   * @returns whether it is done, successfully or not
   */
  attempt(): boolean;
}

/** A socket that is received from. */
export interface ReceivingSocket {
  /** How long a receive may wait, in milliseconds. */
  readonly receiveTimeout: number;
  /**
   * Takes a message into `room`; `peek` leaves it.
   *
   * @returns `undefined` when there is none
   * @throws KernelError an error that was pending
   */
  take(room: Uint8Array, flags: number, peek: boolean): Datagram | undefined;
  /** Has somebody try again whenever there may be something to take. */
  wait(waiter: Waiter): void;
  /** Has nobody try again. */
  forget(waiter: Waiter): void;
  /** All that was to be taken is: told before the taker is answered. */
  drained(): void;
  /** Messages, the first of them first, that nobody received: they are the next again, where that is possible. */
  giveBack(messages: readonly Datagram[]): void;
}

/** What a receiving call asks for. */
export interface ReceiveRequest {
  readonly call: Call;
  readonly socket: ReceivingSocket;
  readonly fd: number;
  readonly flags: number;
  /** How many messages it takes. */
  readonly count: number;
  /** Where each goes: asked when there is one. */
  readonly destination: (index: number) => Destination;
  /** recvmmsg(2) answers with the number of messages, and tells each one's length. */
  readonly many: boolean;
  /** recvmmsg(2): after how many microseconds no further message is waited for, and where what is left of them is told. */
  readonly timeout?: { readonly microseconds: number; readonly at: number } | undefined;
}

const MICROSECONDS = 1000;
const NANOSECONDS_PER_MS = 1e6;
/** `sizeof(struct timespec)`. */
const TIMESPEC = 16;
/** The longest that a timer of Node's can be, in milliseconds: what is to wait for longer than these 24 days waits for ever. */
export const LONGEST_WAIT: number = 0x7fff_ffff;
/** The most messages that sendmmsg and recvmmsg take. */
export const MOST_MESSAGES = 1024;

/** Serves recvmmsg(2), or has it wait. */
export function receiveMany(call: Call, socket: ReceivingSocket): void {
  Receive.start({
    call,
    socket,
    fd: call.int(0),
    flags: call.int(3),
    count: Math.min(call.int(2) >>> 0, MOST_MESSAGES),
    destination: (index) => {
      const header = readMessageHeader(call, call.address(1) + index * MMSGHDR_SIZE);
      return { vector: header.vector, header };
    },
    many: true,
    timeout: call.address(4) === 0 ? undefined : readTimeout(call, call.address(4)),
  });
}

/**
 * One receiving call, from read(2) to recvmmsg(2): takes what there is, and waits for the rest if it may.
 */
export class Receive implements Waiter {
  readonly #request: ReceiveRequest;
  readonly #taken: Datagram[] = [];
  readonly #deadline: number;
  #count = 0;
  #waits = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(request: ReceiveRequest) {
    this.#request = request;
    this.#deadline = request.timeout === undefined ? Infinity : performance.now() + request.timeout.microseconds / MICROSECONDS;
  }

  /** Serves a call, or has it wait. */
  static start(request: ReceiveRequest): void {
    const receive = new Receive(request);
    if (receive.attempt()) return;
    const { call, socket, flags, fd } = request;
    if ((flags & MSG_DONTWAIT) !== 0 || socket.receiveTimeout === 0 || call.isNonBlocking(fd)) receive.#finish(-errno.EAGAIN);
    else receive.#wait();
  }

  attempt(): boolean {
    const { call, count, flags, many } = this.#request;
    if (call.settled) return true;
    try {
      // What came is for others then, all of it and not as much as has room here.
      if (this.#waits && !call.isValid()) throw new CallGone(call.name);
      while (this.#count < count) {
        const result = this.#receive();
        if (result === undefined) {
          // From net/socket.c:do_recvmmsg: after the first message MSG_WAITFORONE waits no longer.
          if (this.#count > 0 && (flags & MSG_WAITFORONE) !== 0) break;
          return false;
        }
        this.#count++;
        if (!many) {
          this.#finish(result);
          return true;
        }
        // Each may be waited for as long.
        this.#timer?.refresh();
        if (performance.now() >= this.#deadline) break;
      }
      this.#finish(this.#count);
    } catch (error) {
      if (error instanceof CallGone) {
        this.#restore();
        this.#request.socket.drained();
        return true;
      }
      if (!isKernelError(error)) throw error;
      this.#finish(-error.errno);
    }
    return true;
  }

  /** Receives one message, if there is one. */
  #receive(): number | undefined {
    const { call, socket, flags, many, destination } = this.#request;
    const { vector, address, header } = destination(this.#count);
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
    this.#waits = true;
    const { receiveTimeout } = socket;
    socket.wait(this);
    call.onInterrupt = () => {
      this.#leave();
      // What was received already counts; the rest of the array stays as it was.
      if (this.#count > 0) return this.#count;
      // From include/net/sock.h:sock_intr_errno: what waits for so long and no longer does not begin anew.
      return receiveTimeout > LONGEST_WAIT ? undefined : -errno.EINTR;
    };
    if (receiveTimeout > LONGEST_WAIT) return;
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
    const delivered = call.answer(many && this.#count > 0 ? this.#tellTimeLeft() : result);
    if (!delivered) this.#restore();
  }

  /** From net/socket.c:__sys_recvmmsg: what is left of the time is told with messages only. Gives the answer. */
  #tellTimeLeft(): number {
    const { call, timeout } = this.#request;
    if (timeout === undefined) return this.#count;
    const left = Math.max(0, Math.round((this.#deadline - performance.now()) * NANOSECONDS_PER_MS));
    const spec = new DataView(new ArrayBuffer(TIMESPEC));
    spec.setBigInt64(0, BigInt(Math.floor(left / 1e9)), true);
    spec.setBigInt64(8, BigInt(left % 1e9), true);
    try {
      call.write(timeout.at, new Uint8Array(spec.buffer));
    } catch (error) {
      if (isKernelError(error)) return -error.errno;
      // Of a call that is gone, the answer tells.
      if (!(error instanceof CallGone)) throw error;
    }
    return this.#count;
  }

  /** The program never got what was taken for it. */
  #restore(): void {
    const { socket, many } = this.#request;
    // A single message lies in memory that serves the next call.
    if (this.#taken.length > 0) socket.giveBack(many ? this.#taken : this.#taken.map((message) => ({ ...message, bytes: message.bytes.slice() })));
    this.#taken.length = 0;
  }
}

/** Reads a `struct timespec`. */
function readTimeout(call: Call, at: number): { readonly microseconds: number; readonly at: number } {
  const view = call.read(at, TIMESPEC);
  const [seconds, nanoseconds] = [Number(view.getBigInt64(0, true)), Number(view.getBigInt64(8, true))];
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= 1e9) throw new KernelError('EINVAL', undefined, { op: 'recvmmsg' });
  return { microseconds: seconds * 1e6 + nanoseconds / 1000, at };
}
