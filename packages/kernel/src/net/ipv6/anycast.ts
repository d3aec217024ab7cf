import type { Timers } from '../../timers.ts';
import type { Fib6Create } from './fib6-create.ts';
import type { Fib6Routes } from './fib6-routes.ts';
import type { Inet6Device, Inet6Ifaddr } from './inet6-device.ts';
import { equal, isAny, prefixOf, solicitedNode, type In6 } from './ipv6-address.ts';
import { anycastRoute } from './prefix-route.ts';

/** Prefixes from this length on have no room for an address of all their routers. */
const POINT_TO_POINT = 127;

/** What {@link Anycast} stands on. */
export interface AnycastDeps {
  readonly create: Fib6Create;
  readonly routes: Fib6Routes;
  readonly timers: Timers;
}

/**
 * Addresses that every router of a subnet answers for: net/ipv6/anycast.c.
 */
export class Anycast {
  readonly #deps: AnycastDeps;

  constructor(deps: AnycastDeps) {
    this.#deps = deps;
  }

  /** The device answers for the subnet of an address. From net/ipv6/anycast.c:__ipv6_dev_ac_inc. */
  join(ifp: Inet6Ifaddr): void {
    const { idev } = ifp;
    const addr = subnetOf(ifp);
    if (addr === undefined || idev.dead) return;
    const present = idev.anycast.find((own) => equal(own.addr, addr));
    if (present !== undefined) {
      present.users++;
      return;
    }
    const { create, routes, timers } = this.#deps;
    const route = create.create(anycastRoute(idev.dev, addr), null);
    if (typeof route === 'number') return;
    idev.anycast.unshift({ addr, users: 1, cstamp: timers.now(), route });
    routes.insert(route, { nlflags: null, requester: null }, null);
    idev.join(solicitedNode(addr), timers.now());
  }

  /** It no longer does for this address. From net/ipv6/anycast.c:__ipv6_dev_ac_dec. */
  leave(ifp: Inet6Ifaddr): void {
    const { idev } = ifp;
    const addr = subnetOf(ifp);
    const at = addr === undefined ? -1 : idev.anycast.findIndex((own) => equal(own.addr, addr));
    const present = idev.anycast[at];
    if (present === undefined || --present.users > 0) return;
    idev.anycast.splice(at, 1);
    idev.leave(solicitedNode(present.addr));
    this.#deps.routes.remove(present.route, null);
  }

  /** The device goes. From net/ipv6/anycast.c:ipv6_ac_destroy_dev. */
  clear(idev: Inet6Device): void {
    for (const { addr, route } of idev.anycast.splice(0)) {
      idev.leave(solicitedNode(addr));
      this.#deps.routes.remove(route, null);
    }
  }
}

// From net/ipv6/addrconf.c:addrconf_join_anycast.
function subnetOf({ addr, prefixLength }: Inet6Ifaddr): In6 | undefined {
  if (prefixLength >= POINT_TO_POINT) return undefined;
  const subnet = prefixOf(addr, prefixLength);
  return isAny(subnet) ? undefined : subnet;
}
