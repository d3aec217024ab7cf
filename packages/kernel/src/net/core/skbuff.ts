import { SKB_DROP_REASON, skb_shared_data, sk_buff, type kernel, type skb_drop_reason } from '@netdevkit/bindings/raw';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import { RegionPool } from './region-pool.ts';

/** What a data region costs beside the data: `sizeof(struct skb_shared_info)`, aligned. */
const SHARED_INFO = 320;
/** What an skb costs beside its data region: `sizeof(struct sk_buff)`, aligned. */
const RECORD = 256;
/** The smallest data region that Linux makes: SKB_SMALL_HEAD_CACHE_SIZE on 64-bit machines with the usual drivers. As measured, 960 with {@link RECORD}. */
const SMALLEST = 704;
/**
 * How many freed records rest before the oldest is used again. A handle that outlives its packet meets a freed record
 * for that long, and says so, instead of another packet's.
 */
const QUARANTINE = 256;

/** An skb that was not settled, and where it was made. */
export interface SkbLeak {
  readonly len: number;
  readonly device: string | undefined;
  readonly origin: Error | undefined;
}

/**
 * Allocation of skbs (net/core/skbuff.c): records and data come from pools, so a packet costs no garbage.
 */
export class SkBuffs {
  readonly #kernel: kernel;
  readonly #faults: Faults;
  readonly #log: Printk;
  /** Every live skb, when leaks are tracked. */
  readonly #tracked: Set<sk_buff> | undefined;
  readonly #small = new RegionPool(512, 256);
  readonly #page = new RegionPool(4096, 64);
  /** Longer data than this gets a buffer of its own. */
  readonly #large = new RegionPool(36_864, 8);
  /** Settled skbs by drop reason; `CONSUMED` counts the normal ends. */
  readonly ends: Float64Array = new Float64Array(Object.keys(SKB_DROP_REASON).length);
  #oldest: sk_buff | null = null;
  #newest: sk_buff | null = null;
  #resting = 0;
  #live = 0;

  /**
   * @param kernel - whose skbs they are
   * @param track - whether to remember where each skb was made, and never to use a record twice: slow, for tests
   */
  constructor(kernel: kernel, faults: Faults, log: Printk, track: boolean) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#log = log;
    this.#tracked = track ? new Set() : undefined;
  }

  /** How many skbs exist. */
  get live(): number {
    return this.#live;
  }

  /** The skbs that exist, with where they were made; empty unless leaks are tracked. */
  leaks(): SkbLeak[] {
    return [...(this.#tracked ?? [])].map((skb) => ({
      len: skb.len,
      device: skb.dev?.name,
      origin: skb.origin ?? undefined,
    }));
  }

  alloc(size: number): sk_buff | null {
    if (this.#faults.shouldFail('alloc_skb')) return null;
    const head = this.#takeRegion(size);
    const skb = this.#takeRecord();
    skb.head = head;
    skb.data = skb.tail = skb.network_header = skb.mac_header = skb.transport_header = head.start;
    skb.end = head.start + head.size;
    skb.len = 0;
    skb.truesize = skb_truesize(size);
    skb.sk = null;
    skb.destructor = null;
    skb.dev = null;
    skb.protocol = 0;
    skb.pkt_type = 0;
    skb.cloned = false;
    skb.mark = 0;
    skb.priority = 0;
    skb.queue_mapping = 0;
    skb.tstamp_sec = 0;
    skb.tstamp_nsec = 0;
    skb.cb_portid = 0;
    skb.cb_dst_group = 0;
    skb.cb_nsid = -1;
    skb.cb_sk = null;
    return skb;
  }

  /** A second record on the same data. Socket and destructor stay behind. */
  clone(skb: sk_buff): sk_buff | null {
    const head = skb.head;
    if (head === null) return this.#useAfterFree('skb_clone');
    if (this.#faults.shouldFail('skb_clone')) return null;
    const twin = this.#takeRecord();
    copyHeader(skb, twin);
    twin.head = head;
    head.dataref++;
    twin.data = skb.data;
    twin.tail = skb.tail;
    twin.end = skb.end;
    twin.network_header = skb.network_header;
    twin.mac_header = skb.mac_header;
    twin.transport_header = skb.transport_header;
    twin.truesize = skb.truesize;
    twin.cloned = skb.cloned = true;
    return twin;
  }

  /** A second skb with its own data, its headroom and tailroom like the first's. */
  copy(skb: sk_buff): sk_buff | null {
    const head = skb.head;
    if (head === null) return this.#useAfterFree('skb_copy');
    if (this.#faults.shouldFail('skb_copy')) return null;
    const own = this.#takeRegion(skb.end - head.start);
    const twin = this.#takeRecord();
    copyHeader(skb, twin);
    twin.cloned = false;
    twin.truesize = skb.truesize;
    this.#moveData(skb, head, twin, own);
    return twin;
  }

  /** Gives an skb data of its own, when a clone shares it. */
  unclone(skb: sk_buff): boolean {
    const head = skb.head;
    if (head === null) return this.#useAfterFree('skb_unclone') !== null;
    if (head.dataref === 1) {
      skb.cloned = false;
      return true;
    }
    if (this.#faults.shouldFail('skb_copy')) return false;
    const own = this.#takeRegion(skb.end - head.start);
    this.#moveData(skb, head, skb, own);
    skb.cloned = false;
    head.dataref--;
    return true;
  }

  /** Gives an skb data of its own with more room: `pskb_expand_head`. */
  expandHead(skb: sk_buff, nhead: number, ntail: number): boolean {
    const head = skb.head;
    if (head === null) return this.#useAfterFree('pskb_expand_head') !== null;
    if (this.#faults.shouldFail('skb_copy')) return false;
    const headroom = skb.data - head.start + nhead;
    const room = headroom + skb.len + (skb.end - skb.tail) + ntail;
    const own = this.#takeRegion(room);
    const shift = own.start + headroom - skb.data;
    own.bytes.set(head.bytes.subarray(head.start, skb.tail), own.start + nhead);
    skb.head = own;
    skb.network_header += shift;
    skb.mac_header += shift;
    skb.transport_header += shift;
    skb.data += shift;
    skb.tail += shift;
    skb.end = own.start + own.size;
    skb.cloned = false;
    if (--head.dataref === 0) head.pool?.put(head);
    return true;
  }

  /** Ends a reference: the packet reached its goal. */
  consume(skb: sk_buff): void {
    if (this.#unref(skb)) this.#end(skb, SKB_DROP_REASON.CONSUMED);
  }

  /** Ends a reference: the packet was dropped. */
  drop(skb: sk_buff, reason: skb_drop_reason): void {
    if (this.#unref(skb)) this.#end(skb, SKB_DROP_REASON[reason]);
  }

  #unref(skb: sk_buff): boolean {
    if (skb.users > 0) return --skb.users === 0;
    this.#log.warn('refcount_t: underflow; use-after-free (sk_buff)');
    return false;
  }

  #end(skb: sk_buff, reason: number): void {
    const { destructor, head } = skb;
    if (destructor !== null) {
      skb.destructor = null;
      destructor(skb);
    }
    skb.sk = null;
    skb.dev = null;
    skb.cb_sk = null;
    skb.head = null;
    if (head !== null && --head.dataref === 0) head.pool?.put(head);
    this.ends[reason] = (this.ends[reason] ?? 0) + 1;
    this.#live--;
    if (this.#tracked !== undefined) {
      this.#tracked.delete(skb);
      return;
    }
    skb.next = null;
    if (this.#newest === null) this.#oldest = skb;
    else this.#newest.next = skb;
    this.#newest = skb;
    this.#resting++;
  }

  #takeRecord(): sk_buff {
    this.#live++;
    let skb: sk_buff;
    const oldest = this.#oldest;
    if (this.#resting > QUARANTINE && oldest !== null) {
      skb = oldest;
      this.#oldest = skb.next;
      this.#resting--;
      skb.next = null;
    } else {
      skb = new sk_buff(this.#kernel);
      if (this.#tracked !== undefined) {
        skb.origin = new Error('sk_buff allocated here');
        this.#tracked.add(skb);
      }
    }
    skb.users = 1;
    return skb;
  }

  #takeRegion(size: number): skb_shared_data {
    if (size <= this.#small.size) return this.#small.take();
    if (size <= this.#page.size) return this.#page.take();
    if (size <= this.#large.size) return this.#large.take();
    const bytes = new Uint8Array(size);
    const own = new skb_shared_data(bytes, new DataView(bytes.buffer), 0, size, null);
    own.dataref = 1;
    return own;
  }

  #moveData(from: sk_buff, old: skb_shared_data, to: sk_buff, own: skb_shared_data): void {
    const shift = own.start - old.start;
    // The headroom, too: headers that were pulled are read there.
    own.bytes.set(old.bytes.subarray(old.start, from.tail), own.start);
    to.head = own;
    to.network_header = from.network_header + shift;
    to.mac_header = from.mac_header + shift;
    to.transport_header = from.transport_header + shift;
    to.tail = from.tail + shift;
    to.data = from.data + shift;
    to.end = own.start + own.size;
  }

  #useAfterFree(what: string): null {
    this.#log.warn(`${what}: use-after-free (sk_buff)`);
    return null;
  }
}

function copyHeader(from: sk_buff, to: sk_buff): void {
  to.len = from.len;
  to.sk = null;
  to.destructor = null;
  to.dev = from.dev;
  to.protocol = from.protocol;
  to.pkt_type = from.pkt_type;
  to.mark = from.mark;
  to.priority = from.priority;
  to.queue_mapping = from.queue_mapping;
  to.tstamp_sec = from.tstamp_sec;
  to.tstamp_nsec = from.tstamp_nsec;
  to.cb_portid = from.cb_portid;
  to.cb_dst_group = from.cb_dst_group;
  to.cb_nsid = from.cb_nsid;
  to.cb_sk = from.cb_sk;
}

/**
 * What a socket is charged for an skb that was allocated with this much room: `truesize`, as Linux's allocator makes it.
 * The pools here are cut otherwise, but how many messages fit into a receive buffer is something that programs see.
 *
 * From net/core/skbuff.c:kmalloc_reserve.
 *
 * @param size - octets
 */
export function skb_truesize(size: number): number {
  const region = ((size + 63) & ~63) + SHARED_INFO;
  // A shift, not a power: what is a fraction to V8 would cost an allocation wherever it is kept.
  return RECORD + (region <= SMALLEST ? SMALLEST : (1 << (32 - Math.clz32(region - 1))) >>> 0);
}

/** How much room Linux's allocator gave the skb, of which {@link skb_truesize} made its truesize. */
export function skb_true_room(skb: sk_buff): number {
  return skb.truesize - RECORD - SHARED_INFO;
}

/** Moves an empty skb's data forward. */
export function skb_reserve(skb: sk_buff, len: number): void {
  if (len < 0 || skb.len !== 0 || skb.tail + len > skb.end) throw new RangeError(bounds('skb_reserve', skb, len));
  skb.data += len;
  skb.tail += len;
}

/** Extends the data at its tail; gives where the new octets start. */
export function skb_put(skb: sk_buff, len: number): number {
  const at = skb.tail;
  if (len < 0 || at + len > skb.end) throw new RangeError(bounds('skb_put', skb, len));
  skb.tail = at + len;
  skb.len += len;
  return at;
}

/** Extends the data at its head; gives where it starts now. */
export function skb_push(skb: sk_buff, len: number): number {
  if (len < 0 || skb.head === null || skb.data - len < skb.head.start) throw new RangeError(bounds('skb_push', skb, len));
  skb.data -= len;
  skb.len += len;
  return skb.data;
}

/** Takes octets off the head; gives where it starts now, or -1. */
export function skb_pull(skb: sk_buff, len: number): number {
  if (len < 0 || len > skb.len) return -1;
  skb.data += len;
  skb.len -= len;
  return skb.data;
}

/** Cuts the data at its tail. */
export function skb_trim(skb: sk_buff, len: number): void {
  if (len < 0 || len >= skb.len) return;
  skb.len = len;
  skb.tail = skb.data + len;
}

function bounds(what: string, skb: sk_buff, len: number): string {
  const start = skb.head?.start ?? 0;
  return `${what}: ${String(len)} octets exceed the skb (headroom ${String(skb.data - start)}, length ${String(skb.len)}, tailroom ${String(skb.end - skb.tail)})`;
}
