import {
  AF_INET,
  AF_INET6,
  AF_MAX,
  AF_NETLINK,
  AF_PACKET,
  AF_UNIX,
  DCCPDIAG_GETSOCK,
  NETLINK_SOCK_DIAG,
  NLMSG_HDRLEN,
  SKNLGRP_MAX,
  SOCK_DESTROY,
  SOCK_DIAG_BY_FAMILY,
  TCPDIAG_GETSOCK,
  sock_diag_req,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { Namespaces } from '../core/net-namespace.ts';
import type { KernelSocket, KernelSocketConfig } from '../netlink/netlink-sock.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { PernetSockets } from '../netlink/pernet-sockets.ts';
import type { PacketSockets } from '../packet/packet-sockets.ts';
import { aliasOf, payloadOf, type DiagHandler } from './diag-handler.ts';
import { InetDiag } from './inet-diag.ts';
import { NetlinkDiag } from './netlink-diag.ts';
import { PacketDiag } from './packet-diag.ts';
import { UnixDiag } from './unix-diag.ts';

/** What {@link SockDiag} stands on. */
export interface SockDiagDeps {
  readonly netlink: Netlink;
  readonly packets: PacketSockets;
  readonly namespaces: Namespaces;
  readonly modules: { request(alias: string): void };
}

/**
 * The NETLINK_SOCK_DIAG family, by which `ss` asks for sockets: net/core/sock_diag.c. Netlink and packet sockets are told;
 * of those of IPv4, IPv6 and UNIX there are none here.
 */
export class SockDiag {
  readonly #deps: SockDiagDeps;
  readonly #handlers: ReadonlyMap<number, DiagHandler>;
  readonly #inet: InetDiag;

  /** Namespaces are served that are made after this. */
  constructor(deps: SockDiagDeps) {
    const { netlink, packets, modules } = deps;
    this.#deps = deps;
    const inet = (this.#inet = new InetDiag(netlink, modules));
    this.#handlers = new Map<number, DiagHandler>([
      [AF_UNIX, new UnixDiag(netlink)],
      [AF_INET, inet],
      [AF_INET6, inet],
      [AF_NETLINK, new NetlinkDiag(netlink)],
      [AF_PACKET, new PacketDiag(netlink, packets)],
    ]);
    // From net/core/sock_diag.c:diag_net_init.
    const config: KernelSocketConfig = {
      groups: SKNLGRP_MAX,
      nonrootRecv: true,
      nonrootSend: false,
      input: (skb, sender, receiver) => {
        netlink.receive(skb, sender, receiver, (request) => this.#receive(request, receiver));
      },
    };
    new PernetSockets(deps, NETLINK_SOCK_DIAG, () => config);
  }

  // From net/core/sock_diag.c:sock_diag_rcv_msg.
  #receive(request: NetlinkRequest, receiver: KernelSocket): number {
    switch (request.type) {
      case TCPDIAG_GETSOCK:
      case DCCPDIAG_GETSOCK:
        return this.#inet.legacy(request, receiver);
      case SOCK_DIAG_BY_FAMILY:
      case SOCK_DESTROY:
        return this.#byFamily(request, receiver);
      default:
        return -errno.EINVAL;
    }
  }

  // From net/core/sock_diag.c:__sock_diag_cmd.
  #byFamily(request: NetlinkRequest, receiver: KernelSocket): number {
    if (payloadOf(request) < sock_diag_req.SIZE) return -errno.EINVAL;
    const family = sock_diag_req.sdiag_family(request.view, request.offset + NLMSG_HDRLEN);
    if (family >= AF_MAX) return -errno.EINVAL;
    const handler = this.#handlers.get(family);
    if (handler === undefined) {
      this.#deps.modules.request(aliasOf(family));
      return -errno.ENOENT;
    }
    if (request.type === SOCK_DIAG_BY_FAMILY) return handler.dump(request, receiver);
    return handler.destroy?.(request, receiver) ?? -errno.EOPNOTSUPP;
  }
}
