import { CaptureReader, netlinkPayload, type PacketView } from '@netdevkit/capture';
import { DecodeContext, PacketCursor, decodeStep, spotsOf, type DecodedLine, type DecodedMessage, type Spot } from '@netdevkit/netlink';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { everySchema } from './decoding.ts';

/** A message, or octets that are none, with everything that the decoder says of it. */
export interface SeenMessage {
  /** What it decodes to. */
  readonly decoded: DecodedLine | DecodedMessage;
  /** Where it starts in its packet. */
  readonly offset: number;
  /** Octets of it that there are; 0 for what is no message. */
  readonly length: number;
  /** Where its parts stand in the packet. */
  readonly spots: readonly Spot[];
}

/** A packet with its messages. */
export interface SeenPacket {
  /** Its number in the capture, from 1. */
  readonly frame: number;
  /** When, in whole seconds since 1970. */
  readonly seconds: number;
  /** When, in nanoseconds more. */
  readonly nanoseconds: number;
  /** Its octets with the header of the capture device. */
  readonly bytes: Uint8Array;
  /** Its length before it was cut. */
  readonly originalLength: number;
  /** `NETLINK_*`; `undefined` for what is no packet of a netlink device. */
  readonly protocol: number | undefined;
  /** Where netlink begins. */
  readonly offset: number;
  /** The messages. */
  readonly messages: readonly SeenMessage[];
}

/** A capture as the decoder sees it. */
export interface SeenCapture {
  /** The packets in their order. */
  readonly packets: readonly SeenPacket[];
  /** Whether the file was whole. */
  readonly isWhole: boolean;
}

/**
 * Decodes a capture.
 *
 * @param path - of the file, which may be compressed by gzip
 */
export function readCapture(path: string | URL): SeenCapture {
  const file = readFileSync(path);
  const name = typeof path === 'string' ? path : fileURLToPath(path);
  return decodeCapture(name.endsWith('.gz') ? gunzipSync(file) : file);
}

/**
 * Decodes a capture.
 *
 * @param octets - of the file
 */
export function decodeCapture(octets: Uint8Array): SeenCapture {
  const packets: SeenPacket[] = [];
  const cursor = new PacketCursor(new DecodeContext({ families: everySchema }));
  const reader = new CaptureReader({ packet: (view) => packets.push(seePacket(cursor, view, packets.length + 1)) });
  reader.feed(octets);
  return { packets, isWhole: reader.end().kind === 'complete' };
}

function seePacket(cursor: PacketCursor, view: PacketView, frame: number): SeenPacket {
  const { seconds, nanoseconds, originalLength, linkType } = view;
  const bytes = new Uint8Array(view.data);
  const payload = netlinkPayload(linkType, bytes, 0, bytes.length);
  const messages: SeenMessage[] = [];
  if (payload !== undefined) {
    const { protocol, offset, length } = payload;
    cursor.reset({ protocol, frame, seconds, nanoseconds, bytes, offset, length });
    while (cursor.next()) {
      const decoded = decodeStep(cursor);
      messages.push({ decoded, offset: cursor.offset, length: cursor.length, spots: cursor.isMessage ? spotsOf(cursor, cursor.context) : [] });
    }
  }
  return { frame, seconds, nanoseconds, bytes, originalLength, protocol: payload?.protocol, offset: payload?.offset ?? 0, messages };
}

/** Whether it is a message. */
export function isMessage(line: DecodedLine | DecodedMessage): line is DecodedMessage {
  return 'typeId' in line;
}
