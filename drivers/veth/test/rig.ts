import {
  AF_NETLINK,
  AF_PACKET,
  ETH_P_ALL,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  ifinfomsg,
  NETLINK_ROUTE,
  SOCK_RAW,
  VETH_INFO_PEER,
} from '@netdevkit/bindings';
import { IpRoute, type LinkSpec } from '@netdevkit/iproute';
import type { MessageWriter } from '@netdevkit/netlink';
import { Kernel, ManualClock, seededRandom, type EmbeddedNetlinkSocket, type KernelOptions, type NetNamespace, type PacketSocket } from '@netdevkit/kernel';
import veth from '../src/index.ts';

/** What the other end is to be. */
export interface PeerSpec {
  readonly name?: string;
  readonly index?: number;
  readonly address?: Uint8Array;
  readonly mtu?: number;
  readonly netnsFd?: number;
  readonly up?: boolean;
}

/** Writes VETH_INFO_PEER. */
function putPeer(writer: MessageWriter, peer: PeerSpec): void {
  const nest = writer.nestStart(VETH_INFO_PEER);
  const at = writer.reserve(ifinfomsg.SIZE);
  ifinfomsg.set_ifi_index(writer.view, at, peer.index ?? 0);
  if (peer.up === true) {
    ifinfomsg.set_ifi_flags(writer.view, at, IFF_UP);
    ifinfomsg.set_ifi_change(writer.view, at, IFF_UP);
  }
  if (peer.name !== undefined) writer.putString(IFLA_IFNAME, peer.name);
  if (peer.address !== undefined) writer.putBytes(IFLA_ADDRESS, peer.address);
  if (peer.mtu !== undefined) writer.putU32(IFLA_MTU, peer.mtu);
  if (peer.netnsFd !== undefined) writer.putU32(IFLA_NET_NS_FD, peer.netnsFd);
  writer.nestEnd(nest);
}

/** A kernel that tracks leaks, with veth loadable; a client for each namespace. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  readonly #clients: IpRoute[] = [];

  constructor(options: KernelOptions = {}) {
    this.kernel = new Kernel({
      modules: [veth],
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
  packets(name: string, protocol: number = ETH_P_ALL, namespace: NetNamespace = this.kernel.initialNamespace): PacketSocket {
    using client = new IpRoute(() => this.route(namespace));
    const { index } = client.link.show(name);
    const socket = this.kernel.socket(AF_PACKET, SOCK_RAW, protocol, { namespace });
    socket.bind({ ifindex: index });
    return socket;
  }

  /** Makes a pair, `v0` and `v1`. */
  pair(spec: Partial<LinkSpec> = {}, peer: PeerSpec = { name: 'v1' }): void {
    this.ip.link.add({ kind: 'veth', name: 'v0', ...spec, data: (writer) => void putPeer(writer, peer) });
  }

  /** Closes the clients, then the kernel, which throws when anything is left over. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }
}
