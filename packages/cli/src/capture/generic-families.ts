import {
  AF_NETLINK,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_VERSION,
  CTRL_CMD_GETFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  SOCK_RAW,
  genlmsghdr,
} from '@netdevkit/bindings';
import type { GenericFamily, GenericGroup } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import { Requester } from '@netdevkit/iproute';
import type { Host, HostNamespace } from '@netdevkit/linux';
import { AttributeCursor, attributesOf, type Message, type NetlinkSocket } from '@netdevkit/netlink';

/**
 * The generic families of a kernel.
 *
 * @param open - opens a NETLINK_GENERIC socket
 * @throws KernelError: what the kernel answered
 */
export function genericFamilies(open: () => NetlinkSocket): GenericFamily[] {
  using requester = new Requester(open);
  return requester.dump({
    op: 'CTRL_CMD_GETFAMILY',
    type: GENL_ID_CTRL,
    answerType: GENL_ID_CTRL,
    encode(writer) {
      const at = writer.reserve(GENL_HDRLEN);
      genlmsghdr.set_cmd(writer.view, at, CTRL_CMD_GETFAMILY);
      genlmsghdr.set_version(writer.view, at, 1);
    },
    accept: readFamily,
  });
}

/**
 * The generic families of the host's kernel; none where it has no generic netlink.
 *
 * @param host - the kernel
 * @param namespace - where to ask
 */
export function familiesOf(host: Host, namespace: HostNamespace | undefined): GenericFamily[] {
  try {
    return genericFamilies(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC, namespace === undefined ? {} : { namespace }));
  } catch (error) {
    if (isKernelError(error, 'EPROTONOSUPPORT')) return [];
    throw error;
  }
}

/** A family that a message of the controller tells of; `undefined` if it does not. */
export function readFamily(message: Message): GenericFamily | undefined {
  const cursor = attributesOf(message, GENL_HDRLEN);
  let id: number | undefined;
  let name: string | undefined;
  let [version, hdrsize, maxattr] = [1, 0, 0];
  const groups: GenericGroup[] = [];
  while (cursor.next()) {
    switch (cursor.type) {
      case CTRL_ATTR_FAMILY_ID:
        id = cursor.u16();
        break;
      case CTRL_ATTR_FAMILY_NAME:
        name = cursor.string();
        break;
      case CTRL_ATTR_VERSION:
        version = cursor.u32() ?? version;
        break;
      case CTRL_ATTR_HDRSIZE:
        hdrsize = cursor.u32() ?? hdrsize;
        break;
      case CTRL_ATTR_MAXATTR:
        maxattr = cursor.u32() ?? maxattr;
        break;
      case CTRL_ATTR_MCAST_GROUPS:
        groups.push(...groupsOf(cursor));
        break;
    }
  }
  return id === undefined || name === undefined ? undefined : { id, name, version, hdrsize, maxattr, groups };
}

function groupsOf(family: AttributeCursor): GenericGroup[] {
  const groups: GenericGroup[] = [];
  const list = new AttributeCursor();
  const entry = new AttributeCursor();
  family.enter(list);
  while (list.next()) {
    let id: number | undefined;
    let name = '';
    list.enter(entry);
    while (entry.next()) {
      if (entry.type === CTRL_ATTR_MCAST_GRP_ID) id = entry.u32();
      else if (entry.type === CTRL_ATTR_MCAST_GRP_NAME) name = entry.string();
    }
    if (id !== undefined) groups.push({ id, name });
  }
  return groups;
}
