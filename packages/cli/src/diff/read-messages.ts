import type { CaptureEnd } from '@netdevkit/capture';
import { DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import { familyNames } from '../input/family-scan.ts';
import { MessageStream } from '../input/message-stream.ts';
import { Progress } from '../input/progress.ts';
import { readInput } from '../input/read-input.ts';

/**
 * Reads the messages of a capture, and what is none. The same capture gives the same each time.
 *
 * @param path - of the file
 * @param visit - is told of each; gives whether to go on
 * @returns how the capture ended; `undefined` if it was not read to its end
 * @throws Failure: it cannot be read
 */
export async function readMessages(path: string, visit: (cursor: PacketCursor) => boolean): Promise<CaptureEnd | undefined> {
  const context = new DecodeContext({ families: [] });
  const lookAhead = familyNames(path);
  const stream = new MessageStream({
    context,
    needsSchemas: true,
    onPacket: (_packet, cursor) => {
      while (cursor.next()) if (!visit(cursor)) return false;
      return true;
    },
    ...(lookAhead === undefined ? {} : { lookAhead }),
  });
  using progress = Progress.of({ path, prints: false });
  return await readInput({ path, follow: false, signal: new AbortController().signal, progress, isFrugal: true }, stream);
}
