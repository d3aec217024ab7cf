import type { NetlinkSocket } from '@netdevkit/netlink';
import { Addresses } from './addresses.ts';
import { Links } from './links.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';
import { NamespaceIds } from './namespace-ids.ts';
import { Neighbours } from './neighbours.ts';
import { Nexthops } from './nexthops.ts';
import { Qdiscs } from './qdisc.ts';
import { Requester, type RequesterOptions } from './requester.ts';
import type { DumpRequest, Outcome, Request } from './request.ts';
import { Routes } from './routes.ts';
import { Rules } from './rules.ts';
import { Stats } from './stats.ts';

/**
 * What `ip` does, over the rtnetlink sockets of any kernel.
 *
 * One socket serves all requests, one after another; each monitor has its own. Requests are synchronous, since rtnetlink
 * is: when a method returns, the kernel has done it.
 *
 * @example
 * ```ts
 * using ip = new IpRoute(() => kernel.socket({ protocol: NETLINK_ROUTE }));
 * const { index } = ip.link.create({ kind: 'nlmon' });
 * ip.link.set(index, { name: 'tap0', up: true });
 * console.log(ip.link.list({ kind: 'nlmon' }).map((link) => link.name));
 * ```
 */
export class IpRoute implements Disposable {
  readonly #openSocket: () => NetlinkSocket;
  readonly #requester: Requester;

  /** Links: `ip link`. */
  readonly link: Links;
  /** Addresses: `ip address`. */
  readonly address: Addresses;
  /** Routes: `ip route`. */
  readonly route: Routes;
  /** Next hop objects: `ip nexthop`. */
  readonly nexthop: Nexthops;
  /** Neighbours: `ip neighbour`. */
  readonly neighbour: Neighbours;
  /** Rules: `ip rule`. */
  readonly rule: Rules;
  /** Queueing disciplines: `tc qdisc show`. */
  readonly qdisc: Qdiscs;
  /** Statistics: `ip stats`. */
  readonly stats: Stats;
  /** Numbers of namespaces: `ip netns`. */
  readonly namespaceId: NamespaceIds;

  /**
   * @param openSocket - opens a `NETLINK_ROUTE` socket in the namespace that is meant; called for the first request and for
   * each monitor, and again after a socket had to be given up
   * @param options - who is told of warnings, how much to put up with
   */
  constructor(openSocket: () => NetlinkSocket, options: RequesterOptions = {}) {
    this.#openSocket = openSocket;
    this.#requester = new Requester(openSocket, options);
    this.link = new Links(this.#requester);
    this.address = new Addresses(this.#requester);
    this.route = new Routes(this.#requester);
    this.nexthop = new Nexthops(this.#requester);
    this.neighbour = new Neighbours(this.#requester);
    this.rule = new Rules(this.#requester);
    this.qdisc = new Qdiscs(this.#requester);
    this.stats = new Stats(this.#requester);
    this.namespaceId = new NamespaceIds(this.#requester);
  }

  /**
   * Runs a request, such as `addLink({ kind: 'nlmon' })`.
   *
   * @param request - from this package or your own
   * @returns its value
   * @throws KernelError: a `RequestError` when the kernel refused; `EAGAIN`: no answer came; `ENOBUFS`: it was lost
   */
  run<T>(request: Request<T>): T {
    return this.#requester.run(request);
  }

  /**
   * Runs many requests, up to 128 in one send. All are tried, whatever becomes of those before them; they are taken from
   * the iterable as they are needed, so there may be any number.
   *
   * @param requests - what gives them must not use this `IpRoute`
   * @returns how each ended, in their order
   * @throws TypeError, RangeError: a request asks for what cannot be written; those before it were run
   *
   * @example
   * ```ts
   * const names = Array.from({ length: 1000 }, (_, i) => `mon${i}`);
   * const outcomes = ip.batch(names.map((name) => addLink({ name, kind: 'nlmon' })));
   * for (const outcome of outcomes) if (!outcome.ok) console.error(outcome.error.message);
   * ```
   */
  batch<T>(requests: Iterable<Request<T>>): Array<Outcome<T>> {
    return this.#requester.batch(requests);
  }

  /**
   * Runs a dump, such as `dumpLinks()`.
   *
   * @param request - from this package or your own
   * @returns the values of its entries, in the kernel's order
   * @throws KernelError: a `RequestError` when the kernel refused; `EINTR`: it changed each time that it was read;
   * `EBADMSG`, `EOVERFLOW`, `EAGAIN`, `ENOBUFS`: what came is no whole dump
   */
  dump<T>(request: DumpRequest<T>): T[] {
    return this.#requester.dump(request);
  }

  /**
   * Listens to what changes: `ip monitor`. It hears everything from this call on.
   *
   * @param options - which groups; a signal that ends it
   * @throws KernelError `EINVAL`: no such group; `EPERM`: one that needs a capability
   *
   * @example
   * ```ts
   * for await (const event of ip.monitor({ signal: AbortSignal.timeout(1000) })) {
   *   if (event.type === 'new') console.log(event.link.name, event.link.flags);
   *   else if (event.type === 'overrun') known = ip.link.list();
   * }
   * ```
   */
  monitor(options: MonitorOptions = {}): Monitor {
    return new Monitor(this.#openSocket, options);
  }

  /** Closes the socket for requests; monitors go on. A later request opens another. */
  [Symbol.dispose](): void {
    this.#requester[Symbol.dispose]();
  }
}
