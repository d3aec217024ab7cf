import {
  NDTPA_ANYCAST_DELAY,
  NDTPA_APP_PROBES,
  NDTPA_BASE_REACHABLE_TIME,
  NDTPA_DELAY_PROBE_TIME,
  NDTPA_GC_STALETIME,
  NDTPA_IFINDEX,
  NDTPA_INTERVAL_PROBE_TIME_MS,
  NDTPA_LOCKTIME,
  NDTPA_MCAST_PROBES,
  NDTPA_MCAST_REPROBES,
  NDTPA_PROXY_DELAY,
  NDTPA_PROXY_QLEN,
  NDTPA_QUEUE_LEN,
  NDTPA_QUEUE_LENBYTES,
  NDTPA_REACHABLE_TIME,
  NDTPA_REFCNT,
  NDTPA_RETRANS_TIME,
  NDTPA_UCAST_PROBES,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { AttributeTable, MessageWriter } from '@netdevkit/netlink';

/** Octets that wait for an answer at most: SK_WMEM_MAX. */
const QUEUE_LEN_BYTES = 212_992;
/** What a packet of full size is charged with: SKB_TRUESIZE(ETH_FRAME_LEN). */
const FRAME_TRUESIZE = 2096;

/** The numbers of a table's settings in the order in which messages have them; times are in milliseconds, and 64 bits wide there. */
const NUMBERS: readonly number[] = [
  NDTPA_PROXY_QLEN,
  NDTPA_APP_PROBES,
  NDTPA_UCAST_PROBES,
  NDTPA_MCAST_PROBES,
  NDTPA_MCAST_REPROBES,
];
const TIMES: readonly number[] = [
  NDTPA_BASE_REACHABLE_TIME,
  NDTPA_GC_STALETIME,
  NDTPA_DELAY_PROBE_TIME,
  NDTPA_RETRANS_TIME,
  NDTPA_ANYCAST_DELAY,
  NDTPA_PROXY_DELAY,
  NDTPA_LOCKTIME,
  NDTPA_INTERVAL_PROBE_TIME_MS,
];

/**
 * How neighbours are dealt with: `struct neigh_parms`, those of one device or what fresh devices get.
 */
export class NeighParms {
  /** `null` for what fresh devices get. */
  readonly dev: net_device | null;
  /** By `NDTPA_*`. */
  readonly #values: Map<number, number>;
  /** Milliseconds for which a neighbour that answered is taken to be there; Linux draws it by lot around the base. */
  reachableTime: number;

  /**
   * @param lockTime - milliseconds
   */
  constructor(dev: net_device | null, lockTime: number) {
    this.dev = dev;
    this.reachableTime = 30_000;
    this.#values = new Map([
      [NDTPA_QUEUE_LENBYTES, QUEUE_LEN_BYTES],
      [NDTPA_PROXY_QLEN, 64],
      [NDTPA_APP_PROBES, 0],
      [NDTPA_UCAST_PROBES, 3],
      [NDTPA_MCAST_PROBES, 3],
      [NDTPA_MCAST_REPROBES, 0],
      [NDTPA_BASE_REACHABLE_TIME, 30_000],
      [NDTPA_GC_STALETIME, 60_000],
      [NDTPA_DELAY_PROBE_TIME, 5000],
      [NDTPA_RETRANS_TIME, 1000],
      [NDTPA_ANYCAST_DELAY, 1000],
      [NDTPA_PROXY_DELAY, 800],
      [NDTPA_LOCKTIME, lockTime],
      [NDTPA_INTERVAL_PROBE_TIME_MS, 5000],
    ]);
  }

  /** The same for a fresh device. */
  forDevice(dev: net_device): NeighParms {
    const own = new NeighParms(dev, 0);
    for (const [type, value] of this.#values) own.#values.set(type, value);
    own.reachableTime = this.baseReachableTime;
    return own;
  }

  get baseReachableTime(): number {
    return this.#get(NDTPA_BASE_REACHABLE_TIME);
  }

  get delayProbeTime(): number {
    return this.#get(NDTPA_DELAY_PROBE_TIME);
  }

  /** Never below a hundredth of a second. */
  get retransTime(): number {
    return Math.max(this.#get(NDTPA_RETRANS_TIME), 10);
  }

  get ucastProbes(): number {
    return this.#get(NDTPA_UCAST_PROBES);
  }

  /** `neigh_max_probes`: how often a neighbour is asked before it counts as gone. */
  maxProbes(again: boolean): number {
    return this.ucastProbes + this.#get(NDTPA_APP_PROBES) + this.#get(again ? NDTPA_MCAST_REPROBES : NDTPA_MCAST_PROBES);
  }

  /** Takes over the settings of a request. From net/core/neighbour.c:neightbl_set. */
  set(table: AttributeTable): void {
    const queue = table.u32(NDTPA_QUEUE_LEN);
    if (queue !== undefined) this.#values.set(NDTPA_QUEUE_LENBYTES, (queue * FRAME_TRUESIZE) >>> 0);
    for (const type of [NDTPA_QUEUE_LENBYTES, ...NUMBERS]) this.#take(type, table.u32(type));
    for (const type of TIMES) {
      const value = table.u64(type);
      this.#take(type, value === undefined ? undefined : Number(BigInt.asUintN(31, value)));
    }
    if (table.has(NDTPA_BASE_REACHABLE_TIME)) this.reachableTime = this.baseReachableTime;
  }

  /** Writes them: what `NDTA_PARMS` holds. From net/core/neighbour.c:neightbl_fill_parms. */
  fill(writer: MessageWriter): void {
    const queue = this.#get(NDTPA_QUEUE_LENBYTES);
    if (this.dev !== null) writer.putU32(NDTPA_IFINDEX, this.dev.ifindex);
    writer.putU32(NDTPA_REFCNT, 1);
    writer.putU32(NDTPA_QUEUE_LENBYTES, queue);
    writer.putU32(NDTPA_QUEUE_LEN, Math.floor(queue / FRAME_TRUESIZE));
    for (const type of NUMBERS) writer.putU32(type, this.#get(type));
    writer.putU64(NDTPA_REACHABLE_TIME, BigInt(this.reachableTime));
    for (const type of TIMES) writer.putU64(type, BigInt(this.#get(type)));
  }

  #get(type: number): number {
    return this.#values.get(type) ?? 0;
  }

  #take(type: number, value: number | undefined): void {
    if (value !== undefined) this.#values.set(type, value);
  }
}
