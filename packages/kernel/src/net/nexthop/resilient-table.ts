import type { Timer, Timers } from '../../timers.ts';
import type { GroupEntry, Nexthop } from './nexthop.ts';

/** Milliseconds: `NH_RES_DEFAULT_IDLE_TIMER`, and the least between two looks at the buckets. */
export const DEFAULT_IDLE_TIMER = 120_000;
const LEAST_INTERVAL = 500;

/** How a table is asked for. */
export interface ResilientConfig {
  /** `undefined` where a request names none. */
  readonly buckets: number | undefined;
  /** Milliseconds. */
  readonly idleTimer: number | undefined;
  readonly unbalancedTimer: number | undefined;
}

/** `struct nh_res_bucket`: flows that go one way. */
export interface Bucket {
  nexthop: Nexthop | null;
  /** Milliseconds since boot. */
  usedAt: number;
  migratedAt: number;
}

/** A member of the group: how many buckets it is to have, and how many it has. */
interface Member {
  readonly nexthop: Nexthop;
  readonly wanted: number;
  count: number;
}

/**
 * `struct nh_res_table`: the buckets of a resilient group, which move to another next hop only when they are idle, or the group
 * was out of balance for too long. net/ipv4/nexthop.c.
 */
export class ResilientTable {
  readonly buckets: readonly Bucket[];
  idleTimer: number;
  unbalancedTimer: number;
  readonly #timers: Timers;
  /** Told of a bucket that was moved. */
  readonly #moved: (index: number) => void;
  readonly #members = new Map<Nexthop, Member>();
  #unbalancedSince = 0;
  #upkeep: Timer | null = null;

  constructor(config: ResilientConfig & { readonly buckets: number }, timers: Timers, moved: (index: number) => void) {
    this.buckets = Array.from({ length: config.buckets }, () => ({ nexthop: null, usedAt: 0, migratedAt: 0 }));
    this.idleTimer = config.idleTimer ?? DEFAULT_IDLE_TIMER;
    this.unbalancedTimer = config.unbalancedTimer ?? 0;
    this.#timers = timers;
    this.#moved = moved;
  }

  /** Milliseconds for which it has been out of balance. */
  get unbalancedTime(): number {
    return this.#isBalanced() ? 0 : this.#timers.now() - this.#unbalancedSince;
  }

  /** Milliseconds for which a bucket was not used. */
  idleTime(bucket: Bucket): number {
    return this.#timers.now() - bucket.usedAt;
  }

  /** The members have changed. From net/ipv4/nexthop.c:nh_res_group_rebalance, replace_nexthop_grp_res. */
  rebalance(entries: readonly GroupEntry[]): void {
    const wasBalanced = this.#isBalanced();
    const total = entries.reduce((sum, { weight }) => sum + weight, 0);
    const counts = new Map([...this.#members.values()].map(({ nexthop, count }) => [nexthop, count]));
    this.#members.clear();
    let [sum, previous] = [0, 0];
    for (const { nexthop, weight } of entries) {
      sum += weight;
      const bound = Math.round((this.buckets.length * sum) / total);
      this.#members.set(nexthop, { nexthop, wanted: bound - previous, count: counts.get(nexthop) ?? 0 });
      previous = bound;
    }
    // What belonged to a member that has gone moves at once.
    for (const bucket of this.buckets) if (bucket.nexthop !== null && !this.#members.has(bucket.nexthop)) bucket.nexthop = null;
    if (wasBalanced && !this.#isBalanced()) this.#unbalancedSince = this.#timers.now();
    this.#look(false);
  }

  /** Ends its looking after itself. */
  stop(): void {
    this.#upkeep?.cancel();
    this.#upkeep = null;
  }

  // From net/ipv4/nexthop.c:nh_res_table_upkeep.
  #look(tells: boolean): void {
    this.stop();
    const now = this.#timers.now();
    let deadline = now + (this.unbalancedTimer === 0 ? this.idleTimer : this.unbalancedTimer);
    for (const [index, bucket] of this.buckets.entries()) {
      const due = this.#dueAt(bucket, now);
      if (due > now) {
        deadline = Math.min(deadline, due);
        continue;
      }
      const taker = this.#underweight();
      if (taker === undefined) continue;
      const giver = bucket.nexthop === null ? undefined : this.#members.get(bucket.nexthop);
      if (giver !== undefined) giver.count--;
      taker.count++;
      bucket.nexthop = taker.nexthop;
      bucket.usedAt = bucket.migratedAt = now;
      if (tells) this.#moved(index);
    }
    if (this.#isBalanced()) return;
    this.#upkeep = this.#timers.set(Math.max(deadline, now + LEAST_INTERVAL) - now, () => {
      this.#look(true);
    });
  }

  /** When a bucket may move: now at once, `Infinity` for never. From net/ipv4/nexthop.c:nh_res_bucket_should_migrate. */
  #dueAt(bucket: Bucket, now: number): number {
    if (bucket.nexthop === null) return now;
    const member = this.#members.get(bucket.nexthop);
    if (member !== undefined && member.count <= member.wanted) return Infinity;
    // A bucket that was not used since it came is idle.
    const idle = bucket.usedAt === bucket.migratedAt ? now : bucket.usedAt + this.idleTimer;
    const forced = this.unbalancedTimer === 0 ? Infinity : this.#unbalancedSince + this.unbalancedTimer;
    return Math.min(idle, forced);
  }

  /** Who is to get the next bucket: of those that lack some, the last. */
  #underweight(): Member | undefined {
    let found: Member | undefined;
    for (const member of this.#members.values()) if (member.count < member.wanted) found = member;
    return found;
  }

  #isBalanced(): boolean {
    return this.#underweight() === undefined;
  }
}
