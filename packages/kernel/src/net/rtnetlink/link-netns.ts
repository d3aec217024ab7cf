import { IFLA_NET_NS_FD, IFLA_NET_NS_PID, IFLA_TARGET_NETNSID } from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { AttributeTable } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { RequestSocket } from '../netlink/netlink-types.ts';
import { refuse } from './link-request.ts';

/**
 * Refuses requests that name more than one other namespace. From net/core/rtnetlink.c:rtnl_ensure_unique_netns.
 *
 * @param numberOnly - whether only a number may name it, not a process or descriptor
 */
export function ensureUniqueNetns(tb: AttributeTable, numberOnly: boolean, extack: netlink_ext_ack): number {
  const pid = tb.has(IFLA_NET_NS_PID);
  const fd = tb.has(IFLA_NET_NS_FD);
  if (numberOnly) {
    return pid || fd ? refuse(extack, 'EOPNOTSUPP', 'specified netns attribute not supported') : 0;
  }
  const count = Number(pid) + Number(fd) + Number(tb.has(IFLA_TARGET_NETNSID));
  return count > 1 ? refuse(extack, 'EINVAL', 'multiple netns identifying attributes specified') : 0;
}

/** The namespace that a request is to end up in. From net/core/rtnetlink.c:rtnl_link_get_net_capable. */
export function netOfLink(namespaces: Namespaces, source: Net, tb: AttributeTable, socket: RequestSocket): Net | number {
  const target = namedNet(namespaces, source, tb);
  if (typeof target === 'number') return target;
  return socket.credentials.netAdmin ? target : -errno.EPERM;
}

/** The namespace with this number. From net/core/rtnetlink.c:rtnl_get_net_ns_capable. */
export function netByNsid(source: Net, nsid: number, socket: RequestSocket): Net | number {
  const target = source.nsids.get(nsid);
  if (target === undefined) return -errno.EINVAL;
  return socket.credentials.netAdmin ? target : -errno.EACCES;
}

/** The namespace that a read is of: the socket's own unless the request has a number. */
export function targetNet(source: Net, tb: AttributeTable, socket: RequestSocket): Net | number {
  const nsid = tb.s32(IFLA_TARGET_NETNSID);
  return nsid === undefined ? source : netByNsid(source, nsid, socket);
}

/** The namespace that attributes name, else the one that they came from. From net/core/rtnetlink.c:rtnl_link_get_net_by_nlattr. */
export function namedNet(namespaces: Namespaces, source: Net, tb: AttributeTable): Net | number {
  const pid = tb.u32(IFLA_NET_NS_PID);
  if (pid !== undefined) return namespaces.byProcess(pid);
  const fd = tb.u32(IFLA_NET_NS_FD);
  if (fd !== undefined) return namespaces.byDescriptor(fd);
  const nsid = tb.s32(IFLA_TARGET_NETNSID);
  if (nsid === undefined) return source;
  return source.nsids.get(nsid) ?? -errno.EINVAL;
}
