import { IFLA_AF_SPEC, IFLA_BRIDGE_FLAGS, IFLA_BRIDGE_MODE, IFLA_EXT_MASK, IFLA_MAX, ifinfomsg, NLMSG_HDRLEN, RTM_SETLINK } from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { hasHeaderValues } from './inet6-link-messages.ts';
import { IFLA_POLICY } from './link-policy.ts';
import { refuse } from './link-request.ts';

/**
 * RTM_GETLINK of bridges' ports, as a dump: there are none. From net/core/rtnetlink.c:rtnl_bridge_getlink.
 */
export function dumpBridgeLinks(_chunk: MessageWriter, { request, strictCheck, extack }: DumpCallback): number {
  const table = new AttributeTable(IFLA_MAX);
  if (strictCheck) {
    if (request.length < NLMSG_HDRLEN + ifinfomsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for bridge link dump');
    if (hasHeaderValues(request)) return refuse(extack, 'EINVAL', 'Invalid values in header for bridge link dump request');
  }
  const mode = strictCheck ? Validation.DEPRECATED_STRICT : Validation.LIBERAL;
  const error = parseMessageAttributes(table, request, 0, ifinfomsg.SIZE, IFLA_POLICY, mode, extack);
  // From net/core/rtnetlink.c:rtnl_bridge_getlink: what cannot be read is an error to the strict alone.
  if (error < 0) return strictCheck ? error : 0;
  for (let type = 1; type <= IFLA_MAX && strictCheck; type++) {
    if (table.has(type) && type !== IFLA_EXT_MASK) return refuse(extack, 'EINVAL', 'Unsupported attribute in bridge link dump request');
  }
  return 0;
}

/**
 * RTM_SETLINK and RTM_DELLINK of bridges' ports: no device here is one. From net/core/rtnetlink.c:rtnl_bridge_setlink.
 */
export function changeBridgeLink(request: NetlinkRequest, extack: netlink_ext_ack): number {
  const { type, view, bytes, offset, length, namespace } = request;
  if (length < NLMSG_HDRLEN + ifinfomsg.SIZE) return -errno.EINVAL;
  const header = offset + NLMSG_HDRLEN;
  if (namespace.byIndex(ifinfomsg.ifi_index(view, header)) === undefined) return refuse(extack, 'ENODEV', 'unknown ifindex');
  const cursor = new AttributeCursor();
  cursor.reset(bytes, header + ifinfomsg.SIZE, offset + length);
  while (cursor.next()) {
    if (cursor.type !== IFLA_AF_SPEC) continue;
    const inside = new AttributeCursor();
    cursor.enter(inside);
    while (inside.next()) {
      const isNumber = inside.type === IFLA_BRIDGE_FLAGS || (inside.type === IFLA_BRIDGE_MODE && type === RTM_SETLINK);
      if (isNumber && inside.length < 2) return -errno.EINVAL;
    }
    break;
  }
  return -errno.EOPNOTSUPP;
}
