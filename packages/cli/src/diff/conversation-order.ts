import { NLM_F_REQUEST, NLMSG_MIN_TYPE, nlmsghdr } from '@netdevkit/bindings';
import type { PacketCursor } from '@netdevkit/netlink';

/** Requests that are waiting; the oldest are given up when there are more. */
const MAX_OPEN = 65_536;

/**
 * Numbers conversations: a request and all that answers it have one number, whatever came in between. An event is a
 * conversation of its own.
 */
export class ConversationOrder {
  readonly #open: Map<string, number> = new Map();
  #next = 0;
  #isAlone = false;

  /** Whether the message that was numbered last is the only one of its conversation, and remains it. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /**
   * The number of the conversation that a message belongs to.
   *
   * @param cursor - at the message, or at octets that are none
   * @returns from 0 up, in the order in which conversations begin
   */
  number(cursor: PacketCursor): number {
    this.#isAlone = true;
    if (!cursor.isMessage) return this.#next++;
    const { view, offset, context } = cursor;
    const type = nlmsghdr.nlmsg_type(view, offset);
    const flags = nlmsghdr.nlmsg_flags(view, offset);
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    const seq = String(nlmsghdr.nlmsg_seq(view, offset));
    const place = `${String(context.protocol)} ${context.interface ?? ''} ${seq}`;
    const isControl = type < NLMSG_MIN_TYPE;
    if (!isControl && (flags & NLM_F_REQUEST) !== 0) {
      this.#isAlone = false;
      return this.#begin(`${place} ${String(pid)}`);
    }
    const key = `${place} ${String(pid)}`;
    const number = this.#open.get(key) ?? this.#adopt(`${place} 0`, key);
    if (number === undefined) return this.#next++;
    this.#isAlone = false;
    // Nothing comes after these; what comes with the same numbers is another's.
    if (isControl) this.#open.delete(key);
    return number;
  }

  #begin(key: string): number {
    if (this.#open.size >= MAX_OPEN) {
      const { value: oldest } = this.#open.keys().next();
      if (oldest !== undefined) this.#open.delete(oldest);
    }
    this.#open.delete(key);
    this.#open.set(key, this.#next);
    return this.#next++;
  }

  /** Programs mostly leave their port out of requests; the first answer tells it. */
  #adopt(from: string, to: string): number | undefined {
    const number = this.#open.get(from);
    if (number === undefined || from === to) return number;
    this.#open.delete(from);
    this.#open.set(to, number);
    return number;
  }
}
