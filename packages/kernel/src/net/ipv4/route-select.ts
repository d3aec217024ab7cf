import { RTNH_F_DEAD } from '@netdevkit/bindings';
import type { FibNh } from './fib-info.ts';
import type { FibResult, Flow4 } from './fib.ts';

/**
 * Chooses among the next hops of a route. From net/ipv4/fib_semantics.c:fib_select_path.
 *
 * Unlike Linux, which throws dice, a kernel always finds the same next hop for the same addresses; and of default routes
 * with the same metric the first counts, since no gateway is ever found to be silent.
 */
export function selectPath(result: FibResult, flow: Flow4): void {
  const { nexthops } = result.info;
  if (nexthops.length > 1) result.nexthop = selectNexthop(nexthops, hashOf(flow)) ?? result.nexthop;
}

/** The next hop at a place in 0 to 1 of the weights of those that live. From net/ipv4/fib_semantics.c:fib_select_multipath. */
function selectNexthop(nexthops: readonly FibNh[], place: number): FibNh | undefined {
  const alive = nexthops.filter(({ flags }) => (flags & RTNH_F_DEAD) === 0);
  const total = alive.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  return alive.find(({ weight }) => (reached += weight) > place * total);
}

/** A number from 0 to 1 that only the addresses decide. */
function hashOf({ saddr, daddr }: Flow4): number {
  let hash = Math.imul(saddr ^ 0x9e37_79b9, 0x85eb_ca6b) ^ daddr;
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x1_0000_0000;
}
