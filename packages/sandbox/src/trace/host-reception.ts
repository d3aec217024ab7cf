import { KernelError } from '@netdevkit/errno';
import type { Descriptor } from '@netdevkit/libc/unsafe';
import type { EpollSet } from '../epoll-set.unsafe.ts';
import type { ReceivingSocket, Waiter } from '../receiving.ts';
import type { Datagram } from '../socket-face.ts';
import type { HostSockets } from './host-sockets.unsafe.ts';

/** What a {@link HostReception} is made of. */
export interface HostReceptionOptions {
  readonly sockets: HostSockets;
  readonly readiness: EpollSet;
  /** Another descriptor of the program's socket, which is closed when the call was answered. */
  readonly socket: Descriptor;
  /** Told of each message as it is taken. */
  readonly told: (message: Datagram) => void;
  /** Told of ENOBUFS. */
  readonly overrun: () => void;
}

/**
 * One call of a traced program, for which this process receives: of several messages no more than the first can be peeked at.
 */
export class HostReception implements ReceivingSocket {
  readonly #options: HostReceptionOptions;
  #hasTaken = false;
  #forget: (() => void) | undefined;

  constructor(options: HostReceptionOptions) {
    this.#options = options;
  }

  get receiveTimeout(): number {
    return this.#options.sockets.receiveTimeout(this.#options.socket);
  }

  take(room: Uint8Array, flags: number): Datagram | undefined {
    const { sockets, socket, told, overrun } = this.#options;
    const state = sockets.state(socket);
    if (state === 'error') {
      if (!this.#hasTaken) overrun();
      // From net/socket.c:do_recvmmsg: an error after the first message is for the next call, and stays in the socket.
      else throw new KernelError('ENOBUFS', undefined, { op: 'recvmmsg' });
    }
    const message = sockets.receive(socket, room.length, flags);
    if (message === undefined) return undefined;
    this.#hasTaken = true;
    told(message);
    return message;
  }

  wait(waiter: Waiter): void {
    const { readiness, socket } = this.#options;
    this.#forget = readiness.onReadable(socket.fd, () => {
      if (waiter.attempt()) this.#close();
      else this.wait(waiter);
    });
  }

  forget(): void {
    this.#close();
  }

  drained(): void {
    this.#close();
  }

  giveBack(): void {
    // The kernel takes nothing back: the call's result is kept for when it comes again, and the program has the messages.
  }

  #close(): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#options.socket.close();
  }
}
