import { AF_NETLINK, NETLINK_SOCK_DIAG, NLMSG_HDRLEN } from '@netdevkit/bindings';
import type { KernelSocket } from '../netlink/netlink-sock.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';

/** How questions about the sockets of a family are answered: `struct sock_diag_handler`. */
export interface DiagHandler {
  /** SOCK_DIAG_BY_FAMILY: 0 or a negative errno. */
  dump(request: NetlinkRequest, receiver: KernelSocket): number;
  /** SOCK_DESTROY; without it -EOPNOTSUPP. */
  destroy?(request: NetlinkRequest, receiver: KernelSocket): number;
}

/** `nlmsg_len`: how many octets follow the header of a message. */
export function payloadOf(request: NetlinkRequest): number {
  return request.length - NLMSG_HDRLEN;
}

/** By which name the module loader is asked for a handler: `sock_load_diag_module`. */
export function aliasOf(family: number, protocol = 0): string {
  const base = `net-pf-${String(AF_NETLINK)}-proto-${String(NETLINK_SOCK_DIAG)}-type-${String(family)}`;
  return protocol === 0 ? base : `${base}-${String(protocol)}`;
}
