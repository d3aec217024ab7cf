import { AnyOption } from './block-types.ts';
import type { CaptureBlock, WritableBlock } from './capture-block.ts';
import { primeFamilies, type GenericFamily } from './generic-family.ts';
import { LinkType } from './link-type.ts';
import { encodeText } from './options.ts';
import type { CaptureHandler, CaptureInterface, CaptureSection, CaptureStatistics, CaptureTime, PacketView } from './packet-view.ts';
import type { InterfaceStatistics, SectionOptions } from './pcapng-options.ts';
import { PcapngWriter } from './pcapng-writer.ts';
import type { RawOption } from './raw-option.ts';
import type { Sink } from './sink.ts';
import { isWritable } from './timestamp.ts';

const LONGEST_TEXT = 0xffff;
/** No UTF-16 unit takes more octets of UTF-8. */
const OCTETS_PER_UNIT = 3;

/** What a {@link Transcoder} does besides copying. */
export interface TranscodeOptions {
  /**
   * The program that writes the capture.
   *
   * @defaultValue the one that wrote the input
   */
  readonly application?: string;
  /** Generic netlink families to announce before the first packet, so that Wireshark knows their messages. */
  readonly families?: readonly GenericFamily[];
  /** Gives sentences to add to a packet's comments. */
  readonly annotate?: (packet: PacketView) => readonly string[] | undefined;
  /** Tells whether a packet is to be copied: all are, without it. */
  readonly filter?: (packet: PacketView) => boolean;
  /**
   * How many octets are collected before they go to the sink.
   *
   * @defaultValue 1048576
   */
  readonly bufferSize?: number;
}

/**
 * Copies captures to pcapng, packet by packet: a handler for a reader, which writes what it is told.
 *
 * Sections, interfaces, times to the nanosecond, lengths, flags, comments and all other options of packets, statistics, names,
 * keys and journal entries are as they were. Left out, and counted, are: what asks for it (options and custom blocks that are
 * not to be copied); options and blocks that nobody knows from big-endian sections, since what is written is little-endian; and
 * blocks of more than 17 MiB.
 *
 * @example
 * ```ts
 * using transcoder = new Transcoder(FileSink.create('new.pcapng'), { families: [{ id: 22, name: 'ethtool' }] });
 * const end = await readCaptureFile('old.pcap.gz', transcoder);
 * ```
 */
export class Transcoder implements CaptureHandler, Disposable {
  readonly #sink: Sink;
  readonly #options: TranscodeOptions;
  #writer: PcapngWriter | undefined;
  #littleEndian = true;
  // The interfaces' numbers in the output, by those in the input's section.
  #interfaces: number[] = [];
  #primed = false;
  #packets = 0;
  #leftOut = 0;

  /**
   * @param sink - where the copy goes
   * @param options - what to do besides
   */
  constructor(sink: Sink, options: TranscodeOptions = {}) {
    this.#sink = sink;
    this.#options = options;
  }

  /** How many packets were copied. */
  get packets(): number {
    return this.#packets;
  }

  /** How many blocks and options could not be copied. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** How many octets the sink has taken but not yet passed on. */
  get backlog(): number {
    return this.#sink.backlog ?? 0;
  }

  /**
   * Begins a section.
   *
   * @throws SinkError: the sink failed
   */
  section(section: CaptureSection): void {
    this.#littleEndian = section.littleEndian;
    this.#interfaces = [];
    const { application = section.application } = this.#options;
    const options: SectionOptions = {
      ...texts({ hardware: section.hardware, os: section.os, application }),
      comments: section.comments.map(fitting),
      options: this.#copyable(section.options),
    };
    if (this.#writer === undefined) this.#writer = this.#open(options);
    else this.#writer.beginSection(options);
  }

  /**
   * Describes an interface.
   *
   * @throws SinkError: the sink failed
   */
  interface(description: CaptureInterface): void {
    const { name, description: more, filter, os, hardware } = description;
    this.#interfaces[description.id] = this.#open().addInterface({
      ...description,
      ...texts({ name, description: more, filter, os, hardware }),
      comments: description.comments.map(fitting),
      options: this.#copyable(description.options),
      cutPackets: false,
      countPackets: false,
    });
  }

  /**
   * Copies a packet.
   *
   * @param packet - from a reader, of an interface that was described
   * @param comments - sentences to add to its comments
   * @throws SinkError: the sink failed; RangeError: the interface was not described
   */
  packet(packet: PacketView, comments: readonly string[] = []): void {
    if (this.#options.filter?.(packet) === false) return;
    const interfaceId = this.#interfaces[packet.interfaceId];
    if (interfaceId === undefined) throw new RangeError(`interface: expected one that was described, got ${String(packet.interfaceId)}`);
    const writer = this.#open();
    const added = [...(this.#options.annotate?.(packet) ?? []), ...comments];
    const { seconds, nanoseconds } = packet;
    const timed = isWritable(packet);
    if (!timed) added.push(`Its time, ${String(seconds)} s and ${String(nanoseconds)} ns since 1970, cannot be written.`);
    const time = timed ? { seconds, nanoseconds } : { seconds: 0, nanoseconds: 0 };
    if (!this.#primed) this.#prime(writer, time);
    this.#packets++;
    if (!packet.annotated && added.length === 0) {
      writer.packet(interfaceId, seconds, nanoseconds, packet.bytes, packet.offset, packet.length, packet.originalLength);
      return;
    }
    writer.write({
      ...packet.copy(),
      ...time,
      interfaceId,
      comments: [...packet.comments, ...added].map(fitting),
      options: this.#copyable(packet.options),
    });
  }

  /** Notes what the end of the section says of an interface. */
  statistics(statistics: CaptureStatistics): void {
    const { start, end, comments, ...counts } = statistics;
    const id = this.#interfaces[statistics.interfaceId];
    if (id === undefined) {
      this.#leftOut++;
      return;
    }
    const copy: InterfaceStatistics = {
      ...counts,
      ...(start !== undefined && isWritable(start) ? { start } : {}),
      ...(end !== undefined && isWritable(end) ? { end } : {}),
      ...(comments === undefined ? {} : { comments: comments.map(fitting) }),
    };
    this.#open().setStatistics(id, copy);
  }

  /**
   * Copies any other block.
   *
   * @throws SinkError: the sink failed
   */
  block(block: CaptureBlock): void {
    if (block.kind === 'oversized' || !this.#isCopyable(block)) {
      this.#leftOut++;
      return;
    }
    try {
      this.#open().block(block);
    } catch (error) {
      // Names that were no UTF-8 take more room than they did.
      if (!(error instanceof RangeError)) throw error;
      this.#leftOut++;
    }
  }

  /**
   * Hands what is composed to the sink: up to there the copy is whole.
   *
   * @throws SinkError: the sink failed
   */
  flush(): void {
    this.#writer?.flush();
  }

  /**
   * Hands what is composed to the sink and waits until its backlog is small.
   *
   * @throws SinkError: the sink failed
   */
  async drain(): Promise<void> {
    await this.#open().drain();
  }

  /**
   * Ends the copy. Without anything to copy it is a capture without packets.
   *
   * @throws SinkError: the sink failed
   */
  close(): void {
    this.#open().close();
  }

  /** See {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(options?: SectionOptions): PcapngWriter {
    const { bufferSize } = this.#options;
    return (this.#writer ??= new PcapngWriter(this.#sink, { ...options, ...(bufferSize === undefined ? {} : { bufferSize }) }));
  }

  /** Announces families on an interface of their own: what was not captured is not counted as if it were, nor cut. */
  #prime(writer: PcapngWriter, time: CaptureTime): void {
    this.#primed = true;
    const { families = [] } = this.#options;
    if (families.length === 0) return;
    const interfaceId = writer.addInterface({
      linkType: LinkType.NETLINK,
      name: 'nlctrl',
      description: 'generic netlink families, added when the capture was written',
      snapLength: 0,
      countPackets: false,
    });
    primeFamilies(writer, families, { ...time, interfaceId });
  }

  #copyable(options: readonly RawOption[] = []): RawOption[] {
    const copyable = options.filter(
      ({ code }) => this.#littleEndian && code !== AnyOption.CUSTOM_TEXT_NO_COPY && code !== AnyOption.CUSTOM_OCTETS_NO_COPY,
    );
    this.#leftOut += options.length - copyable.length;
    return copyable;
  }

  #isCopyable(block: WritableBlock): boolean {
    if (block.kind === 'custom') return block.copyable && this.#littleEndian;
    return block.kind !== 'unknown' || this.#littleEndian;
  }
}

/** The texts that there are, each as long as an option can be. */
function texts<K extends string>(values: Readonly<Partial<Record<K, string | undefined>>>): Partial<Record<K, string>> {
  const present: Partial<Record<K, string>> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) present[key] = fitting(value);
  }
  return present;
}

/** A text that an option can hold: one that was no UTF-8 takes more room than it did. */
function fitting(text: string): string {
  if (text.length * OCTETS_PER_UNIT <= LONGEST_TEXT || encodeText(text).length <= LONGEST_TEXT) return text;
  return text.slice(0, LONGEST_TEXT / OCTETS_PER_UNIT);
}
