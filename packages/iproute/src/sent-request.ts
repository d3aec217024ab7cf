import { NLM_F_ACK, NLMSG_ERROR, NLMSG_MIN_TYPE } from '@netdevkit/bindings';
import type { ExtendedAck, KernelError } from '@netdevkit/errno';
import { parseError, type Message } from '@netdevkit/netlink';
import { failure, refusal } from './request-error.ts';
import type { Outcome, Request } from './request.ts';

/** A request that was sent, and what has come of it. */
export interface Sent<T> {
  readonly request: Request<T>;
  /** Where its `nlmsghdr` stands in the datagram. */
  readonly offset: number;
  value: { readonly of: T } | undefined;
  error: KernelError | undefined;
  /** Whether nothing more is expected. */
  settled: boolean;
}

/** A request of which nothing has come yet. */
export function sentOf<T>(request: Request<T>, offset: number): Sent<T> {
  return { request, offset, value: undefined, error: undefined, settled: false };
}

/**
 * Takes an answer.
 *
 * @param sent - the request that it answers
 * @param message - the answer
 * @param datagram - the datagram that the request was in
 * @param warn - told of what the kernel remarked beside a success
 */
export function settle<T>(sent: Sent<T>, message: Message, datagram: Uint8Array, warn: (extack: ExtendedAck | undefined) => void): void {
  if (message.type === NLMSG_ERROR) acknowledge(sent, message, datagram, warn);
  else if (message.type >= NLMSG_MIN_TYPE) accept(sent, message);
}

function accept<T>(sent: Sent<T>, message: Message): void {
  const { request } = sent;
  const value = request.accept(message);
  if (value !== undefined) sent.value = { of: value };
  // With an acknowledgement to come, other messages are extras.
  if ((request.flags & NLM_F_ACK) !== 0) return;
  sent.settled = true;
  if (value === undefined) sent.error = failure('EBADMSG', 'the answer makes no sense', request.op);
}

function acknowledge<T>(sent: Sent<T>, message: Message, datagram: Uint8Array, warn: (extack: ExtendedAck | undefined) => void): void {
  const { request } = sent;
  sent.settled = true;
  const answer = parseError(message);
  if (answer === undefined) {
    sent.error = failure('EBADMSG', 'the acknowledgement is cut short', request.op);
    return;
  }
  if (answer.errno !== 0) {
    sent.error = refusal(answer.errno, request.op, answer.extack, datagram, sent.offset);
    return;
  }
  warn(answer.extack);
  if (sent.value !== undefined) return;
  if (request.acknowledged === undefined) sent.error = failure('EBADMSG', 'an acknowledgement came for an answer', request.op);
  else sent.value = { of: request.acknowledged() };
}

/** How a request ended. */
export function outcomeOf<T>({ value, error, request }: Sent<T>): Outcome<T> {
  if (error !== undefined) return { ok: false, error };
  if (value === undefined) return { ok: false, error: failure('EAGAIN', 'no answer came', request.op) };
  return { ok: true, value: value.of };
}
