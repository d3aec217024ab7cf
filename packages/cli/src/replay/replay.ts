import { nlmsghdr, PACKET_KERNEL, PACKET_USER } from '@netdevkit/bindings';
import { netlinkPayload, type NetlinkPayload } from '@netdevkit/capture';
import { readCaptureFile } from '@netdevkit/capture/node';
import { Kernel } from '@netdevkit/kernel';
import { DecodeContext, decodeStep, FamilyLoader, PacketCursor } from '@netdevkit/netlink';
import { Recording, type RecordedDatagram, type UnansweredRequest } from '@netdevkit/testing';
import { Failure, fileFailure } from '../failure.ts';
import { checkApart, nameOf } from '../input/files.ts';
import type { LiveOutputOptions } from '../live/live-output.ts';
import { requireSupport } from '../live/program-status.ts';
import { runOnKernel } from '../live/run-on-kernel.ts';
import { warn } from '../live/warn.ts';

/** So many requests without an answer are named. */
const MOST_NAMED = 5;

/**
 * Runs a command against a recorded conversation: `nlmon replay`.
 *
 * @param path - of the capture; `'-'` is standard input
 * @param command - its name and arguments
 * @param options - from the command line
 * @returns what the command exited with
 * @throws Failure: the capture cannot be read, or this host does not allow it; SinkError: an output failed
 */
export async function replay(path: string, command: readonly [string, ...string[]], options: LiveOutputOptions): Promise<number> {
  requireSupport();
  if (options.write !== undefined && options.write !== '-') checkApart(path, options.write);
  const recording = new Recording(await read(path));
  if (recording.length === 0) throw new Failure(`${nameOf(path)}: there is no netlink request in it that could be answered`);
  using kernel = new Kernel();
  using served = recording.serve(kernel);
  try {
    return await runOnKernel(kernel, kernel.initialNamespace, command, options);
  } finally {
    const requests = differentOf(served.unanswered);
    for (const { request, times } of requests.slice(0, MOST_NAMED)) warn(`no answer is recorded to ${await nameOfRequest(request)}${times === 1 ? '' : `, asked ${String(times)} times`}`);
    const more = requests.length - MOST_NAMED;
    if (more > 0) warn(`nor to ${String(more)} other${more === 1 ? '' : 's'}`);
  }
}

async function read(path: string): Promise<RecordedDatagram[]> {
  const datagrams: RecordedDatagram[] = [];
  let short = 0;
  const name = nameOf(path);
  const end = await readCaptureFile(path, {
    packet: ({ linkType, bytes, offset, length, originalLength }) => {
      const datagram = netlinkPayload(linkType, bytes, offset, length);
      if (originalLength > length) short++;
      if (datagram !== undefined) datagrams.push(recordedDatagram(datagram, bytes));
    },
  }).catch((error: unknown) => {
    throw fileFailure(`read ${name}`, error);
  });
  const problem = end.kind === 'complete' ? undefined : `${name}: ${end.kind} after octet ${String(end.offset)}: ${end.message ?? ''}`;
  if (problem !== undefined && (end.kind === 'malformed' || datagrams.length === 0)) throw new Failure(problem);
  if (problem !== undefined) warn(problem);
  if (short > 0) warn(`${name}: of ${String(short)} packets only a beginning was captured: messages that are not whole are left out`);
  return datagrams;
}

function recordedDatagram({ protocol, packetType, offset, length }: NetlinkPayload, bytes: Uint8Array): RecordedDatagram {
  const isDirected = packetType === PACKET_KERNEL || packetType === PACKET_USER;
  return { protocol, bytes: bytes.slice(offset, offset + length), ...(isDirected ? { toKernel: packetType === PACKET_KERNEL } : {}) };
}

/** A request, and how often it was made. */
interface Repeated {
  readonly request: UnansweredRequest;
  times: number;
}

/** Requests that differ in more than who asked, and when. */
function differentOf(requests: readonly UnansweredRequest[]): readonly Repeated[] {
  const different = new Map<string, Repeated>();
  const { nlmsg_seq: seq, nlmsg_pid: pid } = nlmsghdr.FIELDS;
  for (const request of requests) {
    const bytes = Buffer.from(request.bytes);
    bytes.fill(0, seq.offset, pid.offset + pid.size);
    const key = `${String(request.protocol)} ${bytes.toString('latin1')}`;
    const known = different.get(key);
    if (known === undefined) different.set(key, { request, times: 1 });
    else known.times++;
  }
  return [...different.values()];
}

/** What a request is called. */
async function nameOfRequest(request: UnansweredRequest): Promise<string> {
  const context = new DecodeContext({ families: [] });
  const loader = new FamilyLoader(context);
  const cursor = new PacketCursor(context);
  const names: string[] = [];
  if (!loader.isReady(request)) await loader.load();
  cursor.reset(request);
  while (cursor.next()) {
    const decoded = decodeStep(cursor);
    names.push('type' in decoded ? `${decoded.protocol} ${decoded.command ?? decoded.type} ${JSON.stringify({ ...decoded.header, ...decoded.attrs })}` : decoded.protocol);
  }
  return names.join(', ');
}
