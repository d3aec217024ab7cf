import { IFF_UP, SOCK_DGRAM, SOCK_RAW } from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Devices } from '../core/dev.ts';
import type { FilterContext } from '../core/filter-load.ts';
import type { Transmit } from '../core/dev-xmit.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { Credentials } from '../core/sock.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import { flushMemberships } from './packet-membership.ts';
import { PacketSock } from './packet-sock.ts';
import { PacketSocket, type PacketSocketDeps } from './packet-socket.ts';

/** What {@link PacketSockets} stands on. */
export interface PacketSocketsDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly devices: Devices;
  readonly namespaces: Namespaces;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly faults: Faults;
  /** What sockets' filters may know. */
  readonly filters: FilterContext;
  /**
   * Whether to remember where each socket was made.
   *
   * @defaultValue false
   */
  readonly track?: boolean;
}

/** A packet socket that exists, as a line of `/proc/net/packet` shows it. */
export interface PacketSocketInfo {
  readonly protocol: number;
  readonly ifindex: number;
  readonly namespace: Net;
  /** Octets of receive memory in use. */
  readonly rmem: number;
  /** Where it was made, when the kernel tracks leaks. */
  readonly origin: Error | undefined;
}

/**
 * The packet sockets of a kernel: net/packet/af_packet.c.
 */
export class PacketSockets {
  readonly #deps: PacketSocketsDeps;
  readonly #socketDeps: PacketSocketDeps;
  readonly #sockets = new Set<PacketSock>();

  /** Namespaces are served that are made after this. */
  constructor(deps: PacketSocketsDeps) {
    const { skbs, xmit, devices, rtnl } = deps;
    this.#deps = deps;
    this.#socketDeps = {
      skbs,
      xmit,
      devices,
      rtnl,
      bind: (sock, protocol, ifindex) => this.#bind(sock, protocol, ifindex),
      release: (sock) => {
        this.#release(sock);
      },
    };
    deps.namespaces.register({
      init: () => 0,
      exit: (namespace) => {
        for (const sock of this.#sockets) if (sock.namespace === namespace) this.#release(sock);
      },
    });
    deps.chain.register((event, dev) => {
      this.#notified(event, dev);
      return 0;
    });
  }

  /** How many sockets exist. */
  get live(): number {
    return this.#sockets.size;
  }

  /** The sockets that exist, in the order in which they were made. */
  sockets(): PacketSocketInfo[] {
    return [...this.#sockets].map(({ num, ifindex, namespace, rmem, origin }) => ({
      protocol: num,
      ifindex,
      namespace,
      rmem,
      origin: origin ?? undefined,
    }));
  }

  /** The sockets of a namespace, the oldest first. */
  of(namespace: Net): PacketSock[] {
    return [...this.#sockets].filter((sock) => sock.namespace === namespace);
  }

  /**
   * `socket(AF_PACKET, type, htons(protocol))`.
   *
   * @param protocol - an ethertype or ETH_P_ALL, host order: packets of every device come at once; 0: none before binding
   * @returns the socket; -EPERM without CAP_NET_RAW, -ESOCKTNOSUPPORT, -ENOBUFS
   */
  socket(namespace: Net, type: number, protocol: number, credentials: Credentials): PacketSocket | number {
    if (!(credentials.netRaw ?? credentials.netAdmin)) return -errno.EPERM;
    if (type !== SOCK_DGRAM && type !== SOCK_RAW) return -errno.ESOCKTNOSUPPORT;
    if (this.#deps.faults.shouldFail('packet_sock')) return -errno.ENOBUFS;
    const sock = new PacketSock(namespace, type, protocol, credentials, this.#deps);
    if (this.#deps.track === true) sock.origin = new Error('packet socket made here');
    this.#sockets.add(sock);
    sock.hook(protocol & 0xffff, null, 0);
    if (sock.num !== 0) this.#run(sock);
    return new PacketSocket(sock, this.#socketDeps);
  }

  /** `packet_do_bind`. */
  #bind(sock: PacketSock, wanted: number, ifindex: number): number {
    const protocol = (wanted & 0xffff) || sock.num;
    const dev = ifindex === 0 ? null : (sock.namespace.byIndex(ifindex) ?? undefined);
    if (dev === undefined) return -errno.ENODEV;
    if (sock.num === protocol && sock.dev === dev) return 0;
    this.#rest(sock);
    sock.hook(protocol, dev, ifindex);
    if (protocol === 0) return 0;
    if (dev === null || (dev.flags & IFF_UP) !== 0) this.#run(sock);
    else sock.fail(errno.ENETDOWN);
    return 0;
  }

  /** `packet_release`. */
  #release(sock: PacketSock): void {
    if (sock.closed) return;
    const { rtnl, devices, skbs } = this.#deps;
    sock.closed = true;
    this.#sockets.delete(sock);
    this.#rest(sock);
    rtnl.lock();
    flushMemberships(sock, devices);
    rtnl.unlock();
    sock.hook(0, null, 0);
    sock.purge(skbs);
    sock.waiters.wake();
  }

  /** `packet_notifier`. */
  #notified(event: netdev_cmd, dev: net_device): void {
    if (event !== NETDEV_EVENT.UP && event !== NETDEV_EVENT.DOWN && event !== NETDEV_EVENT.UNREGISTER) return;
    for (const sock of this.#sockets) {
      if (sock.namespace !== dev.nd_net) continue;
      if (event === NETDEV_EVENT.UNREGISTER) flushMemberships(sock, this.#deps.devices, dev);
      if (sock.ifindex !== dev.ifindex) continue;
      if (event === NETDEV_EVENT.UP) {
        if (sock.num !== 0) this.#run(sock);
        continue;
      }
      if (sock.running) {
        this.#rest(sock);
        sock.fail(errno.ENETDOWN);
      }
      if (event === NETDEV_EVENT.UNREGISTER) sock.hook(sock.num, null, -1);
    }
  }

  /** `register_prot_hook`: packets come. */
  #run(sock: PacketSock): void {
    if (sock.running) return;
    sock.running = true;
    this.#deps.xmit.addPacketHandler(sock);
  }

  /** `unregister_prot_hook`: none come any more. */
  #rest(sock: PacketSock): void {
    if (!sock.running) return;
    sock.running = false;
    this.#deps.xmit.removePacketHandler(sock);
  }
}
