import { PF_INET, RTM_DELADDR, RTM_DELROUTE, RTM_GETADDR, RTM_GETROUTE, RTM_NEWADDR, RTM_NEWROUTE } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { AddressList } from '../core/dev-addr-lists.ts';
import { FibRules } from '../core/fib-rules.ts';
import { neighbourTeller } from '../core/neighbour-handlers.ts';
import { NeighbourTable } from '../core/neighbour.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { InetLinks } from '../rtnetlink/inet-link.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { Arp, arpEvent } from './arp.ts';
import { IPV4_DEVCONF } from './devconf.ts';
import { DevinetSysctl } from './devinet-sysctl.ts';
import { Devinet } from './devinet.ts';
import { dumpRoutes } from './fib-dump.ts';
import { FibFrontend } from './fib-frontend.ts';
import { Nexthops } from './fib-nexthop.ts';
import { FibRequests } from './fib-requests.ts';
import { FibRoutes } from './fib-routes.ts';
import { Fib4Rules, lookupByRules } from './fib-rules.ts';
import { FibSemantics } from './fib-semantics.ts';
import { Fib } from './fib.ts';
import { dumpIfaddrs } from './ifaddr-dump.ts';
import { IfaddrRequests } from './ifaddr-requests.ts';
import { Igmp } from './igmp.ts';
import { RouteGet } from './route-get.ts';
import { RouteLookup } from './route-lookup.ts';

/** What {@link Inet} stands on. */
export interface InetDeps {
  readonly links: InetLinks;
  readonly sockets: RtnlSockets;
  readonly namespaces: Namespaces;
  readonly chain: NetdevChain;
  readonly timers: Timers;
  /** What devices listen to. */
  readonly multicast: AddressList;
  readonly faults: Faults;
  readonly handlers: MessageHandlers;
  /** What routes may name instead of next hops of their own. */
  readonly objects: NexthopObjects;
}

/**
 * IPv4 put together: addresses and routes. net/ipv4/af_inet.c.
 */
export class Inet {
  readonly devinet: Devinet;
  readonly sysctl: DevinetSysctl;
  readonly fib: Fib;
  readonly lookup: RouteLookup;
  readonly nexthops: Nexthops;
  readonly arp: NeighbourTable;
  readonly rules: FibRules;
  readonly routes: FibRoutes;

  constructor({ links, sockets, namespaces, chain, timers, multicast, faults, handlers, objects }: InetDeps) {
    const igmp = new Igmp(multicast);
    const devinet = (this.devinet = new Devinet({ links, sockets, timers, igmp }));
    this.sysctl = new DevinetSysctl(links);
    const ignoresLinkdown = (dev: net_device): boolean => links.eitherConf(dev, IPV4_DEVCONF.IGNORE_ROUTES_WITH_LINKDOWN);
    const view = { ignoresLinkdown, isCompatible: (net: Net) => objects.isCompatible(net) };
    const fib = (this.fib = new Fib(faults, ignoresLinkdown));
    const rules = (this.rules = new FibRules(new Fib4Rules(fib)));
    fib.rules = lookupByRules(fib, rules);
    chain.register(rules.event);
    const nexthops = (this.nexthops = new Nexthops(fib, devinet));
    const semantics = new FibSemantics(fib, nexthops, devinet, faults, objects);
    const routes = (this.routes = new FibRoutes({ fib, semantics, sockets, view, faults }));
    const arp = (this.arp = new NeighbourTable(new Arp(devinet, fib), timers, neighbourTeller(sockets, timers)));
    devinet.neighbours = arp;
    const frontend = new FibFrontend({ devinet, fib, semantics, routes, arp });
    devinet.listener = frontend;
    const lookup = (this.lookup = new RouteLookup({ fib, semantics, devinet }));
    // In Linux's order: addresses first, then the routes that follow them.
    chain.register(arpEvent(arp, (dev) => links.bothConf(dev, IPV4_DEVCONF.ARP_EVICT_NOCARRIER)));
    chain.register(devinet.event);
    chain.register(frontend.event);
    namespaces.register({
      init: () => 0,
      exit: (net) => {
        fib.forget(net);
        arp.forget(net);
        rules.forget(net);
        links.forget(net);
      },
    });
    const addresses = new IfaddrRequests({
      devinet,
      igmp,
      faults,
      modifyMetric: (ifa, metric) => {
        frontend.modifyMetric(ifa, metric);
      },
    });
    handlers.register(PF_INET, RTM_NEWADDR, { doit: addresses.add });
    handlers.register(PF_INET, RTM_DELADDR, { doit: addresses.delete });
    const dumpAddresses = dumpIfaddrs(devinet);
    handlers.register(PF_INET, RTM_GETADDR, { dump: () => ({ dump: dumpAddresses, doneAlone: true }) });
    const requests = new FibRequests(fib, routes, objects);
    handlers.register(PF_INET, RTM_NEWROUTE, { doit: requests.add });
    handlers.register(PF_INET, RTM_DELROUTE, { doit: requests.delete });
    const dump = dumpRoutes(fib, view);
    const get = new RouteGet({ lookup, sockets, view });
    handlers.register(PF_INET, RTM_GETROUTE, { doit: get.handle, dump: () => ({ dump, doneAlone: true }) });
  }
}
