// A program that decodes routes and nothing else: what it is bundled to must have nothing of other families.
import { DecodeContext, JsonLineWriter, PacketCursor } from '@netdevkit/netlink';
import { rtRoute } from '@netdevkit/netlink/families/rt-route';

/** Routes of a datagram of rtnetlink, a line of JSON for each message. */
export function routes(bytes: Uint8Array): string {
  const context = new DecodeContext({ families: [rtRoute] });
  const cursor = new PacketCursor(context);
  const lines = new JsonLineWriter(context);
  cursor.reset({ protocol: 0, bytes });
  while (cursor.next()) lines.write(cursor);
  return new TextDecoder().decode(lines.bytes);
}
