import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_VERSION,
  GENL_HDRLEN,
  GENL_NAMSIZ,
} from '@netdevkit/bindings';
import type { GenericFamily, GenericGroup } from '@netdevkit/capture';
import { AttributeCursor, attributesOf, type Message, type MessageCursor } from '@netdevkit/netlink';

/** More than any family has, and few enough for one message. */
const MAX_GROUPS = 1024;

/**
 * The family that a message tells of.
 *
 * @param message - of the controller of generic netlink
 * @returns `undefined` if it tells of none, or of one that cannot be
 */
export function familyIn(message: Message | MessageCursor): GenericFamily | undefined {
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
