import { IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_NET_NS_FD, ifinfomsg, NETLINK_ROUTE, NETNSA_FD, NLMSG_ALIGNTO, NLMSG_HDRLEN, nlmsghdr, RTM_GETNSID, RTM_NEWLINK, RTM_NEWNSID, RTM_SETLINK, rtgenmsg, VETH_INFO_PEER } from '@netdevkit/bindings';
import { AttributeCursor } from '@netdevkit/netlink';

/** Kinds of links with another end, which VETH_INFO_PEER describes, or what has its number: for other kinds that means something else. */
const PAIRS: readonly string[] = ['veth', 'vxcan', 'netkit'];

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

/** Network namespaces are named by descriptors, those of a link's other end, too. */
function forgetDescriptors(content: Uint8Array, type: number): void {
  const cursor = new AttributeCursor();
  const from = (headerLength: number): void => {
    cursor.reset(content, Math.min(NLMSG_HDRLEN + padded(headerLength), content.length));
  };
  if (type >= RTM_NEWLINK && type <= RTM_SETLINK) {
    from(ifinfomsg.SIZE);
    forgetOfLink(cursor);
  } else if (type >= RTM_NEWNSID && type <= RTM_GETNSID) {
    from(rtgenmsg.SIZE);
    while (cursor.next()) if (cursor.type === NETNSA_FD) cursor.octets().fill(0);
  }
}

function forgetOfLink(cursor: AttributeCursor): void {
  while (cursor.next()) {
    if (cursor.type === IFLA_NET_NS_FD) cursor.octets().fill(0);
    else if (cursor.type === IFLA_LINKINFO) forgetOfPeer(cursor);
  }
}

function forgetOfPeer(linkinfo: AttributeCursor): void {
  const [info, data, peer] = [new AttributeCursor(), new AttributeCursor(), new AttributeCursor()];
  let kind: string | undefined;
  linkinfo.enter(info);
  while (info.next()) {
    if (info.type === IFLA_INFO_KIND) kind = info.string();
    if (info.type !== IFLA_INFO_DATA || kind === undefined || !PAIRS.includes(kind)) continue;
    info.enter(data);
    while (data.next()) {
      if (data.type !== VETH_INFO_PEER || data.length < ifinfomsg.SIZE) continue;
      peer.reset(data.bytes, data.offset + ifinfomsg.SIZE, data.offset + data.length);
      forgetOfLink(peer);
    }
  }
}

function padded(size: number): number {
  return (size + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1);
}
