import { flushed } from './flush.ts';
import type { Requester } from './requester.ts';
import {
  addRoute,
  appendRoute,
  changeRoute,
  deleteRoute,
  dumpRoutes,
  getRoute,
  matchesRoute,
  prependRoute,
  replaceRoute,
  type RouteFilter,
  type RouteQuery,
  type RouteSpec,
} from './route-requests.ts';
import type { Route } from './route.ts';

/** The routes of a network namespace: what `ip route` does. All methods throw `KernelError`. */
export class Routes {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Makes a route. C twin: `ip route add`.
   *
   * @param spec - the route
   * @throws KernelError `EEXIST`: there is one; `ENETUNREACH`: its gateway is not reached
   */
  add(spec: RouteSpec): void {
    this.#requester.run(addRoute(spec));
  }

  /**
   * Makes a route after those with its destination. C twin: `ip route append`.
   *
   * @param spec - the route
   */
  append(spec: RouteSpec): void {
    this.#requester.run(appendRoute(spec));
  }

  /**
   * Makes a route before those with its destination. C twin: `ip route prepend`.
   *
   * @param spec - the route
   */
  prepend(spec: RouteSpec): void {
    this.#requester.run(prependRoute(spec));
  }

  /**
   * Makes a route, in the place of another if there is one. C twin: `ip route replace`.
   *
   * @param spec - the route
   */
  replace(spec: RouteSpec): void {
    this.#requester.run(replaceRoute(spec));
  }

  /**
   * Puts a route in the place of another. C twin: `ip route change`.
   *
   * @param spec - the route
   * @throws KernelError `ENOENT`: there is no other
   */
  change(spec: RouteSpec): void {
    this.#requester.run(changeRoute(spec));
  }

  /**
   * Deletes the first route that is as described. C twin: `ip route delete`.
   *
   * @param spec - what is known of it
   * @throws KernelError `ESRCH`: there is none
   */
  delete(spec: RouteSpec): void {
    this.#requester.run(deleteRoute(spec));
  }

  /**
   * Tells where a packet goes. C twin: `ip route get`.
   *
   * @param destination - its address
   * @param query - what is known of it beside
   * @throws KernelError `ENETUNREACH`: nowhere
   */
  get(destination: string, query?: RouteQuery): Route {
    return this.#requester.run(getRoute(destination, query));
  }

  /**
   * Tells of routes. C twin: `ip route show`; without a filter those of all tables and both families.
   *
   * @param filter - of which
   * @returns in the kernel's order
   * @throws KernelError `EINTR`: they changed each time that they were read; `ENOENT`: the family has no such table
   */
  list(filter: RouteFilter = {}): Route[] {
    return this.#requester.dump(dumpRoutes(filter)).filter((route) => matchesRoute(route, filter));
  }

  /**
   * Deletes routes, all that there are. C twin: `ip route flush`.
   *
   * @param filter - which
   * @returns how many
   * @throws KernelError: one could not be deleted; `EINTR`: more came each time
   */
  flush(filter: RouteFilter): number {
    return flushed(this.#requester, () => this.list(filter), (route) => deleteRoute(described(route)));
  }
}

/** What tells a route from all others. */
function described(route: Route): RouteSpec {
  const { destination, source, table, type, protocol, scope, tos, metric, gateway, index } = route;
  return {
    destination,
    table,
    type,
    protocol,
    scope,
    tos,
    ...(source === undefined ? {} : { source }),
    ...(metric === undefined ? {} : { metric }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(index === undefined ? {} : { index }),
  };
}
