import { NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NLMSG_OVERRUN } from '@netdevkit/bindings';
import { isKernelError, type ExtendedAck, type KernelError } from '@netdevkit/errno';
import { MessageCursor, MessageWriter, parseDone, parseError, type NetlinkSocket, type ReceivedMessage } from '@netdevkit/netlink';
import { openRequestSocket } from './open-socket.ts';
import { failure, refusal, requestError, type RequestError } from './request-error.ts';
import type { DumpRequest, Outcome, Request } from './request.ts';
import { outcomeOf, sentOf, settle, type Sent } from './sent-request.ts';

/** Told of what a kernel remarked beside a success, such as octets after the last attribute. */
export type WarningHandler = (message: string, op: string) => void;

/** How much a requester puts up with. */
export interface RequesterOptions {
  /** Told of the kernel's warnings. By default nobody is. */
  readonly onWarning?: WarningHandler;
  /**
   * How often a dump is repeated that changed while it was read (`NLM_F_DUMP_INTR`).
   *
   * @defaultValue 8 times in all
   */
  readonly dumpAttempts?: number;
  /**
   * How many answers a dump may have, and how many datagrams may come between a request and its answer.
   *
   * @defaultValue 1 000 000
   */
  readonly maxAnswers?: number;
}

// A batch must not overrun the receive buffer with its answers: Linux gives 212 992 octets by default and charges an
// acknowledgement with about 1 KiB, so these leave it half empty. iproute2 sends as many in one go.
const BATCH_REQUESTS = 128;
const BATCH_OCTETS = 32_768;
const BATCH_ANSWERS = 131_072;
const ANSWER = 1024;

// A datagram's worth below the last of 32 bits.
const LAST_SEQ = 0xffff_ffff - BATCH_REQUESTS;

/**
 * Sends requests over a netlink socket and matches the answers to them.
 *
 * Everything is synchronous: rtnetlink queues its answers while it is sent the requests, in the embedded kernel and in
 * Linux alike. An answer that is not there when {@link NetlinkSocket.send} returns does not come: the request then fails
 * with `EAGAIN`, or `ENOBUFS` when the socket said that answers were lost.
 *
 * Only what comes from the kernel, for this socket's port and with the sequence number of a request under way counts as an
 * answer. After an answer that cannot be made sense of the socket is closed, and the next request opens another, so that
 * nothing late is ever taken for an answer.
 */
export class Requester implements Disposable {
  readonly #openSocket: () => NetlinkSocket;
  readonly #onWarning: WarningHandler | undefined;
  readonly #dumpAttempts: number;
  readonly #maxAnswers: number;
  readonly #writer = new MessageWriter(BATCH_OCTETS);
  readonly #cursor = new MessageCursor();
  #socket: NetlinkSocket | undefined;
  #pid = 0;
  #seq = 0;
  #busy = false;
  readonly #warnings: Array<{ readonly message: string; readonly op: string }> = [];

  /**
   * @param openSocket - opens a socket of the family that the requests are for; called when one is needed
   * @param options - how much to put up with
   */
  constructor(openSocket: () => NetlinkSocket, options: RequesterOptions = {}) {
    this.#openSocket = openSocket;
    this.#onWarning = options.onWarning;
    this.#dumpAttempts = options.dumpAttempts ?? 8;
    this.#maxAnswers = options.maxAnswers ?? 1_000_000;
  }

  /**
   * Runs a request.
   *
   * @returns its value
   * @throws KernelError: what the kernel answered, a `RequestError`; or that it could not be sent or did not answer
   */
  run<T>(request: Request<T>): T {
    const [outcome] = this.batch([request]);
    if (outcome?.ok !== true) throw outcome?.error ?? failure('EAGAIN', 'no answer came', request.op);
    return outcome.value;
  }

  /**
   * Runs requests, many in one send. All are tried, whatever becomes of those before them.
   *
   * @param requests - taken as they are needed; what gives them must not use this requester
   * @returns how each ended, in their order
   * @throws TypeError, RangeError: a request asks for what cannot be written; those before it were run
   */
  batch<T>(requests: Iterable<Request<T>>): Array<Outcome<T>> {
    return this.#exclusively(() => {
      const outcomes: Array<Outcome<T>> = [];
      let chunk = this.#startChunk<T>();
      let answers = 0;
      const flush = (): void => {
        if (chunk.length > 0) this.#exchange(chunk);
        for (const sent of chunk) outcomes.push(outcomeOf(sent));
        chunk = this.#startChunk();
        answers = 0;
      };

      try {
        for (const request of requests) {
          const expected = request.answerSize ?? ANSWER;
          if (chunk.length === BATCH_REQUESTS || answers + expected > BATCH_ANSWERS) flush();
          const mark = this.#writer.mark();
          let offset = this.#encode(request, request.flags);
          if (this.#writer.length > BATCH_OCTETS && chunk.length > 0) {
            this.#writer.cancel(mark);
            this.#seq--;
            flush();
            offset = this.#encode(request, request.flags);
          }
          chunk.push(sentOf(request, offset));
          answers += expected;
        }
      } finally {
        flush();
      }
      return outcomes;
    });
  }

  /**
   * Runs a dump, again when it changed while it was read.
   *
   * @returns the values of its entries, in the kernel's order
   * @throws KernelError: what the kernel answered; `EINTR`: it changed at each attempt; `EBADMSG`: an entry makes no
   * sense; `EOVERFLOW`: it has too many entries; `ENOBUFS`, `EAGAIN`: a part is missing
   */
  dump<T>(request: DumpRequest<T>): T[] {
    return this.#exclusively(() => {
      for (let attempt = 0; attempt < this.#dumpAttempts; attempt++) {
        const values = this.#tryDump(request);
        if (values !== undefined) return values;
      }
      throw failure('EINTR', `the table changed during each of ${String(this.#dumpAttempts)} dumps`, request.op);
    });
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.#discard();
  }

  /** The entries; `undefined` when they are not of one moment. */
  #tryDump<T>(request: DumpRequest<T>): T[] | undefined {
    this.#startChunk();
    this.#encode(request, NLM_F_DUMP);
    try {
      const socket = this.#live();
      socket.send(this.#writer.bytes);
      return this.#readDump(socket, request);
    } catch (error) {
      // The rest of the dump would be in the way of the next.
      this.#discard();
      throw isKernelError(error) ? requestError(error, request.op) : error;
    }
  }

  #readDump<T>(socket: NetlinkSocket, request: DumpRequest<T>): T[] | undefined {
    const { op } = request;
    const values: T[] = [];
    let interrupted = false;
    for (let taken = 0; taken <= this.#maxAnswers; taken++) {
      const datagram = socket.receive();
      if (datagram === undefined) throw failure('EAGAIN', 'the end of the dump did not come', op);
      if (datagram.from.pid !== 0) continue;
      const cursor = this.#cursor;
      cursor.reset(datagram.bytes);
      while (cursor.next()) {
        if (cursor.seq !== this.#seq || cursor.pid !== this.#pid) continue;
        if ((cursor.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
        if (cursor.type === request.answerType) {
          const value = request.accept(cursor.message());
          if (value === undefined) throw failure('EBADMSG', 'an entry is cut short', op);
          if (values.length === this.#maxAnswers) throw this.#tooMany(op);
          values.push(value);
        } else if (this.#ends(cursor, op)) {
          return interrupted ? undefined : values;
        }
      }
      if (datagram.bytes.length < datagram.length) throw failure('EMSGSIZE', 'a part of the dump was cut off', op);
      // What follows the last whole message may have been an entry.
      if (cursor.rest > 0) throw failure('EBADMSG', 'a message is longer than what came', op);
    }
    throw this.#tooMany(op);
  }

  /** Whether a message ends a dump; throws what it ended with. */
  #ends(cursor: MessageCursor, op: string): boolean {
    if (cursor.type === NLMSG_OVERRUN) throw failure('ENOBUFS', 'a part of the dump was lost', op);
    if (cursor.type !== NLMSG_DONE && cursor.type !== NLMSG_ERROR) return false;
    const message = cursor.message();
    const end = parseDone(message) ?? parseError(message);
    if (end === undefined) throw failure('EBADMSG', 'the end of the dump is cut short', op);
    if (end.errno !== 0) throw refusal(end.errno, op, end.extack, this.#writer.bytes, 0);
    this.#warn(end.extack, op);
    // An acknowledgement does not end a dump.
    return cursor.type === NLMSG_DONE;
  }

  /** Sends what the writer holds, and settles every request of it. */
  #exchange<T>(chunk: Array<Sent<T>>): void {
    const first = this.#seq - chunk.length + 1;
    try {
      const socket = this.#live();
      socket.send(this.#writer.bytes);
      this.#collect(socket, chunk, first);
    } catch (error) {
      this.#discard();
      if (!isKernelError(error)) throw error;
      for (const sent of chunk) {
        if (!sent.settled) sent.error = requestError(error, sent.request.op);
      }
    }
  }

  #collect<T>(socket: NetlinkSocket, chunk: Array<Sent<T>>, first: number): void {
    let lost: KernelError | undefined;
    let left = chunk.length;
    for (let taken = 0; left > 0; taken++) {
      if (taken > this.#maxAnswers) throw this.#tooMany('receive');
      let datagram: ReceivedMessage | undefined;
      try {
        datagram = socket.receive();
      } catch (error) {
        // What is queued follows the error.
        if (!isKernelError(error, 'ENOBUFS')) throw error;
        lost = error;
        continue;
      }
      if (datagram === undefined) break;
      if (datagram.from.pid !== 0) continue;
      const cursor = this.#cursor;
      cursor.reset(datagram.bytes);
      while (cursor.next()) {
        const sent = cursor.pid === this.#pid ? chunk[(cursor.seq - first) >>> 0] : undefined;
        if (sent === undefined || sent.settled) continue;
        settle(sent, cursor.message(), this.#writer.bytes, (extack) => this.#warn(extack, sent.request.op));
        if (sent.settled) left--;
      }
      if (datagram.bytes.length < datagram.length) lost ??= failure('EMSGSIZE', 'the answer was cut off', 'receive');
    }
    if (left === 0) return;
    throw lost ?? failure('EAGAIN', 'no answer came', 'receive');
  }

  /** An empty datagram. */
  #startChunk<T>(): Array<Sent<T>> {
    this.#writer.reset();
    // The numbers of one datagram follow each other; 0 is what notifications have.
    if (this.#seq > LAST_SEQ) this.#seq = 0;
    return [];
  }

  /** Appends a request to the writer; gives its offset. */
  #encode(request: { readonly type: number; encode(writer: MessageWriter): void }, flags: number): number {
    const writer = this.#writer;
    const mark = writer.mark();
    try {
      const offset = writer.begin(request.type, NLM_F_REQUEST | flags, this.#seq + 1, 0);
      request.encode(writer);
      writer.end();
      this.#seq++;
      return offset;
    } catch (error) {
      // A mistake in what was asked for: nothing of it stays behind.
      writer.cancel(mark);
      throw error;
    }
  }

  /** The socket, opened if need be. */
  #live(): NetlinkSocket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = openRequestSocket(this.#openSocket);
    this.#pid = socket.getsockname().pid;
    this.#socket = socket;
    return socket;
  }

  /** Runs what uses the writer and the socket; then gives out the kernel's warnings. */
  #exclusively<T>(run: () => T): T {
    if (this.#busy) throw new Error('request: expected none under way, got one from inside another');
    this.#busy = true;
    try {
      return run();
    } finally {
      this.#busy = false;
      for (const { message, op } of this.#warnings.splice(0)) this.#onWarning?.(message, op);
    }
  }

  #warn(extack: ExtendedAck | undefined, op: string): void {
    if (extack?.message !== undefined) this.#warnings.push({ message: extack.message, op });
  }

  #discard(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #tooMany(op: string): RequestError {
    return failure('EOVERFLOW', `more than ${String(this.#maxAnswers)} answers came`, op);
  }
}
