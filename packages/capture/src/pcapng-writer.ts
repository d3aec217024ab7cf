import { PACKET_OUTGOING } from '@netdevkit/bindings';
import { blockBody } from './block-body.ts';
import { BlockBuffer } from './block-buffer.ts';
import { AnyOption, Block, BYTE_ORDER_MAGIC, PacketOption } from './block-types.ts';
import type { WritableBlock } from './capture-block.ts';
import { NETLINK_HEADER_LENGTH, writeNetlinkHeader } from './link-type.ts';
import { interfaceList, packetList, sectionList, statisticsList } from './option-lists.ts';
import { OptionList } from './options.ts';
import { checkPart, type Packet } from './packet.ts';
import type { InterfaceOptions, InterfaceStatistics, PcapngOptions, SectionOptions } from './pcapng-options.ts';
import type { Sink } from './sink.ts';
import { Timestamp } from './timestamp.ts';

interface Interface {
  readonly snapLength: number;
  readonly counted: boolean;
  count: number;
  firstSecond: number;
  firstNanosecond: number;
  lastSecond: number;
  lastNanosecond: number;
  statistics: InterfaceStatistics | undefined;
}

const MEBIBYTE = 0x10_0000;
const SNAP_LENGTH = 0x4_0000;
// Of an enhanced packet: what stands before and behind the packet.
const PACKET_HEAD = 28;
const PACKET_TAIL = 4;
const NO_OPTIONS = new OptionList();

/**
 * Writes a capture in the pcapng format, with times in nanoseconds.
 *
 * Blocks are composed in one buffer, which goes to the sink when it is full, on {@link flush} and on {@link close}. For a packet
 * through {@link packet} or {@link netlink} nothing is allocated, but for one view when it is longer than 128 octets. An
 * interface statistics block ends the capture for each interface.
 *
 * @example
 * ```ts
 * const sink = new MemorySink();
 * const writer = new PcapngWriter(sink, { application: 'example' });
 * const nlmon0 = writer.addInterface({ linkType: LinkType.NETLINK, name: 'nlmon0' });
 * writer.netlink(nlmon0, 1700000000, 0, NETLINK_ROUTE, datagram, 0, datagram.length);
 * writer.close();
 * ```
 */
export class PcapngWriter implements Disposable {
  readonly #buffer: BlockBuffer;
  readonly #sink: Sink;
  readonly #time = new Timestamp();
  readonly #interfaces: Interface[] = [];
  #closed = false;

  /**
   * @param sink - where the capture goes
   * @param options - what its head says
   */
  constructor(sink: Sink, options: PcapngOptions = {}) {
    this.#sink = sink;
    this.#buffer = new BlockBuffer(sink, options.bufferSize ?? MEBIBYTE, (view, at) => view.getUint32(at + 4, true));
    this.#section(options);
  }

  /**
   * Ends the section with its statistics, and begins another, which has interfaces of its own.
   *
   * @param options - what its head says
   * @throws SinkError: the sink failed; RangeError: a text is longer than 65535 octets
   */
  beginSection(options: SectionOptions = {}): void {
    this.#checkOpen();
    this.#endSection();
    this.#section(options);
  }

  /**
   * Describes an interface. Packets come after it.
   *
   * @param options - what is said of it
   * @returns its number
   * @throws SinkError: the sink failed; RangeError: a text is longer than 65535 octets
   */
  addInterface(options: InterfaceOptions): number {
    this.#checkOpen();
    const { linkType, snapLength = SNAP_LENGTH, cutPackets = true, countPackets = true } = options;
    const at = this.#block(Block.INTERFACE_DESCRIPTION, 8, interfaceList(options));
    const { view } = this.#buffer;
    view.setUint16(at, linkType, true);
    view.setUint16(at + 2, 0, true);
    view.setUint32(at + 4, snapLength, true);
    return (
      this.#interfaces.push({
        snapLength: snapLength === 0 || !cutPackets ? Infinity : snapLength,
        counted: countPackets,
        count: 0,
        firstSecond: 0,
        firstNanosecond: 0,
        lastSecond: 0,
        lastNanosecond: 0,
        statistics: undefined,
      }) - 1
    );
  }

  /**
   * Writes a packet as its link type has it.
   *
   * @param interfaceId - from {@link addInterface}
   * @param seconds - when, since 1970
   * @param nanoseconds - 0 to 999 999 999 more
   * @param bytes - what holds the packet
   * @param offset - where it starts
   * @param length - octets of it
   * @param originalLength - its length in octets before it was cut
   * @param flags - `epb_flags`; the lowest two bits are a `Direction`
   * @throws SinkError: the sink failed; RangeError: no such interface, time or part
   */
  packet(
    interfaceId: number,
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    originalLength: number = length,
    flags = 0,
  ): void {
    checkPart(bytes, offset, length);
    const at = this.#packet(interfaceId, seconds, nanoseconds, length, originalLength, flags, NO_OPTIONS);
    this.#buffer.copy(at, bytes, offset, this.#captured);
  }

  /**
   * Writes a netlink datagram as a packet of `LinkType.NETLINK`.
   *
   * @param interfaceId - from {@link addInterface}
   * @param seconds - when, since 1970
   * @param nanoseconds - 0 to 999 999 999 more
   * @param protocol - the netlink family
   * @param bytes - what holds the datagram
   * @param offset - where it starts
   * @param length - octets of it
   * @param originalLength - its length in octets before it was cut
   * @param flags - `epb_flags`; the lowest two bits are a `Direction`
   * @throws SinkError: the sink failed; RangeError: no such interface, time or part
   */
  netlink(
    interfaceId: number,
    seconds: number,
    nanoseconds: number,
    protocol: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    originalLength: number = length,
    flags = 0,
  ): void {
    checkPart(bytes, offset, length);
    const whole = NETLINK_HEADER_LENGTH + length;
    const at = this.#packet(interfaceId, seconds, nanoseconds, whole, NETLINK_HEADER_LENGTH + originalLength, flags, NO_OPTIONS);
    this.#netlink(at, protocol, bytes, offset);
  }

  /**
   * Writes a packet with all that may be said of it.
   *
   * @param packet - the packet
   * @throws SinkError: the sink failed; RangeError: no such interface or time, or a comment longer than 65535 octets
   */
  write(packet: Packet): void {
    const { bytes, protocol, interfaceId = 0, seconds, nanoseconds } = packet;
    const header = protocol === undefined ? 0 : NETLINK_HEADER_LENGTH;
    const original = header + (packet.originalLength ?? bytes.length);
    const at = this.#packet(interfaceId, seconds, nanoseconds, header + bytes.length, original, 0, packetList(packet));
    if (protocol === undefined) this.#buffer.copy(at, bytes, 0, this.#captured);
    else this.#netlink(at, protocol, bytes, 0);
  }

  /**
   * Writes a block that is not about packets: names, keys, a journal entry, or one of somebody's own.
   *
   * @param block - the block; integers in octets that it is given as they are must be little-endian
   * @throws SinkError: the sink failed; RangeError: an address and its names are longer than 65535 octets
   */
  block(block: WritableBlock): void {
    this.#checkOpen();
    const { type, words, bytes } = blockBody(block);
    const fixed = 4 * words.length + bytes.length;
    const at = this.#block(type, fixed + (-fixed & 3), NO_OPTIONS);
    const { view, bytes: target } = this.#buffer;
    for (const [i, word] of words.entries()) view.setUint32(at + 4 * i, word, true);
    target.fill(0, at + fixed, at + fixed + (-fixed & 3));
    target.set(bytes, at + 4 * words.length);
  }

  /**
   * Says what the end of the section will tell of an interface.
   *
   * @param interfaceId - from {@link addInterface}
   * @param statistics - replace what was said before
   * @throws RangeError: no such interface
   */
  setStatistics(interfaceId: number, statistics: InterfaceStatistics): void {
    this.#interface(interfaceId).statistics = statistics;
  }

  /**
   * Hands what is composed to the sink.
   *
   * @throws SinkError: the sink failed
   */
  flush(): void {
    this.#buffer.flush();
  }

  /** How many octets the sink has taken but not yet passed on: when it grows, {@link drain} lets the sink catch up. */
  get backlog(): number {
    return this.#sink.backlog ?? 0;
  }

  /**
   * Hands what is composed to the sink and waits until its backlog is small.
   *
   * @throws SinkError: the sink failed
   */
  async drain(): Promise<void> {
    this.flush();
    await this.#sink.drain?.();
  }

  /**
   * Writes the statistics and ends the capture. A second call does nothing. After the sink failed it is closed only.
   *
   * @throws SinkError: the sink failed
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (!this.#buffer.failed) {
        this.#endSection();
        this.flush();
      }
    } finally {
      this.#sink.close?.();
    }
  }

  /** See {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  // How many octets of the packet that was begun last are kept.
  #captured = 0;

  /** Begins an enhanced packet: all but its octets, for which it gives the place. */
  #packet(
    interfaceId: number,
    seconds: number,
    nanoseconds: number,
    length: number,
    originalLength: number,
    flags: number,
    list: OptionList,
  ): number {
    const one = this.#interface(interfaceId);
    const time = this.#time;
    time.set(seconds, nanoseconds);
    const captured = length < one.snapLength ? length : one.snapLength;
    const padded = captured + (-captured & 3);
    const options = flags === 0 ? list.length : 12;
    const total = PACKET_HEAD + padded + options + PACKET_TAIL;
    const at = this.#buffer.take(total);
    const { view } = this.#buffer;
    const data = at + PACKET_HEAD;
    view.setUint32(at, Block.ENHANCED_PACKET, true);
    view.setUint32(at + 4, total, true);
    view.setUint32(at + 8, interfaceId, true);
    view.setInt32(at + 12, time.high, true);
    view.setInt32(at + 16, time.low, true);
    view.setUint32(at + 20, captured, true);
    view.setUint32(at + 24, originalLength, true);
    if (padded !== captured) view.setUint32(data + padded - 4, 0);
    if (flags !== 0) {
      view.setUint32(data + padded, PacketOption.FLAGS | (4 << 16), true);
      view.setUint32(data + padded + 4, flags, true);
      view.setUint32(data + padded + 8, AnyOption.END, true);
    } else if (options !== 0) list.copyTo(this.#buffer.bytes, data + padded);
    view.setUint32(at + total - PACKET_TAIL, total, true);
    if (one.count++ === 0) {
      one.firstSecond = seconds;
      one.firstNanosecond = nanoseconds;
    }
    one.lastSecond = seconds;
    one.lastNanosecond = nanoseconds;
    this.#captured = captured;
    return data;
  }

  /** Fills a packet with a netlink header and a datagram, as much as is kept. */
  #netlink(at: number, protocol: number, bytes: Uint8Array, offset: number): void {
    const captured = this.#captured;
    if (captured >= NETLINK_HEADER_LENGTH) {
      writeNetlinkHeader(this.#buffer.view, at, protocol, PACKET_OUTGOING);
      this.#buffer.copy(at + NETLINK_HEADER_LENGTH, bytes, offset, captured - NETLINK_HEADER_LENGTH);
      return;
    }
    const header = new Uint8Array(NETLINK_HEADER_LENGTH);
    writeNetlinkHeader(new DataView(header.buffer), 0, protocol, PACKET_OUTGOING);
    this.#buffer.copy(at, header, 0, captured);
  }

  #section(options: SectionOptions): void {
    const at = this.#block(Block.SECTION_HEADER, 16, sectionList(options));
    const { view } = this.#buffer;
    view.setUint32(at, BYTE_ORDER_MAGIC, true);
    view.setUint16(at + 4, 1, true);
    view.setUint16(at + 6, 0, true);
    // A length of -1: until the next section, or the end.
    view.setBigInt64(at + 8, -1n, true);
  }

  #endSection(): void {
    for (const [id, one] of this.#interfaces.entries()) {
      if (one.counted || one.statistics !== undefined) this.#statistics(id, one);
    }
    this.#interfaces.length = 0;
  }

  #statistics(id: number, one: Interface): void {
    const { count, counted, firstSecond, firstNanosecond, lastSecond, lastNanosecond } = one;
    const last = { seconds: lastSecond, nanoseconds: lastNanosecond };
    const first = { seconds: firstSecond, nanoseconds: firstNanosecond };
    const statistics: InterfaceStatistics = {
      ...(counted && count > 0 ? { start: first, end: last } : {}),
      ...(counted ? { received: count } : {}),
      ...one.statistics,
    };
    const time = this.#time;
    const list = statisticsList(statistics, time);
    time.set((statistics.end ?? last).seconds, (statistics.end ?? last).nanoseconds);
    const at = this.#block(Block.INTERFACE_STATISTICS, 12, list);
    const { view } = this.#buffer;
    view.setUint32(at, id, true);
    view.setInt32(at + 4, time.high, true);
    view.setInt32(at + 8, time.low, true);
  }

  /** A block of fixed octets and options; gives the place of the fixed ones. */
  #block(type: number, fixed: number, list: OptionList): number {
    const total = 12 + fixed + list.length;
    const at = this.#buffer.take(total);
    const { view } = this.#buffer;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, total, true);
    list.copyTo(this.#buffer.bytes, at + 8 + fixed);
    view.setUint32(at + total - 4, total, true);
    return at + 8;
  }

  #interface(id: number): Interface {
    this.#checkOpen();
    const one = this.#interfaces[id];
    if (one === undefined) {
      throw new RangeError(`interface: expected 0 to ${String(this.#interfaces.length - 1)}, got ${String(id)}`);
    }
    return one;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('PcapngWriter: expected an open writer, got a closed one');
  }
}
