import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_VERSION,
  CTRL_CMD_NEWFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  GENL_NAMSIZ,
  NETLINK_GENERIC,
  NLMSG_HDRLEN,
  genlmsghdr,
} from '@netdevkit/bindings';
import { netlinkPayload, type GenericFamily, type GenericGroup } from '@netdevkit/capture';
import { readCaptureFile } from '@netdevkit/capture/node';
import { AttributeCursor, attributesOf, MessageCursor } from '@netdevkit/netlink';
import { fileFailure } from '../failure.ts';
import { isRegular } from './files.ts';

/** More than any family has, and few enough for one message. */
const MAX_GROUPS = 1024;

/**
 * Reads a capture for what the controller of generic netlink says of families, and for nothing else.
 *
 * @param path - of the file
 * @returns the families by number; of two with one number the first
 * @throws Failure: the file cannot be read
 */
export async function scanFamilies(path: string): Promise<ReadonlyMap<number, GenericFamily>> {
  const found = new Map<number, GenericFamily>();
  const cursor = new MessageCursor();
  const read = readCaptureFile(path, {
    packet: ({ linkType, bytes, offset, length }) => {
      const payload = netlinkPayload(linkType, bytes, offset, length);
      if (payload?.protocol !== NETLINK_GENERIC) return;
      cursor.reset(bytes, payload.offset, payload.offset + payload.length);
      while (cursor.next()) {
        const family = familyIn(cursor);
        if (family !== undefined && !found.has(family.id)) found.set(family.id, family);
      }
    },
  });
  await read.catch((error: unknown) => {
    throw fileFailure(`read ${path}`, error);
  });
  return found;
}

/**
 * What gives the names of generic families that a capture tells further on.
 *
 * @param path - of the file
 * @returns `undefined` for what cannot be read twice
 */
export function familyNames(path: string): (() => Promise<ReadonlyMap<number, string>>) | undefined {
  if (!isRegular(path)) return undefined;
  return async () => new Map([...(await scanFamilies(path))].map(([id, { name }]) => [id, name]));
}

/**
 * The family that a message announces.
 *
 * @param message - of generic netlink
 * @returns `undefined` if it announces none, or one that cannot be
 */
export function familyIn(message: MessageCursor): GenericFamily | undefined {
  if (message.type !== GENL_ID_CTRL || message.length < NLMSG_HDRLEN + GENL_HDRLEN) return undefined;
  if (genlmsghdr.cmd(message.view, message.offset + NLMSG_HDRLEN) !== CTRL_CMD_NEWFAMILY) return undefined;
  let id = 0;
  let name = '';
  const more: { version?: number; hdrsize?: number; maxattr?: number; groups?: readonly GenericGroup[] } = {};
  const attributes = attributesOf(message, GENL_HDRLEN);
  while (attributes.next()) {
    switch (attributes.type) {
      case CTRL_ATTR_FAMILY_ID:
        id = attributes.u16() ?? 0;
        break;
      case CTRL_ATTR_FAMILY_NAME:
        name = attributes.string();
        break;
      case CTRL_ATTR_VERSION:
        more.version = attributes.u32() ?? 1;
        break;
      case CTRL_ATTR_HDRSIZE:
        more.hdrsize = attributes.u32() ?? 0;
        break;
      case CTRL_ATTR_MAXATTR:
        more.maxattr = attributes.u32() ?? 0;
        break;
      case CTRL_ATTR_MCAST_GROUPS:
        more.groups = groupsIn(attributes);
        break;
      default:
    }
  }
  return id > 0 && isName(name) ? { id, name, ...more } : undefined;
}

function groupsIn(list: AttributeCursor): GenericGroup[] {
  const groups: GenericGroup[] = [];
  const nest = new AttributeCursor();
  const members = new AttributeCursor();
  list.enter(nest);
  while (groups.length < MAX_GROUPS && nest.next()) {
    let id: number | undefined;
    let name = '';
    nest.enter(members);
    while (members.next()) {
      if (members.type === CTRL_ATTR_MCAST_GRP_ID) id = members.u32();
      else if (members.type === CTRL_ATTR_MCAST_GRP_NAME) name = members.string();
    }
    if (id !== undefined && isName(name)) groups.push({ id, name });
  }
  return groups;
}

/** Whether the kernel could have given a name so; what is longer, or empty, cannot be written again either. */
function isName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) < GENL_NAMSIZ;
}
