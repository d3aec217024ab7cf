import type { CaptureEnd } from '@netdevkit/capture';
import { DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import { familyNames } from '../input/family-scan.ts';
import { MessageStream } from '../input/message-stream.ts';
import { Progress } from '../input/progress.ts';
import { readInput } from '../input/read-input.ts';
import type { Normaliser } from './normaliser.ts';

/**
 * Reads a capture as normalised lines. The same capture gives the same lines each time.
 *
 * @param path - of the file
 * @param normaliser - makes the lines of each message
 * @param taken - told when it has made them, and where the message stood; gives whether to go on
 * @returns how the capture ended; `undefined` if it was not read to its end
 * @throws Failure: it cannot be read
 */
export async function readLines(path: string, normaliser: Normaliser, taken: (cursor: PacketCursor) => boolean): Promise<CaptureEnd | undefined> {
  const context = new DecodeContext({ families: [] });
  const lookAhead = familyNames(path);
  const stream = new MessageStream({
    context,
    needsSchemas: true,
    onPacket: (_packet, cursor) => {
      while (cursor.next()) {
        normaliser.add(cursor);
        if (!taken(cursor)) return false;
      }
      return true;
    },
    ...(lookAhead === undefined ? {} : { lookAhead }),
  });
  using progress = Progress.of({ path, prints: false });
  return await readInput({ path, follow: false, signal: new AbortController().signal, progress }, stream);
}
