import { PACKET_OUTGOING } from '@netdevkit/bindings';
import { BlockBuffer } from './block-buffer.ts';
import { PCAP_MAGIC_NANO } from './block-types.ts';
import { NETLINK_HEADER_LENGTH, writeNetlinkHeader } from './link-type.ts';
import { checkPart } from './packet.ts';
import type { Sink } from './sink.ts';

/** What a pcap file says of its packets. */
export interface PcapOptions {
  /** What they begin with: a `LinkType`. */
  readonly linkType: number;
  /**
   * The most octets that are kept of a packet, its header included.
   *
   * @defaultValue 262144
   */
  readonly snapLength?: number;
  /**
   * How many octets are collected before they go to the sink.
   *
   * @defaultValue 1048576
   */
  readonly bufferSize?: number;
}

const MEBIBYTE = 0x10_0000;
const SNAP_LENGTH = 0x4_0000;
const FILE_HEADER = 24;
const PACKET_HEAD = 16;

/**
 * Writes a capture in the classic pcap format, with times in nanoseconds: for tools that do not read pcapng.
 *
 * The format has one interface without a name, and neither comments, directions nor statistics.
 *
 * @example
 * ```ts
 * const sink = new MemorySink();
 * const writer = new PcapWriter(sink, { linkType: LinkType.NETLINK });
 * writer.netlink(1700000000, 0, NETLINK_ROUTE, datagram, 0, datagram.length);
 * writer.close();
 * ```
 */
export class PcapWriter implements Disposable {
  readonly #buffer: BlockBuffer;
  readonly #sink: Sink;
  readonly #snapLength: number;
  #closed = false;

  /**
   * @param sink - where the capture goes
   * @param options - what it says of its packets
   */
  constructor(sink: Sink, options: PcapOptions) {
    this.#sink = sink;
    this.#snapLength = options.snapLength ?? SNAP_LENGTH;
    this.#buffer = new BlockBuffer(sink, options.bufferSize ?? MEBIBYTE, (view, at, position) =>
      position === 0 ? FILE_HEADER : PACKET_HEAD + view.getUint32(at + 8, true),
    );
    const at = this.#buffer.take(FILE_HEADER);
    const { view } = this.#buffer;
    view.setUint32(at, PCAP_MAGIC_NANO, true);
    view.setUint16(at + 4, 2, true);
    view.setUint16(at + 6, 4, true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, 0, true);
    view.setUint32(at + 16, this.#snapLength, true);
    view.setUint32(at + 20, options.linkType, true);
  }

  /**
   * Writes a packet as its link type has it.
   *
   * @param seconds - when, since 1970; less than 2^32
   * @param nanoseconds - 0 to 999 999 999 more
   * @param bytes - what holds the packet
   * @param offset - where it starts
   * @param length - octets of it
   * @param originalLength - its length in octets before it was cut
   * @throws SinkError: the sink failed; RangeError: no such time or part
   */
  packet(
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    originalLength: number = length,
  ): void {
    checkPart(bytes, offset, length);
    const captured = Math.min(length, this.#snapLength);
    const at = this.#packet(seconds, nanoseconds, captured, originalLength);
    this.#buffer.copy(at, bytes, offset, captured);
  }

  /**
   * Writes a netlink datagram as a packet of `LinkType.NETLINK`.
   *
   * @param seconds - when, since 1970; less than 2^32
   * @param nanoseconds - 0 to 999 999 999 more
   * @param protocol - the netlink family
   * @param bytes - what holds the datagram
   * @param offset - where it starts
   * @param length - octets of it
   * @param originalLength - its length in octets before it was cut
   * @throws SinkError: the sink failed; RangeError: no such time or part
   */
  netlink(
    seconds: number,
    nanoseconds: number,
    protocol: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    originalLength: number = length,
  ): void {
    checkPart(bytes, offset, length);
    const captured = Math.min(NETLINK_HEADER_LENGTH + length, this.#snapLength);
    const at = this.#packet(seconds, nanoseconds, captured, NETLINK_HEADER_LENGTH + originalLength);
    if (captured >= NETLINK_HEADER_LENGTH) {
      writeNetlinkHeader(this.#buffer.view, at, protocol, PACKET_OUTGOING);
      this.#buffer.copy(at + NETLINK_HEADER_LENGTH, bytes, offset, captured - NETLINK_HEADER_LENGTH);
      return;
    }
    const header = new Uint8Array(NETLINK_HEADER_LENGTH);
    writeNetlinkHeader(new DataView(header.buffer), 0, protocol, PACKET_OUTGOING);
    this.#buffer.copy(at, header, 0, captured);
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
   * Ends the capture. A second call does nothing. After the sink failed it is closed only.
   *
   * @throws SinkError: the sink failed
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (!this.#buffer.failed) this.flush();
    } finally {
      this.#sink.close?.();
    }
  }

  /** See {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Begins a packet: all but its octets, for which it gives the place. */
  #packet(seconds: number, nanoseconds: number, captured: number, originalLength: number): number {
    if (this.#closed) throw new Error('PcapWriter: expected an open writer, got a closed one');
    if (!(seconds >= 0 && seconds <= 0xffff_ffff && nanoseconds >= 0 && nanoseconds < 1e9)) {
      throw new RangeError(`time: expected 0 to 4294967295.999999999, got ${String(seconds)} and ${String(nanoseconds)} ns`);
    }
    const at = this.#buffer.take(PACKET_HEAD + captured);
    const { view } = this.#buffer;
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, nanoseconds, true);
    view.setUint32(at + 8, captured, true);
    view.setUint32(at + 12, originalLength, true);
    return at + PACKET_HEAD;
  }
}
