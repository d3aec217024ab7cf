import type { KernelError } from '@netdevkit/errno';
import type { Message, MessageWriter } from '@netdevkit/netlink';

/**
 * A request that gets one answer: an acknowledgement, or a message. Made by functions such as `addLink`, and run by
 * `IpRoute.run` and `IpRoute.batch`, any number of times.
 */
export interface Request<T> {
  /** What it is called in errors, such as `'RTM_NEWLINK'`. */
  readonly op: string;
  /** `nlmsg_type`. */
  readonly type: number;
  /** `nlmsg_flags`; `NLM_F_REQUEST` is added. With `NLM_F_ACK` the acknowledgement settles the request, else the answer. */
  readonly flags: number;
  /** Writes what follows the `nlmsghdr`. */
  encode(writer: MessageWriter): void;
  /**
   * Takes an answer that is no acknowledgement.
   *
   * @returns the request's value, or `undefined` when the message does not hold one
   */
  accept(message: Message): T | undefined;
  /** The request's value when it was acknowledged and {@link accept} took nothing; by default that is an error. */
  acknowledged?(): T;
  /** Octets that the answer is expected to take in the receive buffer, at most. @defaultValue 1024 */
  readonly answerSize?: number;
}

/** A request for a table: `NLM_F_DUMP`. */
export interface DumpRequest<T> {
  /** What it is called in errors, such as `'RTM_GETLINK'`. */
  readonly op: string;
  /** `nlmsg_type`. */
  readonly type: number;
  /** The type of the messages that carry the entries; others are ignored. */
  readonly answerType: number;
  /** Writes what follows the `nlmsghdr`. */
  encode(writer: MessageWriter): void;
  /**
   * Takes an entry.
   *
   * @returns its value, or `undefined` when the message does not hold one, which ends the dump with `EBADMSG`
   */
  accept(message: Message): T | undefined;
}

/** How a request of a batch ended. */
export type Outcome<T> =
  | {
      /** It succeeded. */
      readonly ok: true;
      /** What it gave. */
      readonly value: T;
    }
  | {
      /** It failed. */
      readonly ok: false;
      /** Why. */
      readonly error: KernelError;
    };
