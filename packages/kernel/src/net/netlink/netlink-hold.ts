import type { sk_buff } from '@netdevkit/bindings/raw';
import type { Timer, Timers } from '../../timers.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { NetlinkSock } from './netlink-sock.ts';

/** How long a message that is to come after the next one waits for that. */
const REORDER_WAIT = 10;

/** Messages on their way to one socket, the first to come first. */
interface Line {
  readonly skbs: sk_buff[];
  /** When each may go on, by the kernel's milliseconds. */
  readonly due: number[];
  /** One that comes after the next. */
  late: sk_buff | null;
  timer: Timer | null;
}

/** Messages that come later than they should: what faults of delay and order have put off. They are charged to their receivers. */
export class HeldMessages {
  readonly #timers: Timers;
  readonly #skbs: SkBuffs;
  readonly #deliver: (receiver: NetlinkSock, skb: sk_buff) => void;
  readonly #lines = new Map<NetlinkSock, Line>();

  /** @param deliver - shows a message to the taps and queues it; consumes it */
  constructor(timers: Timers, skbs: SkBuffs, deliver: (receiver: NetlinkSock, skb: sk_buff) => void) {
    this.#timers = timers;
    this.#skbs = skbs;
    this.#deliver = deliver;
  }

  /** Whether messages to a socket are held, so that others line up behind them. */
  holds(receiver: NetlinkSock): boolean {
    return this.#lines.has(receiver);
  }

  /**
   * Holds a message. Consumes it.
   *
   * @param delay - milliseconds; no message overtakes those before it
   */
  delay(receiver: NetlinkSock, skb: sk_buff, delay: number): void {
    const line = this.#line(receiver);
    const due = Math.max(this.#timers.now() + delay, line.due.at(-1) ?? 0);
    line.skbs.push(skb);
    line.due.push(due);
    this.#arm(receiver, line);
  }

  /** Holds a message until another came. Consumes it. One that is held already goes first. */
  reorder(receiver: NetlinkSock, skb: sk_buff): void {
    const line = this.#line(receiver);
    if (line.late !== null) this.follow(receiver, line.late);
    line.late = skb;
    this.#arm(receiver, line);
  }

  /** A message comes behind those that are held. Consumes it. */
  follow(receiver: NetlinkSock, skb: sk_buff): void {
    const line = this.#line(receiver);
    const { late } = line;
    line.late = null;
    if (line.skbs.length === 0) {
      this.#release(receiver, line);
      this.#deliver(receiver, skb);
      if (late !== null) this.#deliver(receiver, late);
      return;
    }
    this.delay(receiver, skb, 0);
    if (late !== null) this.delay(receiver, late, 0);
  }

  /** A socket closes: what was on its way to it is dropped. */
  forget(receiver: NetlinkSock): void {
    const line = this.#lines.get(receiver);
    if (line === undefined) return;
    this.#release(receiver, line);
    for (const skb of line.skbs) this.#skbs.drop(skb, 'SOCKET_CLOSE');
    if (line.late !== null) this.#skbs.drop(line.late, 'SOCKET_CLOSE');
  }

  #line(receiver: NetlinkSock): Line {
    let line = this.#lines.get(receiver);
    if (line === undefined) this.#lines.set(receiver, (line = { skbs: [], due: [], late: null, timer: null }));
    return line;
  }

  #arm(receiver: NetlinkSock, line: Line): void {
    const due = line.due[0] ?? this.#timers.now() + REORDER_WAIT;
    line.timer?.cancel();
    line.timer = this.#timers.set(due - this.#timers.now(), () => {
      this.#come(receiver, line);
    });
  }

  /** What is due comes; a message that has waited for another comes alone. */
  #come(receiver: NetlinkSock, line: Line): void {
    const now = this.#timers.now();
    const isLate = line.skbs.length === 0;
    const count = line.due.findIndex((due) => due > now);
    const skbs = line.skbs.splice(0, count === -1 ? line.skbs.length : count);
    line.due.splice(0, skbs.length);
    if (isLate && line.late !== null) {
      skbs.push(line.late);
      line.late = null;
    }
    if (line.skbs.length === 0 && line.late === null) this.#release(receiver, line);
    else this.#arm(receiver, line);
    for (const skb of skbs) this.#deliver(receiver, skb);
  }

  #release(receiver: NetlinkSock, line: Line): void {
    line.timer?.cancel();
    this.#lines.delete(receiver);
  }
}
