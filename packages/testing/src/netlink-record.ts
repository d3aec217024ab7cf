import { LinkType, PcapngWriter, type Sink } from '@netdevkit/capture';
import type { NetlinkWatch, WatchedDatagram } from '@netdevkit/kernel';
import { decodeStep, DecodeContext, FamilyLoader, PacketCursor, TextWriter, type DecodedLine, type DecodedMessage, type Packet } from '@netdevkit/netlink';

/**
 * What was said over netlink, decoded: to compare with a snapshot, or to look at in Wireshark. The same test says the same
 * each time, for its kernel's clock stands still and its port ids and sequence numbers are not drawn by lot.
 *
 * @example
 * ```ts
 * import { NetlinkRecord, TestKernel } from '@netdevkit/testing';
 *
 * using test = new TestKernel();
 * using watch = test.kernel.watchNetlink();
 * test.ip.link.set('lo', { up: true });
 * const record = await NetlinkRecord.of(watch);
 * console.log(record.text());
 * ```
 */
export class NetlinkRecord {
  readonly #datagrams: readonly WatchedDatagram[];
  readonly #context: DecodeContext;

  private constructor(datagrams: readonly WatchedDatagram[], context: DecodeContext) {
    this.#datagrams = datagrams;
    this.#context = context;
  }

  /**
   * Takes what a watch has seen, and loads what it takes to decode it.
   *
   * @param seen - a watch of a kernel, or what was taken from one
   */
  static async of(seen: NetlinkWatch | readonly WatchedDatagram[]): Promise<NetlinkRecord> {
    const datagrams = 'take' in seen ? seen.take() : seen;
    const context = new DecodeContext({ families: [] });
    const loader = new FamilyLoader(context);
    for (const { protocol, bytes } of datagrams) if (!loader.isReady({ protocol, bytes })) await loader.load();
    return new NetlinkRecord(datagrams, context);
  }

  /** How many datagrams there are. */
  get length(): number {
    return this.#datagrams.length;
  }

  /** The messages as objects, without times and numbers of frames. */
  messages(): (DecodedLine | DecodedMessage)[] {
    const decoded: (DecodedLine | DecodedMessage)[] = [];
    this.#each((cursor) => decoded.push(decodeStep(cursor)));
    return decoded;
  }

  /** The messages as `nlmon decode` prints them, without times and numbers of frames. */
  text(): string {
    const writer = new TextWriter(this.#context);
    this.#each((cursor) => {
      writer.write(cursor);
    });
    return new TextDecoder().decode(writer.bytes);
  }

  /**
   * Writes a capture that Wireshark opens.
   *
   * @param sink - where to
   * @throws SinkError
   */
  write(sink: Sink): void {
    const writer = new PcapngWriter(sink);
    const interfaceId = writer.addInterface({ linkType: LinkType.NETLINK, name: 'netlink' });
    for (const { sec, nsec, bytes, protocol } of this.#datagrams) {
      writer.write({ interfaceId, seconds: sec, nanoseconds: nsec, bytes, protocol });
    }
    writer.close();
  }

  #each(visit: (cursor: PacketCursor) => void): void {
    const cursor = new PacketCursor(this.#context);
    for (const { protocol, bytes } of this.#datagrams) {
      const packet: Packet = { protocol, bytes };
      cursor.reset(packet);
      while (cursor.next()) visit(cursor);
    }
  }
}
