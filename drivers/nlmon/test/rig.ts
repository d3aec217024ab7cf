import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions, type NetNamespace, type PacketSocket } from '@netdevkit/kernel';
import nlmon from '../src/index.ts';

/** A kernel that tracks leaks, with nlmon loadable; a client for each namespace. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  readonly #clients: IpRoute[] = [];

  constructor(options: KernelOptions = {}) {
    this.kernel = new Kernel({ modules: [nlmon], trackLeaks: true, clock: new ManualClock(1_700_000_000), ...options });
    this.ip = this.client(this.kernel.initialNamespace);
  }

  client(namespace: NetNamespace): IpRoute {
    const client = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    this.#clients.push(client);
    return client;
  }

  /** A packet socket on every device of a namespace, or on one. */
  packets(ifindex?: number, namespace: NetNamespace = this.kernel.initialNamespace): PacketSocket {
    const socket = this.kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL, { namespace });
    if (ifindex !== undefined) socket.bind({ ifindex });
    return socket;
  }

  /** What the module list says of nlmon: how often it is pinned, or `undefined` when it is not loaded. */
  get pinned(): number | undefined {
    return this.kernel.lsmod().find(({ name }) => name === 'nlmon')?.refcnt;
  }

  /** Closes the clients, then the kernel, which throws when anything is left over. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }
}

/** What is looked at of a captured message. */
export interface Seen {
  readonly ifindex: number;
  readonly protocol: number;
  readonly pktType: number;
  /** `nlmsg_type`. */
  readonly type: number;
  readonly length: number;
}

/** The packets that a socket has captured so far. */
export function drain(socket: PacketSocket): Seen[] {
  const seen: Seen[] = [];
  socket.drain((bytes, offset, length, { ifindex, protocol, pktType }) => {
    const type = length >= 6 ? (bytes[offset + 4] ?? 0) + ((bytes[offset + 5] ?? 0) << 8) : -1;
    seen.push({ ifindex, protocol, pktType, type, length });
  });
  return seen;
}
