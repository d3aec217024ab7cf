import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, seededRandom, type EmbeddedNetlinkSocket, type KernelOptions, type NetNamespace, type PacketSocket } from '@netdevkit/kernel';
import echo from '../src/index.ts';

/** A kernel that tracks leaks, with echo loadable; a client for each namespace. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  readonly #clients: IpRoute[] = [];

  constructor(options: KernelOptions = {}) {
    this.kernel = new Kernel({
      modules: [echo],
      trackLeaks: true,
      clock: new ManualClock(1_700_000_000),
      random: seededRandom(1),
      ...options,
    });
    this.ip = this.client(this.kernel.initialNamespace);
  }

  client(namespace: NetNamespace): IpRoute {
    const client = new IpRoute(() => this.route(namespace));
    this.#clients.push(client);
    return client;
  }

  route(namespace: NetNamespace = this.kernel.initialNamespace): EmbeddedNetlinkSocket {
    return this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace });
  }

  /** A packet socket on one device. */
  packets(name: string, protocol: number = ETH_P_ALL): PacketSocket {
    const { index } = this.ip.link.show(name);
    const socket = this.kernel.socket(AF_PACKET, SOCK_RAW, protocol);
    socket.bind({ ifindex: index });
    return socket;
  }

  /** Closes the clients, then the kernel, which throws when anything is left over. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }
}
