import type { CaptureEnd } from '@netdevkit/capture';
import { DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import { familyNames } from '../input/family-scan.ts';
import { MessageStream } from '../input/message-stream.ts';
import { Progress } from '../input/progress.ts';
import { readInput } from '../input/read-input.ts';
import type { Arbitrary } from './arbitrary.ts';
import { Normaliser } from './normaliser.ts';

/**
 * Reads a capture as normalised lines. The same capture gives the same lines each time.
 *
 * @param path - of the file
 * @param kept - what is arbitrary and to be compared all the same
 * @param take - takes the lines of each message, and where it stood
 * @returns how the capture ended
 * @throws Failure: it cannot be read
 */
export async function readLines(path: string, kept: ReadonlySet<Arbitrary>, take: (lines: string[], cursor: PacketCursor) => void): Promise<CaptureEnd | undefined> {
  const context = new DecodeContext({ families: [] });
  const normaliser = new Normaliser(kept);
  const lookAhead = familyNames(path);
  const stream = new MessageStream({
    context,
    needsSchemas: true,
    onPacket: (_packet, cursor) => {
      while (cursor.next()) take(normaliser.lines(cursor), cursor);
      return true;
    },
    ...(lookAhead === undefined ? {} : { lookAhead }),
  });
  using progress = Progress.of({ path, prints: false });
  return await readInput({ path, follow: false, signal: new AbortController().signal, progress }, stream);
}
