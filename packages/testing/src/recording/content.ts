import { IFLA_NET_NS_FD, ifinfomsg, NETLINK_ROUTE, NETNSA_FD, NLMSG_ALIGNTO, NLMSG_HDRLEN, nlmsghdr, RTM_GETNSID, RTM_NEWLINK, RTM_NEWNSID, RTM_SETLINK, rtgenmsg } from '@netdevkit/bindings';
import { AttributeCursor } from '@netdevkit/netlink';

/**
 * What makes a request the same as another: everything but sequence number and port id, and the numbers of descriptors, of which a
 * program has others whenever it was started otherwise.
 */
export function contentOf(protocol: number, request: Uint8Array): string {
  // Not `slice`, which in a Buffer of Node shares the octets.
  const content = new Uint8Array(request);
  if (content.length >= NLMSG_HDRLEN) {
    const view = new DataView(content.buffer);
    nlmsghdr.set_nlmsg_seq(view, 0, 0);
    nlmsghdr.set_nlmsg_pid(view, 0, 0);
    if (protocol === NETLINK_ROUTE) forgetDescriptors(content, nlmsghdr.nlmsg_type(view, 0));
  }
  return `${String(protocol)}:${Buffer.from(content).toString('hex')}`;
}

/** Network namespaces are named by descriptors. */
function forgetDescriptors(content: Uint8Array, type: number): void {
  if (type >= RTM_NEWLINK && type <= RTM_SETLINK) forget(content, ifinfomsg.SIZE, IFLA_NET_NS_FD);
  else if (type >= RTM_NEWNSID && type <= RTM_GETNSID) forget(content, rtgenmsg.SIZE, NETNSA_FD);
}

function forget(content: Uint8Array, headerLength: number, attribute: number): void {
  const start = NLMSG_HDRLEN + ((headerLength + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1));
  if (start >= content.length) return;
  const cursor = new AttributeCursor();
  cursor.reset(content, start, content.length);
  while (cursor.next()) if (cursor.type === attribute) cursor.octets().fill(0);
}
