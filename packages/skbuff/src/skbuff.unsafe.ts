import { NET_XMIT_DROP, NETDEV_TX_BUSY, NETDEV_TX_OK, type sk_buff, type skb_drop_reason } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import { foldChecksum, partialChecksum } from './checksum.ts';
import { headerAt, headerOf, unshareUnsafe, within } from './packet-room.unsafe.ts';
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

/**
 * A packet that is shown but not given away: it can be looked at until the callback has returned.
 */
export type SkbView = Pick<
  SkBuff,
  'len' | 'protocol' | 'pktType' | 'priority' | 'mark' | 'queueMapping' | 'timestamp' | 'isCloned' | 'data' | 'macHeader' | 'networkHeader'
>;

// Where the skb behind a handle is. Small integers: the transmit path compares them for every packet.
/** Shown to a callback that does not get it. */
const LENT = -1;
/** Given to `startXmit`, which has not decided yet. */
const OWNED = 0;
/** The driver's, for as long as it likes: it was kept, or the driver made it. */
const KEPT = 1;
const SETTLED = 2;
const BUSY = 3;
/** How much room may be asked for at a time, in octets. */
const MOST_ROOM = 0x100_0000;
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
 * A packet that the driver made itself, by {@link clone}, {@link copy} or a device's `allocSkb`, is one that it keeps. It may
 * also be handed to a device to come in there: `Device.netifRx` and its like settle it.
 *
 * ```
 *      headroom        len         tailroom
 *   +------------+---------------+------------+
 *   |  push →    |  data()       |  ← put     |      reserve: moves the start of an empty packet
 *   +------------+---------------+------------+      pull, trim: take octets off the front and the end
 * ```
 *
 * A settled handle throws on every use. One that is never settled is a leak, which a kernel with `trackLeaks` names.
 *
 * @remarks
 * # Invariants
 *
 * - While the state is OWNED or KEPT, the raw skb is alive and its reference belongs to this handle; while it is LENT, it
 *   is alive and belongs to somebody else.
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

  /** How urgent the packet is: `SO_PRIORITY`; the default discipline has a band for each. */
  get priority(): number {
    return this.#live().priority;
  }

  /** What firewalls and routes have marked the packet with. */
  get mark(): number {
    return this.#live().mark;
  }

  /** The queue that the packet takes. C twin: `skb_get_queue_mapping`. */
  get queueMapping(): number {
    return this.#live().queue_mapping;
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
    const raw = this.#own();
    // SAFETY: the class invariant: an owned skb is alive, its reference this handle's.
    return unshareUnsafe(raw).bytes.subarray(raw.data, raw.tail);
  }

  /**
   * Makes an empty packet's data start later, to leave headroom.
   *
   * C twin: `skb_reserve`.
   *
   * @param len - octets
   * @throws RangeError: the packet is not empty, or has less tailroom
   */
  reserve(len: number): void {
    const raw = this.#own();
    if (raw.len !== 0) throw new RangeError(`reserve: expected an empty packet, got one of ${String(raw.len)} octets`);
    within('reserve', len, raw.end - raw.tail, 'tailroom');
    // SAFETY: the raw skb is alive and ours by this class's invariant; the bounds are checked.
    raw.kernel.skb_reserve(raw, len);
  }

  /**
   * Adds octets behind the data.
   *
   * C twin: `skb_put_data`.
   *
   * @param octets - what to add; or how many, which are 0 then
   * @throws RangeError: there is less tailroom
   * @throws KernelError `ENOMEM`: others share the data, and there is no memory for a copy
   */
  put(octets: Uint8Array | number): void {
    const raw = this.#own();
    const len = typeof octets === 'number' ? octets : octets.length;
    within('put', len, raw.end - raw.tail, 'tailroom');
    // SAFETY: as in writable().
    const head = unshareUnsafe(raw);
    // SAFETY: the raw skb is alive and ours by this class's invariant; the bounds are checked.
    const at = raw.kernel.skb_put(raw, len);
    if (typeof octets === 'number') head.bytes.fill(0, at, at + len);
    else head.bytes.set(octets, at);
  }

  /**
   * Adds octets before the data.
   *
   * C twin: `skb_push`.
   *
   * @param octets - what to add; or how many, which are 0 then
   * @throws RangeError: there is less headroom; {@link expandHead} makes some
   * @throws KernelError `ENOMEM`: others share the data, and there is no memory for a copy
   */
  push(octets: Uint8Array | number): void {
    const raw = this.#own();
    const len = typeof octets === 'number' ? octets : octets.length;
    within('push', len, raw.data - (raw.head?.start ?? 0), 'headroom');
    // SAFETY: as in writable().
    const head = unshareUnsafe(raw);
    // SAFETY: the raw skb is alive and ours by this class's invariant; the bounds are checked.
    const at = raw.kernel.skb_push(raw, len);
    if (typeof octets === 'number') head.bytes.fill(0, at, at + len);
    else head.bytes.set(octets, at);
  }

  /**
   * Takes octets off the front. They stay in the headroom: a header that was pulled can be read through
   * {@link macHeader} and {@link networkHeader}.
   *
   * C twin: `skb_pull`.
   *
   * @throws RangeError: the packet has fewer
   */
  pull(len: number): void {
    const raw = this.#own();
    within('pull', len, raw.len, 'length');
    // SAFETY: the raw skb is alive and ours by this class's invariant; the bounds are checked.
    raw.kernel.skb_pull(raw, len);
  }

  /**
   * Cuts the packet at its end.
   *
   * C twin: `skb_trim`.
   *
   * @param len - how many octets stay
   * @throws RangeError: the packet has fewer
   */
  trim(len: number): void {
    const raw = this.#own();
    within('trim', len, raw.len, 'length');
    // SAFETY: the raw skb is alive and ours by this class's invariant; the bounds are checked.
    raw.kernel.skb_trim(raw, len);
  }

  /**
   * Makes room, in data of its own.
   *
   * C twin: `pskb_expand_head`.
   *
   * @param headroom - octets more before the data
   * @param tailroom - octets more behind it
   * @throws RangeError: either is no integer from 0 to 2^24
   * @throws KernelError `ENOMEM`
   */
  expandHead(headroom: number, tailroom: number): void {
    const raw = this.#own();
    within('headroom', headroom, MOST_ROOM, 'limit');
    within('tailroom', tailroom, MOST_ROOM, 'limit');
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    if (raw.kernel.pskb_expand_head(raw, headroom, tailroom) < 0) throw new KernelError('ENOMEM', undefined, { op: 'pskb_expand_head' });
  }

  /**
   * Says what the packet is.
   *
   * @param protocol - an Ethertype, host order
   * @throws RangeError: it is no integer of 16 bits
   */
  setProtocol(protocol: number): void {
    within('protocol', protocol, 0xffff, 'limit');
    this.#own().protocol = protocol;
  }

  /**
   * Says how urgent the packet is.
   *
   * @throws RangeError: it is no integer of 32 bits
   */
  setPriority(priority: number): void {
    within('priority', priority, 0xffff_ffff, 'limit');
    this.#own().priority = priority;
  }

  /**
   * Marks the packet.
   *
   * @throws RangeError: it is no integer of 32 bits
   */
  setMark(mark: number): void {
    within('mark', mark, 0xffff_ffff, 'limit');
    this.#own().mark = mark;
  }

  /** What stands at and behind the link layer's header, even when it was pulled. C twin: `skb_mac_header`. */
  macHeader(): ReadonlyBytes {
    const raw = this.#live();
    return headerOf(raw, raw.mac_header);
  }

  /** What stands at and behind the network layer's header. C twin: `skb_network_header`. */
  networkHeader(): ReadonlyBytes {
    const raw = this.#live();
    return headerOf(raw, raw.network_header);
  }

  /** What stands at and behind the transport layer's header. C twin: `skb_transport_header`. */
  transportHeader(): ReadonlyBytes {
    const raw = this.#live();
    return headerOf(raw, raw.transport_header);
  }

  /**
   * Says where the link layer's header is.
   *
   * C twin: `skb_set_mac_header`.
   *
   * @param offset - octets from the start of the data; less than 0 for what was pulled
   * @throws RangeError: it is outside of the packet's memory
   */
  setMacHeader(offset: number): void {
    const raw = this.#own();
    raw.mac_header = headerAt(raw, offset);
  }

  /**
   * Says where the network layer's header is: as {@link setMacHeader}.
   *
   * C twin: `skb_set_network_header`.
   *
   * @throws RangeError: it is outside of the packet's memory
   */
  setNetworkHeader(offset: number): void {
    const raw = this.#own();
    raw.network_header = headerAt(raw, offset);
  }

  /**
   * Says where the transport layer's header is: as {@link setMacHeader}.
   *
   * C twin: `skb_set_transport_header`.
   *
   * @throws RangeError: it is outside of the packet's memory
   */
  setTransportHeader(offset: number): void {
    const raw = this.#own();
    raw.transport_header = headerAt(raw, offset);
  }

  /**
   * The checksum of octets of the packet, with what was summed before them.
   *
   * C twin: `skb_checksum` and `csum_fold`.
   *
   * @param start - octets from the start of the data
   * @param end - where they end
   * @param sum - as {@link partialChecksum} and {@link pseudoHeaderChecksum} give it
   * @returns 16 bits; 0 when a right checksum is among the octets
   * @throws RangeError: the packet has no such octets
   */
  checksum(start: number = 0, end: number = this.len, sum: number = 0): number {
    const raw = this.#live();
    within('checksum end', end, raw.len, 'length');
    within('checksum start', start, end, 'end');
    if (raw.head === null) return foldChecksum(sum);
    return foldChecksum(partialChecksum(raw.head.bytes, sum, raw.data + start, raw.data + end));
  }

  /**
   * A second packet on the same data, with an owner of its own: the caller.
   *
   * C twin: `skb_clone`.
   *
   * @throws KernelError `ENOMEM`
   */
  clone(): SkBuff {
    const raw = this.#own();
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
    const raw = this.#own();
    // SAFETY: the raw skb is alive and ours by this class's invariant.
    return owned(raw.kernel.skb_copy(raw), 'skb_copy');
  }

  /**
   * Tells the socket that asked for it when the packet left. Call it just before the packet is handed over.
   *
   * C twin: `skb_tx_timestamp`.
   */
  txTimestamp(): void {
    const raw = this.#own();
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
    this.#own();
    this.#state = KEPT;
    return TxOutcome.KEPT;
  }

  #live(): sk_buff {
    if (this.#state > KEPT) throw new TypeError('SkBuff: used after it was settled');
    return this.#raw;
  }

  #own(): sk_buff {
    if (this.#state === LENT) throw new TypeError('SkBuff: this packet may only be looked at here');
    return this.#live();
  }

  #release(next: number): sk_buff {
    const raw = this.#own();
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
  static lend<R>(raw: sk_buff, look: (skb: SkBuff) => R): R {
    const handle = new SkBuff(raw);
    handle.#state = LENT;
    try {
      return look(handle);
    } finally {
      handle.#state = SETTLED;
    }
  }

  /** @internal */
  static rawOf(skb: SkBuff): sk_buff {
    return skb.#own();
  }

  /** @internal */
  static handOn(skb: SkBuff): sk_buff {
    const raw = skb.#release(SETTLED);
    // INVARIANT: whoever gets the skb next makes a handle of its own, so that this one stays settled.
    raw.handle = null;
    return raw;
  }

  /** @internal */
  static conclude(skb: SkBuff, outcome: unknown): number {
    const state = skb.#state;
    if (outcome === TxOutcome.SETTLED && state === SETTLED) return NETDEV_TX_OK;
    if (outcome === TxOutcome.BUSY && state === BUSY) return NETDEV_TX_BUSY;
    if (outcome === TxOutcome.KEPT && (state === KEPT || state === SETTLED)) return NETDEV_TX_OK;
    if (outcome === TxOutcome.LOST && state === SETTLED) return NET_XMIT_DROP;
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
