import { readFileSync } from 'node:fs';
import { CaptureReader, LinkType, netlinkPayload, PcapngWriter, type CapturedPacket } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';

/** What workloads/session.sh asks for before a workload, and after it. */
const MARKS = { begin: Buffer.from('workload-begins\0'), end: Buffer.from('workload-ends\0') };

/** A netlink datagram that was captured. */
export interface Datagram {
  /** The interface that it was captured on. */
  readonly place: string;
  readonly protocol: number;
  readonly bytes: Buffer;
  readonly packet: CapturedPacket;
}

/**
 * The datagrams of a capture.
 *
 * @throws Error: it is not whole
 */
export function datagramsOf(file: string): Datagram[] {
  const datagrams: Datagram[] = [];
  const names: string[] = [];
  const reader = new CaptureReader({
    interface: ({ name = '' }) => void names.push(name),
    packet: (view) => {
      const packet = view.copy();
      const { bytes, linkType, interfaceId } = packet;
      const payload = netlinkPayload(linkType, bytes, 0, bytes.length);
      if (payload === undefined) throw new Error(`${file}: a packet without netlink`);
      const { offset, length, protocol } = payload;
      datagrams.push({ place: names[interfaceId] ?? '', protocol, bytes: Buffer.from(bytes.buffer, bytes.byteOffset + offset, length), packet });
    },
  });
  reader.feed(readFileSync(file));
  const end = reader.end();
  if (end.kind !== 'complete') throw new Error(`${file}: ${end.kind}`);
  return datagrams;
}

/**
 * Those of each workload, up to the mark of its end, in the order of their beginnings. Several may have one place, one after the other: the number of
 * a namespace that has gone is another's.
 */
export function byWorkload(datagrams: readonly Datagram[]): Datagram[][] {
  const begun = new Map<string, Datagram[]>();
  const found: Datagram[][] = [];
  for (const datagram of datagrams) {
    const { place, bytes } = datagram;
    if (!begun.has(place) && bytes.includes(MARKS.begin)) {
      const workload: Datagram[] = [];
      begun.set(place, workload);
      found.push(workload);
    }
    begun.get(place)?.push(datagram);
    if (bytes.includes(MARKS.end)) begun.delete(place);
  }
  return found;
}

/**
 * Those between the marks: a capture begins before the workload, and its program talks to the kernel, too.
 *
 * @throws Error: there are no marks
 */
export function betweenMarks(datagrams: readonly Datagram[]): Datagram[] {
  const begin = datagrams.findLastIndex(({ bytes }) => bytes.includes(MARKS.begin));
  const end = datagrams.findIndex(({ bytes }) => bytes.includes(MARKS.end));
  if (begin < 0 || end < begin) throw new Error('the capture does not show where the workload begins and ends');
  return datagrams.slice(begin + 1, end);
}

/** What is written of a datagram. */
export interface Written {
  readonly protocol: number;
  readonly bytes: Uint8Array;
  readonly packet: Pick<CapturedPacket, 'seconds' | 'nanoseconds'>;
}

/** Writes datagrams as a capture of one interface. */
export function writeCapture(file: string, datagrams: readonly Written[]): void {
  const writer = new PcapngWriter(FileSink.create(file), { application: 'oracle' });
  try {
    const spy = writer.addInterface({ linkType: LinkType.NETLINK, name: 'spy0' });
    for (const { bytes, protocol, packet } of datagrams) writer.write({ interfaceId: spy, seconds: packet.seconds, nanoseconds: packet.nanoseconds, protocol, bytes });
  } finally {
    writer.close();
  }
}
