import { AF_NETLINK, MAX_LINKS, NETLINK_USERSOCK, SOCK_DGRAM, SOCK_RAW } from '@netdevkit/bindings';
import { NETDEV_EVENT, type netlink_ext_ack, type netlink_tap, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Clock } from '../../clock.ts';
import { deterministicRandom } from '../../random.ts';
import type { Net } from '../core/net-namespace.ts';
import { skb_put } from '../core/skbuff.ts';
import type { Credentials } from '../core/sock.ts';
import { EmbeddedNetlinkSocket, type EmbeddedSocketDeps } from './embedded-socket.ts';
import { Acknowledgements } from './netlink-ack.ts';
import { Delivery } from './netlink-delivery.ts';
import type { NetlinkDeps } from './netlink-deps.ts';
import { Dumps } from './netlink-dump.ts';
import { SocketOperations } from './netlink-ops.ts';
import { Requests } from './netlink-request.ts';
import { NetlinkServers, type NetlinkServer } from './netlink-servers.ts';
import { NetlinkSock, type KernelSocket, type KernelSocketConfig } from './netlink-sock.ts';
import { NetlinkTable } from './netlink-table.ts';
import { Taps } from './netlink-tap.ts';
import type { DumpControl, NetlinkRequest, RequestHandler, RequestSocket } from './netlink-types.ts';
import { NetlinkWatch, type NetlinkWatchOptions } from './netlink-watch.ts';

/** A netlink socket that exists, as a line of `/proc/net/netlink` shows it. */
export interface NetlinkSocketInfo {
  readonly protocol: number;
  readonly portid: number;
  readonly namespace: Net;
  /** Groups 1 to 32. */
  readonly groups: number;
  /** Octets of receive memory in use. */
  readonly rmem: number;
  readonly drops: number;
  /** Whether a dump to it is under way. */
  readonly dumping: boolean;
  /** Where it was made, when the kernel tracks leaks. */
  readonly origin: Error | undefined;
}

/**
 * Netlink: the families, their sockets, and the taps that watch them. net/netlink/af_netlink.c.
 *
 * # Context
 *
 * Results are 0 or a value, or a negative errno. An skb handed in is settled or queued when a method returns, whatever
 * it returns. Namespaces are served that are made after this; construct it before the first one.
 */
export class Netlink {
  readonly #deps: NetlinkDeps;
  readonly #tables: readonly NetlinkTable[] = Array.from({ length: MAX_LINKS }, () => new NetlinkTable());
  readonly #taps: Taps;
  readonly #delivery: Delivery;
  readonly #acks: Acknowledgements;
  readonly #requests: Requests;
  readonly #dumps: Dumps;
  readonly #servers: NetlinkServers;
  readonly #socketDeps: EmbeddedSocketDeps;
  /** The sockets of user space. */
  readonly #sockets = new Set<NetlinkSock>();

  constructor(deps: NetlinkDeps) {
    const { skbs, namespaces, modules, rtnl, faults, log } = deps;
    this.#deps = deps;
    this.#taps = new Taps(deps);
    const random = deps.random ?? deterministicRandom();
    const { filters, timers } = deps;
    this.#delivery = new Delivery({ skbs, taps: this.#taps, namespaces, tables: this.#tables, filters, faults: faults.netlink, timers });
    this.#acks = new Acknowledgements(skbs, this.#delivery, log);
    this.#servers = new NetlinkServers({ netlink: this, skbs, namespaces });
    this.#requests = new Requests(this.#acks, faults.netlink, this.#servers);
    this.#dumps = new Dumps({ skbs, delivery: this.#delivery, tables: this.#tables, modules, faults, log });
    const operations = new SocketOperations({
      tables: this.#tables,
      delivery: this.#delivery,
      dumps: this.#dumps,
      skbs,
      faults,
      tgid: deps.tgid ?? 1,
      random,
    });
    this.#socketDeps = {
      operations,
      rtnl,
      faults,
      namespaces,
      release: (sock) => {
        this.release(sock);
      },
      overrun: (sock) => {
        this.#delivery.overrun(sock);
      },
    };
    // From net/netlink/af_netlink.c:netlink_add_usersock_entry: a family without a kernel socket.
    this.#table(NETLINK_USERSOCK)?.register({ groups: 32, nonrootRecv: false, nonrootSend: true, input: () => undefined });
    namespaces.register({
      init: (namespace) => this.#servers.enter(namespace),
      exit: (namespace) => {
        this.#exit(namespace);
      },
    });
    deps.chain.register((event, dev) => {
      if (event === NETDEV_EVENT.UNREGISTER) this.#taps.forget(dev);
      return 0;
    });
  }

  /**
   * `netlink_kernel_create`: the kernel's end of a family in a namespace.
   *
   * @returns the socket; -EINVAL for no protocol, -EADDRINUSE when the namespace has one, -ENOMEM
   */
  createKernelSocket(namespace: Net, protocol: number, config: KernelSocketConfig): KernelSocket | number {
    const table = this.#table(protocol);
    if (table === undefined) return -errno.EINVAL;
    if (this.#deps.faults.shouldFail('netlink_sock')) return -errno.ENOMEM;
    const sock = new NetlinkSock(namespace, SOCK_DGRAM, protocol, config);
    const error = table.insert(sock, 0);
    if (error !== 0) return error;
    table.register(config);
    return sock;
  }

  /** `netlink_release`: ends a socket, of the kernel or of user space. A second call does nothing. */
  release(sock: KernelSocket): void {
    const table = this.#table(sock.protocol);
    if (sock.closed || table === undefined) return;
    sock.closed = true;
    this.#sockets.delete(sock);
    const joined = groupsOf(sock);
    table.remove(sock);
    if (sock.config === null) table.release?.(sock);
    for (const group of joined) table.unbind?.(sock.namespace, group);
    this.#dumps.end(sock);
    this.#delivery.forget(sock);
    if (sock.module !== null) this.#deps.modules.put(sock.module);
    if (sock.config !== null) table.unregister();
    sock.purge(this.#deps.skbs);
    sock.waiters.wake();
  }

  /**
   * `socket(AF_NETLINK, type, protocol)`. An unknown family is asked of the module loader first.
   *
   * @returns the socket; -ESOCKTNOSUPPORT, -EPROTONOSUPPORT, -ENOMEM
   */
  socket(namespace: Net, type: number, protocol: number, credentials: Credentials): EmbeddedNetlinkSocket | number {
    const { modules, faults, rtnl } = this.#deps;
    if (type !== SOCK_RAW && type !== SOCK_DGRAM) return -errno.ESOCKTNOSUPPORT;
    const table = this.#table(protocol);
    if (table === undefined) return -errno.EPROTONOSUPPORT;
    if (table.registered === 0) {
      modules.request(`net-pf-${String(AF_NETLINK)}-proto-${String(protocol)}`);
      rtnl.runWork();
    }
    if (table.registered === 0) return -errno.EPROTONOSUPPORT;
    const { module } = table;
    if (module !== null && !modules.tryGet(module)) return -errno.EPROTONOSUPPORT;
    if (faults.shouldFail('netlink_sock')) {
      if (module !== null) modules.put(module);
      return -errno.ENOMEM;
    }
    const sock = new NetlinkSock(namespace, type, protocol, credentials);
    sock.module = module;
    if (this.#deps.track === true) sock.origin = new Error('netlink socket made here');
    this.#sockets.add(sock);
    return new EmbeddedNetlinkSocket(sock, table, this.#socketDeps);
  }

  /**
   * `nlmsg_unicast`: to the socket with this port id. Settles or queues the skb.
   *
   * @returns 0; -ECONNREFUSED when nobody has the port id; -EAGAIN when there is no room, which the receiver is told
   */
  unicast(sender: KernelSocket, skb: sk_buff, portid: number): number {
    return Math.min(this.#delivery.unicast(sender, skb, portid), 0);
  }

  /**
   * `netlink_broadcast`: to everybody in the group but `excludePortid`. Consumes the skb.
   *
   * @returns 0; -ESRCH when nobody got it; -ENOBUFS when it was lost to a socket with NETLINK_BROADCAST_ERROR
   */
  broadcast(sender: KernelSocket, skb: sk_buff, group: number, excludePortid: number): number {
    skb.cb_dst_group = group;
    return this.#delivery.broadcast(sender, skb, excludePortid, group);
  }

  /** `netlink_has_listeners`: whether anybody, in whatever namespace, is in the group. */
  hasListeners(sender: KernelSocket, group: number): boolean {
    return this.#table(sender.protocol)?.hasListeners(group) ?? false;
  }

  /** The kernel's socket of a protocol in a namespace. */
  kernelSocket(namespace: Net, protocol: number): KernelSocket | undefined {
    const socket = this.#table(protocol)?.lookup(namespace, 0);
    return socket?.config === null ? undefined : socket;
  }

  /** How many sockets of the sender's namespace hear a group: those without a port id do not. */
  listeners(sender: KernelSocket, group: number): number {
    return this.#table(sender.protocol)?.listeners(sender.namespace, group).length ?? 0;
  }

  /**
   * `nlmsg_notify`: to a group, and if `report` is set to the requester too, by itself. Settles or queues the skb.
   *
   * @param group - 0 for none
   * @returns 0; what the requester's copy met; -ENOBUFS as {@link broadcast}. That nobody listens is no error.
   */
  notify(sender: KernelSocket, skb: sk_buff, portid: number, group: number, report: boolean): number {
    let error = 0;
    if (group !== 0) {
      if (report) skb.users++;
      skb.cb_dst_group = group;
      error = this.#delivery.broadcast(sender, skb, report ? portid : 0, group);
      if (error === -errno.ESRCH) error = 0;
    }
    if (report) {
      // From net/netlink/af_netlink.c:nlmsg_notify: the requester gets its copy whatever became of the others.
      const sent = this.unicast(sender, skb, portid);
      return error || sent;
    }
    if (group === 0) this.#deps.skbs.consume(skb);
    return error;
  }

  /**
   * `netlink_set_err`: a message to a group could not even be made, which its members' next receive says.
   *
   * @param error - a negative errno
   */
  setError(sender: KernelSocket, group: number, error: number): void {
    for (const sock of this.#table(sender.protocol)?.listeners(sender.namespace, group) ?? []) {
      if (error !== -errno.ENOBUFS || !sock.noEnobufs) sock.fail(-error);
    }
  }

  /**
   * `netlink_rcv_skb`: hands each message of a datagram to the handler, and answers it.
   *
   * @param skb - what a kernel socket's input was given; stays the caller's
   */
  receive(skb: sk_buff, sender: RequestSocket, receiver: KernelSocket, handler: RequestHandler): void {
    this.#requests.receive(skb, sender, receiver, handler);
  }

  /** `netlink_ack`: an NLMSG_ERROR, with error 0 an acknowledgement. {@link receive} sends them by itself. */
  ack(request: NetlinkRequest, receiver: KernelSocket, error: number, extack: netlink_ext_ack | null): void {
    this.#acks.send(request, receiver, error, extack);
  }

  /**
   * `netlink_dump_start`: answers a request by a dump.
   *
   * @returns what the handler returns in turn: -EINTR when the dump started, which {@link receive} takes for "no answer is
   * due"; -EBUSY while the requester's socket has a dump already
   */
  dumpStart(request: NetlinkRequest, receiver: KernelSocket, control: DumpControl): number {
    return this.#dumps.start(request, control, receiver.protocol);
  }

  /** `netlink_change_ngroups`: never fewer than 32. */
  changeGroups(protocol: number, groups: number): void {
    this.#table(protocol)?.changeGroups(groups);
  }

  /** `__netlink_clear_multicast_users`: nobody is in the group any more. */
  clearMulticastUsers(protocol: number, group: number): void {
    const table = this.#table(protocol);
    for (const sock of table?.subscribers ?? []) table?.setMember(sock, group, false);
  }

  /** `netlink_add_tap`: -EINVAL for a device of another type than ARPHRD_NETLINK, -EBUSY when it is added already. */
  addTap(tap: netlink_tap): number {
    return this.#taps.add(tap);
  }

  /** `netlink_remove_tap`: -ENODEV when it is not added. */
  removeTap(tap: netlink_tap): number {
    return this.#taps.remove(tap);
  }

  /**
   * Watches what sockets receive.
   *
   * @param namespace - whose sockets; by default all
   */
  watch(clock: Clock, namespace: Net | undefined, options: NetlinkWatchOptions): NetlinkWatch {
    const watch = new NetlinkWatch(clock, namespace, options, (ended) => {
      this.#taps.unwatch(ended);
    });
    this.#taps.watch(watch);
    return watch;
  }

  /**
   * A server answers a protocol from now on. One that the kernel does not know exists from then on.
   *
   * @returns 0, -EPROTONOSUPPORT for no protocol, -ENOMEM
   */
  serve(server: NetlinkServer): number {
    const table = this.#table(server.protocol);
    if (table === undefined) return -errno.EPROTONOSUPPORT;
    const error = this.#servers.add(server, table.registered > 0);
    if (error === 0) table.changeGroups(Math.max(server.groups ?? 0, table.groups));
    return error;
  }

  /** A server answers no longer. */
  unserve(server: NetlinkServer): void {
    this.#servers.remove(server);
  }

  /** Whether a namespace has taps; without one, whether any has. */
  isTapped(namespace?: Net): boolean {
    return (namespace === undefined ? this.#taps.count : this.#taps.in(namespace).length) > 0;
  }

  /**
   * Shows the taps of a namespace a datagram as if a socket of it had got it: how a capture is played again.
   *
   * @returns 0 or -ENOMEM
   */
  replay(namespace: Net, protocol: number, bytes: Uint8Array): number {
    const skb = this.#deps.skbs.alloc(bytes.length);
    if (skb === null) return -errno.ENOMEM;
    skb.head?.bytes.set(bytes, skb_put(skb, bytes.length));
    this.#taps.deliver(namespace, protocol, skb, false);
    this.#deps.skbs.consume(skb);
    return 0;
  }

  /** How many copies for taps were lost because memory was short. */
  get lostTapCopies(): number {
    return this.#taps.lost;
  }

  /** How many sockets of user space exist. */
  get liveSockets(): number {
    return this.#sockets.size;
  }

  /** How many dumps are under way. */
  get liveDumps(): number {
    return this.#dumps.live;
  }

  /** How many taps are added. */
  get liveTaps(): number {
    return this.#taps.count;
  }

  /** The sockets of user space that exist, in the order in which they were made. */
  sockets(): NetlinkSocketInfo[] {
    return [...this.#sockets].map((sock) => ({
      protocol: sock.protocol,
      portid: sock.portid,
      namespace: sock.namespace,
      groups: sock.groups?.[0] ?? 0,
      rmem: sock.rmem,
      drops: sock.drops,
      dumping: sock.dump !== null,
      origin: sock.origin ?? undefined,
    }));
  }

  /** The sockets of a namespace that have a port id, by protocol, those of the kernel too: what Linux finds by hash. */
  hashed(namespace: Net): NetlinkSock[] {
    return this.#tables.flatMap((table) => table.socketsOf(namespace));
  }

  /**
   * The sockets of a namespace as sock_diag finds them, by protocol: those with a port id, then those in groups. From
   * net/netlink/diag.c:__netlink_diag_dump, which means to leave out of the latter who was in the former, and does not.
   */
  all(namespace: Net): NetlinkSock[] {
    return this.#tables.flatMap((table) => [
      ...table.socketsOf(namespace),
      ...table.subscribers.filter((sock) => sock.namespace === namespace),
    ]);
  }

  #table(protocol: number): NetlinkTable | undefined {
    return this.#tables[protocol];
  }

  /** Unlike Linux, where sockets keep their namespace, a namespace that is destroyed takes its sockets with it. */
  #exit(namespace: Net): void {
    for (const sock of this.#sockets) if (sock.namespace === namespace) this.release(sock);
    for (const table of this.#tables) {
      for (const sock of table.socketsOf(namespace)) this.release(sock);
      table.forget(namespace);
    }
    this.#taps.exit(namespace);
  }
}

/** The groups that a socket is in. */
function groupsOf(sock: NetlinkSock): number[] {
  return Array.from({ length: sock.ngroups }, (_, i) => i + 1).filter((group) => sock.isMember(group));
}
