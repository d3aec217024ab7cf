import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { DecodeContext, PacketCursor, decode, encode, layoutOf } from '@netdevkit/netlink';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { everySchema } from './decoding.ts';
import { capturePath, type Golden } from './golden.ts';

/** What came of encoding what was decoded. */
export interface RoundTrip {
  /** How many messages there were to try. */
  messages: number;
  /** How many are the same without a layout. */
  plain: number;
  /** How many need their payload as octets: they are cut off, or malformed as a whole. */
  opaque: number;
  /** Messages that do not come back: the number of the frame, and what is wrong. */
  readonly lost: string[];
}

/**
 * Decodes all messages of a capture and encodes them again.
 *
 * @param golden - the capture
 * @param seen - messages that need not be tried again: those that are new are added, whatever their sequence number and port
 */
export function roundTrip(golden: Golden, seen?: Set<string>): RoundTrip {
  const result: RoundTrip = { messages: 0, plain: 0, opaque: 0, lost: [] };
  const context = new DecodeContext({ families: everySchema });
  const cursor = new PacketCursor(context);
  let frame = 0;
  const reader = new CaptureReader({
    packet: ({ linkType, bytes, offset, length }) => {
      frame++;
      const found = netlinkPayload(linkType, bytes, offset, length);
      if (found === undefined) return;
      cursor.reset({ protocol: found.protocol, frame, bytes: bytes.slice(found.offset, found.offset + found.length) });
      while (cursor.next()) if (cursor.isMessage && isNew(cursor, seen)) tryMessage(cursor, result, frame);
    },
  });
  reader.feed(gunzipSync(readFileSync(capturePath(golden))));
  reader.end();
  return result;
}

/** Where `nlmsg_seq` and `nlmsg_pid` stand. */
const NUMBERS = { from: 8, to: 16 } as const;

function isNew({ context, bytes, offset, length }: PacketCursor, seen: Set<string> | undefined): boolean {
  if (seen === undefined) return true;
  const octets = Buffer.from(bytes.subarray(offset, offset + length));
  octets.fill(0, NUMBERS.from, Math.min(NUMBERS.to, octets.length));
  const key = `${String(context.protocol)} ${octets.toString('latin1')}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function tryMessage(cursor: PacketCursor, result: RoundTrip, frame: number): void {
  const { context, bytes, offset, length } = cursor;
  const layout = layoutOf(cursor, context);
  result.messages++;
  if (Object.keys(layout).length === 0) result.plain++;
  if (layout.payload !== undefined) result.opaque++;
  const again = encode(decode(cursor, context), context, layout);
  if (Buffer.compare(again, bytes.subarray(offset, offset + length)) !== 0) result.lost.push(`${String(frame)} at ${String(offset)}`);
}
