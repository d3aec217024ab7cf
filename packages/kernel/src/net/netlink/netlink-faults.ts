import { errno, type ErrnoCode } from '@netdevkit/errno';
import type { Fault } from '../../fault.ts';
import { deterministicRandom } from '../../random.ts';

/** Which messages a {@link NetlinkFault} is for; all that is not said is any. */
export interface NetlinkMatch {
  /** The netlink protocol, such as `NETLINK_ROUTE`. */
  readonly protocol?: number;
  /** `nlmsg_type`: of a request, or of the first message of a datagram. */
  readonly type?: number;
  /** The command of a generic netlink message. */
  readonly command?: number;
}

/** Which of those messages are struck; all, unless something is said. */
export interface NetlinkOccurrence {
  /** The nth alone, counted from when the fault was set: 1 is the next. */
  readonly nth?: number;
  /** Each nth. */
  readonly every?: number;
  /** Each with this probability, by a generator that {@link NetlinkFaults.seed} sets. */
  readonly probability?: number;
  /** How many at most. */
  readonly times?: number;
}

/**
 * What goes wrong.
 *
 * - `error`: a request is refused with an errno before anything is done, with a text if there is one;
 * - `overrun`: a datagram to a socket is lost, which its reader is told by `ENOBUFS`;
 * - `drop`: a datagram to a socket is lost, and nobody is told;
 * - `dump-intr`: a chunk of a dump says that what is dumped has changed (`NLM_F_DUMP_INTR`);
 * - `delay`: a datagram to a socket comes later, as do those behind it;
 * - `reorder`: a datagram to a socket comes after the one behind it, or a little later when there is none.
 */
export type NetlinkFault = NetlinkMatch &
  NetlinkOccurrence &
  (
    | { readonly kind: 'error'; readonly code: ErrnoCode; readonly message?: string }
    | { readonly kind: 'overrun' | 'drop' | 'reorder' }
    | { readonly kind: 'dump-intr' }
    | {
        readonly kind: 'delay';
        /** Milliseconds. */
        readonly delay: number;
      }
  );

/** What becomes of a request: how it is refused. */
export interface Refusal {
  /** The negative errno. */
  readonly error: number;
  readonly message: string | undefined;
}

/** What becomes of a datagram on its way to a socket. */
export type DeliveryVerdict = { readonly kind: 'overrun' | 'drop' | 'reorder' } | { readonly kind: 'delay'; readonly delay: number };

interface Armed extends Fault {
  readonly fault: NetlinkFault;
  seen: number;
  hits: number;
}

const GENERIC = 16;
const TYPE_AT = 4;
const COMMAND_AT = 16;

/**
 * Faults of netlink on demand: refused requests, lost and late messages, interrupted dumps. The same requests meet the same
 * faults in every run.
 */
export class NetlinkFaults {
  readonly #armed = new Set<Armed>();
  #random = deterministicRandom();

  /** Whether there is any. Every message asks. */
  get isArmed(): boolean {
    return this.#armed.size > 0;
  }

  /**
   * Sets a fault. Of several that strike the same message the first that was set counts, those behind it do not see it.
   *
   * @returns the fault, to be disposed
   * @throws RangeError: a number that makes no sense
   */
  set(fault: NetlinkFault): Fault {
    const { nth, every, times, probability } = fault;
    for (const [label, value] of [['nth', nth], ['every', every], ['times', times]] as const) {
      if (value !== undefined && (!Number.isInteger(value) || value < 1)) throw new RangeError(`${label}: expected a positive integer, got ${String(value)}`);
    }
    if (probability !== undefined && !(probability >= 0 && probability <= 1)) throw new RangeError(`probability: expected 0 to 1, got ${String(probability)}`);
    if (fault.kind === 'delay' && !(fault.delay >= 0 && Number.isFinite(fault.delay))) throw new RangeError(`delay: expected milliseconds, got ${String(fault.delay)}`);
    const armed: Armed = { fault, seen: 0, hits: 0, [Symbol.dispose]: () => void this.#armed.delete(armed) };
    this.#armed.add(armed);
    return armed;
  }

  /**
   * Begins the sequence of chances anew.
   *
   * @param seed - an integer of 32 bits other than 0: another one gives other chances
   */
  seed(seed: number): void {
    if (!Number.isInteger(seed) || seed === 0) throw new RangeError(`seed: expected an integer other than 0, got ${String(seed)}`);
    this.#random = deterministicRandom(seed | 0);
  }

  /** How a request is to be refused, if it is. */
  refusal(protocol: number, view: DataView, offset: number, length: number): Refusal | undefined {
    const fault = this.#strike((kind) => kind === 'error', protocol, view, offset, length);
    return fault?.kind === 'error' ? { error: -errno[fault.code], message: fault.message } : undefined;
  }

  /** What is to become of a datagram on its way to a socket; `undefined`: it gets there. */
  verdict(protocol: number, view: DataView, offset: number, length: number): DeliveryVerdict | undefined {
    const fault = this.#strike((kind) => kind !== 'error' && kind !== 'dump-intr', protocol, view, offset, length);
    return fault === undefined || fault.kind === 'error' || fault.kind === 'dump-intr' ? undefined : fault;
  }

  /** Whether a chunk of a dump is to say that it was interrupted. */
  interrupts(protocol: number, view: DataView, offset: number, length: number): boolean {
    return this.#strike((kind) => kind === 'dump-intr', protocol, view, offset, length) !== undefined;
  }

  #strike(isKind: (kind: NetlinkFault['kind']) => boolean, protocol: number, view: DataView, offset: number, length: number): NetlinkFault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!isKind(fault.kind) || !matches(fault, protocol, view, offset, length) || armed.hits >= (fault.times ?? Infinity)) continue;
      armed.seen++;
      if (!this.#occurs(armed)) continue;
      armed.hits++;
      return fault;
    }
    return undefined;
  }

  #occurs({ fault: { nth, every, probability }, seen }: Armed): boolean {
    if (nth !== undefined && seen !== nth) return false;
    if (every !== undefined && seen % every !== 0) return false;
    return probability === undefined || this.#random(0x1_0000_0000) < probability * 0x1_0000_0000;
  }
}

function matches({ protocol, type, command }: NetlinkMatch, of: number, view: DataView, offset: number, length: number): boolean {
  if (protocol !== undefined && protocol !== of) return false;
  if (type !== undefined && (length < TYPE_AT + 2 || view.getUint16(offset + TYPE_AT, true) !== type)) return false;
  return command === undefined || (of === GENERIC && length > COMMAND_AT && view.getUint8(offset + COMMAND_AT) === command);
}
