import {
  PF_INET6,
  RTM_DELADDR,
  RTM_DELROUTE,
  RTM_GETADDR,
  RTM_GETANYCAST,
  RTM_GETMULTICAST,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWROUTE,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { AddressList } from '../core/dev-addr-lists.ts';
import { FibRules } from '../core/fib-rules.ts';
import { neighbourTeller } from '../core/neighbour-handlers.ts';
import { NeighbourTable } from '../core/neighbour.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { Sysctls } from '../core/sysctl.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import type { Inet6Links } from '../rtnetlink/inet6-link.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { AddrconfDevices } from './addrconf-device.ts';
import { AddrconfSysctl } from './addrconf-sysctl.ts';
import { Addrconf } from './addrconf.ts';
import { DEVCONF6 } from './devconf6.ts';
import { Fib6Create } from './fib6-create.ts';
import { dumpRoutes6 } from './fib6-dump.ts';
import { Fib6Requests } from './fib6-requests.ts';
import { Fib6Routes } from './fib6-routes.ts';
import { Fib6Rules, lookup6ByRules } from './fib6-rules.ts';
import { Fib6 } from './fib6.ts';
import { dumpIfaddrs6 } from './ifaddr6-dump.ts';
import { Ifaddr6Requests } from './ifaddr6-requests.ts';
import { Inet6Addresses } from './inet6-addresses.ts';
import { Ndisc, ndiscEvent } from './ndisc.ts';
import { Route6Get } from './route6-get.ts';

/** What {@link Inet6} stands on. */
export interface Inet6Deps {
  readonly links: Inet6Links;
  readonly sockets: RtnlSockets;
  readonly namespaces: Namespaces;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly timers: Timers;
  /** What devices listen to. */
  readonly multicast: AddressList;
  readonly faults: Faults;
  readonly handlers: MessageHandlers;
  /** What routes may name instead of next hops of their own. */
  readonly objects: NexthopObjects;
  readonly sysctls: Sysctls;
}

/**
 * IPv6 put together: addresses and routes. net/ipv6/af_inet6.c.
 */
export class Inet6 {
  readonly addresses: Inet6Addresses = new Inet6Addresses();
  readonly sysctl: AddrconfSysctl;
  readonly addrconf: Addrconf;
  readonly fib6: Fib6;
  readonly create: Fib6Create;
  readonly routes: Fib6Routes;
  readonly ndisc: NeighbourTable;
  readonly rules: FibRules;

  constructor({ links, sockets, namespaces, chain, rtnl, timers, multicast, faults, handlers, objects, sysctls }: Inet6Deps) {
    const { addresses } = this;
    this.sysctl = new AddrconfSysctl(links);
    const ignoresLinkdown = (dev: net_device): boolean => links.conf(dev, DEVCONF6.IGNORE_ROUTES_WITH_LINKDOWN) !== 0;
    const view = { ignoresLinkdown, isCompatible: (net: Net) => objects.isCompatible(net) };
    const fib6 = (this.fib6 = new Fib6({ faults, timers, view }));
    const rules = (this.rules = new FibRules(new Fib6Rules(fib6)));
    fib6.rules = lookup6ByRules(fib6, rules);
    chain.register(rules.event);
    const create = (this.create = new Fib6Create({ fib6, addresses, timers, faults, isDisabled: links.isDisabled, objects }));
    const routes = (this.routes = new Fib6Routes({ fib6, create, sockets, timers, gcInterval: (net) => 1000 * sysctls.get(net, 'ipv6/route/gc_interval') }));
    const ndisc = (this.ndisc = new NeighbourTable(new Ndisc(addresses, timers), timers, neighbourTeller(sockets, timers)));
    const evicts = (dev: net_device): boolean => {
      const setting = DEVCONF6.NDISC_EVICT_NOCARRIER;
      // CAST: every device of this kernel was made with a Net of this kernel.
      return !links.has(dev) || (links.conf(dev, setting) !== 0 && links.devconf(dev.nd_net as Net, 'all')?.get(setting) !== 0);
    };
    const deps = {
      addresses,
      fib6,
      create,
      routes,
      ndisc,
      sockets,
      timers,
      multicast,
      faults,
      schedule: (task: () => void) => {
        rtnl.schedule(task);
      },
      isReady: links.isReady,
      isDisabled: links.isDisabled,
      conf: (dev: net_device, setting: number) => links.conf(dev, setting),
      confOfAll: (net: Net, setting: number) => links.devconf(net, 'all')?.get(setting) ?? 0,
      solicit: links.solicit,
    };
    const addrconf = (this.addrconf = new Addrconf(deps));
    links.listener = new AddrconfDevices(deps, addrconf, links);
    chain.register((event, dev) => links.event(event, dev));
    chain.register(ndiscEvent(ndisc, evicts));
    namespaces.register({
      init: () => 0,
      exit: (net) => {
        routes.forget(net);
        fib6.forget(net);
        ndisc.forget(net);
        rules.forget(net);
        links.forget(net);
      },
    });
    const requests = new Ifaddr6Requests({ addrconf, addresses, sockets, timers });
    handlers.register(PF_INET6, RTM_NEWADDR, { doit: requests.add });
    handlers.register(PF_INET6, RTM_DELADDR, { doit: requests.delete });
    const unicast = dumpIfaddrs6(addresses, timers, 'unicast');
    handlers.register(PF_INET6, RTM_GETADDR, { doit: requests.get, dump: () => ({ dump: unicast }) });
    const groups = dumpIfaddrs6(addresses, timers, 'multicast');
    handlers.register(PF_INET6, RTM_GETMULTICAST, { dump: () => ({ dump: groups }) });
    const anycast = dumpIfaddrs6(addresses, timers, 'anycast');
    handlers.register(PF_INET6, RTM_GETANYCAST, { dump: () => ({ dump: anycast }) });
    const changes = new Fib6Requests(routes, create, objects);
    handlers.register(PF_INET6, RTM_NEWROUTE, { doit: changes.add });
    handlers.register(PF_INET6, RTM_DELROUTE, { doit: changes.delete });
    const get = new Route6Get({ fib6, addresses, sockets, timers });
    const dump = dumpRoutes6(fib6, timers);
    handlers.register(PF_INET6, RTM_GETROUTE, { doit: get.handle, dump: () => ({ dump, doneAlone: true }) });
  }
}
