import { CTRL_CMD_NEWFAMILY, GENL_HDRLEN, GENL_ID_CTRL, NETLINK_GENERIC, NLMSG_HDRLEN, genlmsghdr } from '@netdevkit/bindings';
import { netlinkPayload, type GenericFamily } from '@netdevkit/capture';
import { readCaptureFile } from '@netdevkit/capture/node';
import { MessageCursor } from '@netdevkit/netlink';
import { fileFailure } from '../failure.ts';
import { familyIn } from './family-message.ts';
import { isRegular } from './files.ts';

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
        const family = announces(cursor) ? familyIn(cursor) : undefined;
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

function announces({ type, length, view, offset }: MessageCursor): boolean {
  return type === GENL_ID_CTRL && length >= NLMSG_HDRLEN + GENL_HDRLEN && genlmsghdr.cmd(view, offset + NLMSG_HDRLEN) === CTRL_CMD_NEWFAMILY;
}
