import { NETDEV_TX_BUSY, NETDEV_TX_OK, type kernel, type sk_buff, type skb_drop_reason } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import type { ReadonlyBytes } from './readonly-bytes.ts';
import { TxOutcome } from './tx-outcome.ts';

/**
 * Why a packet was dropped: the names of `enum skb_drop_reason` (include/net/dropreason-core.h).
 */
export type DropReason = Exclude<skb_drop_reason, 'NOT_DROPPED_YET' | 'CONSUMED'>;

/** When a packet was seen. */
export interface Timestamp {
  /** Seconds since the epoch. */
  readonly sec: number;
  /** Nanoseconds of the second. */
  readonly nsec: number;
}

// Where the skb behind a handle is. Small integers: the transmit path compares them for every packet.
/** Given to `startXmit`, which has not decided yet. */
const OWNED = 0;
/** The driver's, for as long as it likes: it was kept, or the driver made it. */
const KEPT = 1;
const SETTLED = 2;
const BUSY = 3;
/** What a driver did with its packet, for a complaint. */
const DEEDS: readonly string[] = ['did not settle', 'kept', 'settled', 'gave back'];

/**
 * A packet, with one owner: whoever holds this handle settles it exactly once.
 *
 * C twin: `struct sk_buff` (include/linux/skbuff.h).
 *
 * - {@link consume}: the packet reached its goal.
 * - {@link drop}: it was thrown away, for a reason that is counted.
 * - {@link busy}: it goes back to the core, which was told to try later.
 * - {@link keep}: the driver settles it later, with `consume` or `drop`.
 *
 * A packet that the driver made itself, by {@link clone} or {@link copy}, is one that it keeps.
 *
 * A settled handle throws on every use. One that is never settled is a leak, which a kernel with `trackLeaks` names.
 *
 * @remarks
 * # Invariants
 *
 * - While the state is OWNED or KEPT, the raw skb is alive and its reference belongs to this handle.
 * - In every other state the raw skb is not touched.
 *
 * @example
 * ```ts
 * startXmit(skb: SkBuff, dev: Device<'lstats'>): TxOutcome {
 *   dev.stats.add(skb.len);
 *   return skb.consume();
 * }
 * ```
 */
export class SkBuff {
  readonly #raw: sk_buff;
  #state: number = OWNED;

  /** @internal */
  constructor(raw: sk_buff) {
    // INVARIANT: adopt() alone makes a handle, of an skb whose reference passes to it.
    this.#raw = raw;
  }

  /** The packet's length, in octets. */
  get len(): number {
    return this.#live().len;
  }

  /** What the packet is: its Ethertype or, for netlink traffic, the netlink protocol. Host order. */
  get protocol(): number {
    return this.#live().protocol;
  }

  /** Which way the packet goes: `PACKET_*` of the UAPI, for netlink traffic `PACKET_USER` (6) or `PACKET_KERNEL` (7). */
  get pktType(): number {
    return this.#live().pkt_type;
  }

  /** Octets that fit before the data. */
  get headroom(): number {
    const raw = this.#live();
    return raw.data - (raw.head?.start ?? 0);
  }

  /** Octets that fit behind the data. */
  get tailroom(): number {
    const raw = this.#live();
    return raw.end - raw.tail;
  }

  /** When the packet was seen, if anybody has looked at the clock for it. */
  get timestamp(): Timestamp | undefined {
    const { tstamp_sec: sec, tstamp_nsec: nsec } = this.#live();
    return sec === 0 && nsec === 0 ? undefined : { sec, nsec };
  }

  /** Whether others share the packet's data. */
  get isCloned(): boolean {
    const raw = this.#live();
    return raw.cloned && (raw.head?.dataref ?? 0) > 1;
  }

  /**
   * The packet's data: a view of memory that others may share, and that goes to another packet once this one is settled.
   * Copy (`slice`) what is to be kept.
   */
  data(): ReadonlyBytes {
    const raw = this.#live();
    if (raw.head === null) return new Uint8Array(0);
    return raw.head.bytes.subarray(raw.data, raw.tail);
  }

  /**
   * The packet's data for writing. Gives the packet data of its own first, when others share it.
   *
   * C twin: `skb_unclone`.
   *
   * @throws KernelError `ENOMEM`
   */
  writable(): Uint8Array {
    const raw = this.#live();
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    if (raw.kernel.skb_unclone(raw) < 0 || raw.head === null) throw new KernelError('ENOMEM', undefined, { op: 'skb_unclone' });
    return raw.head.bytes.subarray(raw.data, raw.tail);
  }

  /**
   * A second packet on the same data, with an owner of its own: the caller.
   *
   * C twin: `skb_clone`.
   *
   * @throws KernelError `ENOMEM`
   */
  clone(): SkBuff {
    const raw = this.#live();
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    return owned(raw.kernel.skb_clone(raw), 'skb_clone');
  }

  /**
   * A second packet with its own data, and an owner of its own: the caller.
   *
   * C twin: `skb_copy`.
   *
   * @throws KernelError `ENOMEM`
   */
  copy(): SkBuff {
    const raw = this.#live();
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    return owned(raw.kernel.skb_copy(raw), 'skb_copy');
  }

  /**
   * Tells the socket that asked for it when the packet left. Call it just before the packet is handed over.
   *
   * C twin: `skb_tx_timestamp`.
   */
  txTimestamp(): void {
    const raw = this.#live();
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    raw.kernel.skb_tx_timestamp(raw);
  }

  /**
   * Ends the packet normally. Consumes `this`.
   *
   * C twin: `consume_skb`, which `dev_kfree_skb` is another name of.
   */
  consume(): TxOutcome {
    const raw = this.#release(SETTLED);
    // SAFETY: the reference was ours, and #release gave it up.
    raw.kernel.consume_skb(raw);
    return TxOutcome.SETTLED;
  }

  /**
   * Throws the packet away. Consumes `this`.
   *
   * C twin: `kfree_skb_reason`.
   *
   * @param reason - why
   */
  drop(reason: DropReason): TxOutcome {
    const raw = this.#release(SETTLED);
    // SAFETY: the reference was ours, and #release gave it up.
    raw.kernel.kfree_skb_reason(raw, reason);
    return TxOutcome.SETTLED;
  }

  /**
   * Gives the packet back to the core, in `startXmit`, because there is no room for it now. Consumes `this`.
   *
   * C twin: `NETDEV_TX_BUSY`.
   *
   * @throws TypeError: the packet is not the one that `startXmit` was given, or was kept
   */
  busy(): TxOutcome {
    if (this.#state === KEPT) throw new TypeError('SkBuff: only the packet that startXmit was given can go back to the core');
    this.#release(BUSY);
    return TxOutcome.BUSY;
  }

  /**
   * Keeps the packet past `startXmit`: from now on the driver owes it a {@link consume} or a {@link drop}.
   */
  keep(): TxOutcome {
    this.#live();
    this.#state = KEPT;
    return TxOutcome.KEPT;
  }

  #live(): sk_buff {
    if (this.#state > KEPT) throw new TypeError('SkBuff: used after it was settled');
    return this.#raw;
  }

  #release(next: number): sk_buff {
    const raw = this.#live();
    // INVARIANT: a handle that the driver may have stored dies for good instead of serving the record's next packet.
    if (this.#state === KEPT) raw.handle = null;
    this.#state = next;
    return raw;
  }

  /** @internal */
  static adopt(raw: sk_buff): SkBuff {
    // CAST: only this function sets sk_buff.handle, to the SkBuff of that record.
    const known = raw.handle as SkBuff | null;
    if (known === null) return (raw.handle = new SkBuff(raw));
    known.#state = OWNED;
    return known;
  }

  /** @internal */
  static adoptKept(raw: sk_buff): SkBuff {
    const handle = SkBuff.adopt(raw);
    handle.#state = KEPT;
    return handle;
  }

  /** @internal */
  static conclude(skb: SkBuff, outcome: unknown): number {
    const state = skb.#state;
    if (outcome === TxOutcome.SETTLED && state === SETTLED) return NETDEV_TX_OK;
    if (outcome === TxOutcome.BUSY && state === BUSY) return NETDEV_TX_BUSY;
    if (outcome === TxOutcome.KEPT && (state === KEPT || state === SETTLED)) return NETDEV_TX_OK;
    return -1;
  }

  /** @internal */
  static mend(skb: SkBuff, outcome: unknown): string {
    const said = TxOutcome.is(outcome) ? `"${outcome.what}"` : 'no outcome';
    const did = DEEDS[skb.#state] ?? '';
    if (skb.#state === OWNED || skb.#state === BUSY) {
      skb.#state = SETTLED;
      // SAFETY: the reference is the handle's (OWNED) or was meant for the core (BUSY); it ends here, once.
      skb.#raw.kernel.kfree_skb_reason(skb.#raw, 'NOT_SPECIFIED');
    }
    return `returned ${said}, but ${did} its packet`;
  }
}

function owned(raw: sk_buff | null, op: string): SkBuff {
  if (raw === null) throw new KernelError('ENOMEM', undefined, { op });
  return SkBuff.adoptKept(raw);
}

/**
 * Wraps an skb whose reference passes to the handle: one for `startXmit`, which may give it back.
 *
 * # Safety
 *
 * - `raw` is alive, and the caller's reference to it is given up.
 * - No other handle owns that reference.
 */
export function fromRawOwnedUnsafe(raw: sk_buff): SkBuff {
  return SkBuff.adopt(raw);
}

/**
 * Ends a transmission: checks that what the driver returned is what it did.
 *
 * # Safety
 *
 * - `skb` is the handle that the driver was given for this transmission.
 * - On `NETDEV_TX_BUSY` the reference is the caller's again; on a negative result {@link mendUnsafe} follows; otherwise the
 *   raw skb is not touched any more.
 *
 * @param outcome - what the driver returned
 * @returns `NETDEV_TX_OK`, `NETDEV_TX_BUSY`, or -1 when the two do not agree
 */
export function concludeUnsafe(skb: SkBuff, outcome: unknown): number {
  return SkBuff.conclude(skb, outcome);
}

/**
 * Settles a packet that a driver did not settle as it said, so that the books balance after its mistake.
 *
 * # Safety
 *
 * - {@link concludeUnsafe} has just given -1 for the same arguments.
 * - The raw skb is not touched any more.
 *
 * @returns what the driver did wrong
 */
export function mendUnsafe(skb: SkBuff, outcome: unknown): string {
  return SkBuff.mend(skb, outcome);
}

/**
 * A new packet with a copy of some octets; the caller's, as a kept one is.
 *
 * # Safety
 *
 * - `kernel` is the one whose drivers get the packet.
 *
 * @throws KernelError `ENOMEM`
 */
export function allocUnsafe(kernel: kernel, bytes: Uint8Array): SkBuff {
  // SAFETY: alloc_skb has no condition; the skb is filled within the room that was asked for.
  const raw = kernel.alloc_skb(bytes.length);
  if (raw?.head == null) throw new KernelError('ENOMEM', undefined, { op: 'alloc_skb' });
  // SAFETY: as above.
  const at = kernel.skb_put(raw, bytes.length);
  raw.head.bytes.set(bytes, at);
  return SkBuff.adoptKept(raw);
}
