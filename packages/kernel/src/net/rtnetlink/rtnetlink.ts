import {
  NLM_F_BULK,
  NLM_F_DUMP,
  NLMSG_HDRLEN,
  PF_INET6,
  PF_UNSPEC,
  RTM_BASE,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNSID,
  RTM_GETNETCONF,
  RTM_GETROUTE,
  RTM_GETSTATS,
  RTM_MAX,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWNSID,
  RTM_SETLINK,
  RTM_SETSTATS,
  RT_SCOPE_LINK,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { Timers } from '../../timers.ts';
import type { DeviceConfig } from '../core/dev-config.ts';
import type { Devices } from '../core/dev.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { KernelSocket } from '../netlink/netlink-sock.ts';
import type { DumpCallback, DumpControl, NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { registerRules } from '../core/fib-rules-requests.ts';
import { registerNeighbours } from '../core/neighbour-handlers.ts';
import { Inet } from '../ipv4/af-inet.ts';
import { registerAddressLabels } from '../ipv6/addrlabel-handlers.ts';
import { Inet6 } from '../ipv6/af-inet6.ts';
import { AfSpec } from './af-spec.ts';
import { DelLink } from './dellink.ts';
import { dumpAll } from './dump-all.ts';
import { registerFdb } from './fdb.ts';
import { GetLink } from './getlink.ts';
import { GetStats } from './getstats.ts';
import { Sysctls } from '../core/sysctl.ts';
import { InetLinks } from './inet-link.ts';
import { Inet6Links } from './inet6-link.ts';
import { Inet6LinkMessages } from './inet6-link-messages.ts';
import { LinkFill } from './link-fill.ts';
import type { LinkNotifier } from './link-notifier.ts';
import { LinkOps } from './link-ops.ts';
import { LinkProp } from './linkprop.ts';
import { LinkRequests, refuse } from './link-request.ts';
import { MessageHandlers } from './message-handlers.ts';
import { Nexthops } from '../nexthop/nexthops.ts';
import { registerNexthops } from '../nexthop/register.ts';
import { Netconf } from './netconf.ts';
import { NewLink } from './newlink.ts';
import { Nsids } from './nsid.ts';
import { registerOtherFamilies } from './other-families.ts';
import { SetLink } from './setlink.ts';

/** The lower bits of a type say what it does. */
const KIND_MASK = 3;
const KIND_DEL = 1;
const KIND_GET = 2;

/** What rtnetlink stands on. */
export interface RtnetlinkDeps {
  readonly netlink: Netlink;
  /** Made before the device core, which tells it of links. */
  readonly messages: LinkNotifier;
  readonly namespaces: Namespaces;
  readonly devices: Devices;
  readonly config: DeviceConfig;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly modules: { request(alias: string): void };
  readonly timers: Timers;
  readonly faults: Faults;
  readonly log: Printk;
}

/**
 * The `NETLINK_ROUTE` family: requests about links and what else a network has. net/core/rtnetlink.c.
 */
export class Rtnetlink {
  /** The kinds of link. */
  readonly linkOps: LinkOps;
  /** The making of links, for kinds that make a second one. */
  readonly newLinks: NewLink;
  /** IPv4. */
  readonly inet: Inet;
  /** IPv6. */
  readonly inet6: Inet6;
  /** Settings of namespaces that are numbers and no more. */
  readonly sysctls: Sysctls = new Sysctls();
  /** Which devices do IPv4, and their settings. */
  readonly inetLinks: InetLinks;
  /** Which devices do IPv6, and their settings. */
  readonly inet6Links: Inet6Links;
  readonly #netlink: Netlink;
  readonly #rtnl: Rtnl;
  readonly #timers: Timers;
  readonly #handlers = new MessageHandlers();

  constructor(deps: RtnetlinkDeps) {
    const { netlink, messages, devices, config, chain, namespaces, rtnl, faults, log } = deps;
    this.#netlink = netlink;
    this.#rtnl = rtnl;
    this.#timers = deps.timers;
    const links = (this.linkOps = new LinkOps(deps));
    const { sockets } = messages;
    const netconf = new Netconf(sockets);
    const inet6Messages = new Inet6LinkMessages(sockets);
    const inet6 = new Inet6Links(netconf, inet6Messages.changed);
    const inetLinks = (this.inetLinks = new InetLinks(netconf));
    this.inet6Links = inet6;
    namespaces.register({
      init: () => 0,
      exit: (net) => {
        this.sysctls.forget(net);
      },
    });
    const af = new AfSpec([inetLinks, inet6]);
    // CAST: every namespace of this kernel is a Net.
    const fill = new LinkFill(af, faults, (from, to) => namespaces.allocNsid(from as Net, to as Net));
    messages.bind(fill);
    // In this order, as on Linux: the message about a new MTU shows what the address families had made of the old one.
    chain.register(messages.notified);
    const handlers = this.#handlers;
    const nexthops = new Nexthops({ sockets, timers: deps.timers, sysctls: this.sysctls });
    chain.register(nexthops.event);
    namespaces.register({
      init: () => 0,
      exit: (net) => {
        nexthops.forget(net);
      },
    });
    const { multicast } = devices.lists;
    this.inet = new Inet({ links: inetLinks, sockets, namespaces, chain, timers: deps.timers, multicast, faults, handlers, objects: nexthops });
    this.inet6 = new Inet6({ links: inet6, sockets, namespaces, chain, rtnl, timers: deps.timers, multicast, faults, handlers, objects: nexthops, sysctls: this.sysctls });
    registerNexthops(handlers, { nexthops, inet: this.inet, inet6: this.inet6, sockets });
    this.inet.nexthops.checkIpv6 = (net, nexthop, gateway, table, extack) => {
      const dev = this.inet6.create.gatewayDevice(net, { flags: nexthop.flags, ifindex: nexthop.oif, gateway, table }, extack);
      if (typeof dev === 'number') return dev;
      nexthop.dev = dev;
      nexthop.oif = dev.ifindex;
      nexthop.scope = RT_SCOPE_LINK;
      return 0;
    };
    registerRules(handlers, { sockets, faults, protocols: [this.inet.rules, this.inet6.rules] });
    registerAddressLabels(handlers, { sockets, namespaces });
    registerNeighbours(handlers, { ...deps, sockets, tables: [this.inet.arp, this.inet6.ndisc] });
    const requests = new LinkRequests();
    const setLink = new SetLink({ devices, config, namespaces, chain, af, requests, log, protoDownReasons: fill.protoDownReasons });
    const newLink = this.newLinks = new NewLink({ ...deps, af, links, setLink, requests });
    const getLink = new GetLink({ sockets, fill, links, linkWatch: devices.linkWatch, requests });
    const linkProp = new LinkProp(devices, config, requests);
    handlers.register(PF_UNSPEC, RTM_GETLINK, { doit: getLink.handle, dump: (request) => getLink.dump(request) });
    handlers.register(PF_UNSPEC, RTM_SETLINK, { doit: setLink.handle });
    handlers.register(PF_UNSPEC, RTM_NEWLINK, { doit: newLink.handle });
    handlers.register(PF_UNSPEC, RTM_DELLINK, { doit: new DelLink(links, requests).handle });
    handlers.register(PF_UNSPEC, RTM_NEWLINKPROP, { doit: linkProp.handle });
    handlers.register(PF_UNSPEC, RTM_DELLINKPROP, { doit: linkProp.handle });
    const stats = new GetStats(sockets);
    handlers.register(PF_UNSPEC, RTM_GETSTATS, { doit: stats.handle, dump: () => ({ dump: stats.dump }) });
    handlers.register(PF_UNSPEC, RTM_SETSTATS, { doit: stats.set });
    const nsids = new Nsids(namespaces, sockets);
    handlers.register(PF_UNSPEC, RTM_NEWNSID, { doit: nsids.create });
    handlers.register(PF_UNSPEC, RTM_GETNSID, { doit: nsids.get, dump: () => ({ dump: nsids.dump }) });
    namespaces.nsidChanged = nsids.changed;
    handlers.register(PF_INET6, RTM_GETLINK, {
      dump: () => ({ dump: (chunk, callback) => inet6Messages.dump(inet6, chunk, callback) }),
    });
    registerFdb(handlers, { sockets, lists: devices.lists, log });
    registerOtherFamilies(handlers, af, netconf);
    for (const type of [RTM_GETADDR, RTM_GETROUTE, RTM_GETNETCONF]) {
      const dump = dumpAll((family, request) => handlers.own(family, type)?.dump?.(request)?.dump);
      handlers.register(PF_UNSPEC, type, { dump });
    }
    sockets.input = (skb, sender, receiver) => {
      netlink.receive(skb, sender, receiver, (request, extack) => this.#receive(request, extack, receiver));
    };
  }

  /** `unregister_netdevice_queue`, as drivers call it: from their `dellink` into the list that is going, else at once. */
  queueUnregister(dev: net_device): void {
    this.linkOps.queue.add(dev);
  }

  /** One message. From net/core/rtnetlink.c:rtnetlink_rcv_msg. */
  #receive(request: NetlinkRequest, extack: netlink_ext_ack, receiver: KernelSocket): number {
    // What is due happens before what is asked.
    this.#timers.run();
    const { type, flags } = request;
    if (type > RTM_MAX) return -errno.EOPNOTSUPP;
    // Every message has at least a family.
    if (request.length <= NLMSG_HDRLEN) return 0;
    const family = request.bytes[request.offset + NLMSG_HDRLEN] ?? 0;
    const kind = (type - RTM_BASE) & KIND_MASK;
    if (kind !== KIND_GET && !request.socket.credentials.netAdmin) return -errno.EPERM;
    if (kind === KIND_GET && (flags & NLM_F_DUMP) !== 0) {
      const control = this.#handlers.dump(family, type)?.dump?.(request);
      return control === undefined ? -errno.EOPNOTSUPP : this.#netlink.dumpStart(request, receiver, this.#locked(control));
    }
    const handler = this.#handlers.doit(family, type);
    if (handler?.doit === undefined) return -errno.EOPNOTSUPP;
    if (kind === KIND_DEL && (flags & NLM_F_BULK) !== 0 && handler.bulkDelete !== true) {
      return refuse(extack, 'EOPNOTSUPP', 'Bulk delete is not supported');
    }
    this.#rtnl.lock();
    try {
      return handler.doit(request, extack);
    } finally {
      this.#rtnl.unlock();
    }
  }

  /** The same dump with RTNL held. */
  #locked(control: DumpControl): DumpControl {
    const dump = (chunk: MessageWriter, callback: DumpCallback): number => {
      this.#rtnl.lock();
      try {
        const result = control.dump(chunk, callback);
        // NB: measured on 6.12 and 6.18: an end in a datagram of its own does not say that something has changed.
        if (control.doneAlone === true && chunk.length === 0) callback.lastGeneration = callback.generation;
        return result;
      } finally {
        this.#rtnl.unlock();
      }
    };
    return { ...control, dump };
  }
}
