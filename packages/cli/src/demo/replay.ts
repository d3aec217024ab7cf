import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  NETLINK_FIB_LOOKUP,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_NFLOG,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  NETLINK_XFRM,
} from '@netdevkit/bindings';
import { netlinkPayload } from '@netdevkit/capture';
import { readCaptureFile } from '@netdevkit/capture/node';
import type { Kernel } from '@netdevkit/kernel';
import { OWN_FOLDER } from '../catalog/own-folder.ts';
import { Failure, fileFailure } from '../failure.ts';
import { nameOf } from '../input/files.ts';
import { isoTime } from '../print/clock-time.ts';
import type { Recorder } from './recorder.ts';

/** The capture that is played by default: what the C nlmon made of a real kernel. */
export const GOLDEN: string = fileURLToPath(new URL('golden/nlmon-netns.k6.12.pcap', OWN_FOLDER));

// From net/netlink/af_netlink.c:netlink_filter_tap. What else a file has, no tap would be shown.
const TAPPED: ReadonlySet<number> = new Set([
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NETLINK_SOCK_DIAG,
  NETLINK_NFLOG,
  NETLINK_XFRM,
  NETLINK_FIB_LOOKUP,
  NETLINK_NETFILTER,
  NETLINK_GENERIC,
]);

/** What became of a capture. */
export interface Replayed {
  /** How many datagrams were shown to the taps. */
  readonly shown: number;
  /** How many packets were left out: no netlink, or of a family that taps are not shown. */
  readonly leftOut: number;
  /** Where and why the file ends early, as a sentence. */
  readonly problem: string | undefined;
}

/**
 * Plays a capture through the taps of a kernel.
 *
 * @param path - of the file, pcap or pcapng; `'-'` is standard input
 * @param kernel - its taps see each datagram as if a socket of the initial namespace had got it
 * @param recorder - takes what the taps gave, after each datagram
 * @throws Failure: the file cannot be read, or is no capture
 */
export async function replay(path: string, kernel: Kernel, recorder: Recorder): Promise<Replayed> {
  const name = nameOf(path);
  let shown = 0;
  let packets = 0;
  const read = readCaptureFile(path, {
    packet: (packet) => {
      packets++;
      const { bytes, length, originalLength } = packet;
      const datagram = netlinkPayload(packet.linkType, bytes, packet.offset, length);
      if (datagram === undefined || !TAPPED.has(datagram.protocol)) return;
      shown++;
      kernel.replayNetlink(datagram.protocol, bytes.subarray(datagram.offset, datagram.offset + datagram.length));
      const cut = length < originalLength ? `, cut to ${String(length)} of ${String(originalLength)} octets` : '';
      recorder.take(`played from ${basename(name)}, frame ${String(packets)}, captured ${isoTime(packet.seconds, packet.nanoseconds)}${cut}`);
    },
  });
  const end = await read.catch((error: unknown) => {
    throw fileFailure(`read ${name}`, error);
  });
  const problem = end.kind === 'complete' ? undefined : `${name}: ${end.kind} after octet ${String(end.offset)}: ${end.message ?? ''}`;
  if (end.kind === 'malformed' || (end.kind === 'truncated' && packets === 0)) throw new Failure(problem ?? name);
  return { shown, leftOut: packets - shown, problem };
}
