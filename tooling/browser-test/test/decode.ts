// What both the page and the test run: a capture, decoded by all schemas, each loaded when it is needed.
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { DecodeContext, FamilyLoader, JsonLineWriter, PacketCursor, type FormCompiler, type Packet } from '@netdevkit/netlink';

/** What a capture decodes to: how many messages and octets of JSON lines, a hash of them all, and the last. */
export interface DecodedCapture {
  readonly messages: number;
  readonly octets: number;
  readonly hash: number;
  readonly last: string;
}

/** Decodes a capture, perhaps by code that is made at run time. */
export async function decodeCapture(bytes: Uint8Array, compiler?: FormCompiler): Promise<DecodedCapture> {
  const packets: Packet[] = [];
  const reader = new CaptureReader({
    packet: ({ seconds, nanoseconds, linkType, bytes: octets, offset, length }) => {
      const found = netlinkPayload(linkType, octets, offset, length);
      if (found === undefined) return;
      // The reader's buffer is its own.
      const own = octets.slice(found.offset, found.offset + found.length);
      packets.push({ protocol: found.protocol, frame: packets.length + 1, seconds, nanoseconds, bytes: own });
    },
  });
  reader.feed(bytes);
  reader.end();
  const context = new DecodeContext({ families: [], ...(compiler === undefined ? {} : { compiler }) });
  const loader = new FamilyLoader(context);
  const cursor = new PacketCursor(context);
  const lines = new JsonLineWriter(context);
  let messages = 0;
  let octets = 0;
  let hash = 0x811c9dc5;
  let last = new Uint8Array(0);
  for (const packet of packets) {
    while (!loader.isReady(packet)) await loader.load();
    cursor.reset(packet);
    lines.clear();
    for (; cursor.next(); messages++) lines.write(cursor);
    octets += lines.bytes.length;
    // FNV-1a.
    for (const octet of lines.bytes) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
    if (lines.bytes.length > 0) last = lines.bytes.slice();
  }
  return { messages, octets, hash, last: new TextDecoder().decode(last).trimEnd().split('\n').at(-1) ?? '' };
}
