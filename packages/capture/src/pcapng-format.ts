import { AnyOption, Block, BYTE_ORDER_MAGIC, InterfaceOption, PacketOption, SectionOption, StatisticsOption } from './block-types.ts';
import { LONGEST_BLOCK, type CaptureFormat } from './capture-format.ts';
import { ClockUnit } from './clock-unit.ts';
import { OptionReader } from './option-reader.ts';
import type { CaptureHandler, CaptureInterface, CaptureSection, CaptureStatistics, PacketView } from './packet-view.ts';

/** An interface of hostile files costs memory, a block of one 20 octets. */
const MOST_INTERFACES = 0x1_0000;

/** What stands in front of a packet's octets, in both kinds of packet that have a time. */
const PACKET_HEAD = 28;

/** The least length of a block that is looked into, by type; 0 for the others. */
function leastLength(type: number): number {
  switch (type) {
    case Block.ENHANCED_PACKET:
    case Block.PACKET:
      return 32;
    case Block.SECTION_HEADER:
      return 28;
    case Block.INTERFACE_STATISTICS:
      return 24;
    case Block.INTERFACE_DESCRIPTION:
      return 20;
    case Block.SIMPLE_PACKET:
      return 16;
    default:
      return 0;
  }
}

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: ClockUnit;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** pcapng: sections of either byte order; blocks of other types are skipped unseen, whatever their length. */
export class PcapngFormat implements CaptureFormat {
  needed = 0;
  message = '';
  readonly #handler: CaptureHandler;
  readonly #packet: PacketView;
  #little = true;
  #section = -1;
  #interfaces: Interface[] = [];

  constructor(handler: CaptureHandler, packet: PacketView) {
    this.#handler = handler;
    this.#packet = packet;
  }

  step(bytes: Uint8Array, view: DataView, at: number, available: number): number {
    if (available < 12) return this.#need(12);
    const type = view.getUint32(at, this.#little);
    // The type of a section header reads the same either way; what follows it tells the byte order.
    if (type === Block.SECTION_HEADER) {
      const magic = view.getUint32(at + 8, true);
      if (magic !== BYTE_ORDER_MAGIC && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
        return this.#malformed('a section header without its byte order');
      }
      this.#little = magic === BYTE_ORDER_MAGIC;
    }
    const total = view.getUint32(at + 4, this.#little);
    const least = leastLength(type);
    if (total < Math.max(least, 12) || (total & 3) !== 0) return this.#malformed(`a block of type ${String(type)} with length ${String(total)}`);
    if (least === 0) return total;
    if (total > LONGEST_BLOCK) {
      return this.#malformed(`a block of ${String(total)} octets, more than ${String(LONGEST_BLOCK)}`);
    }
    if (available < total) return this.#need(total);
    if (view.getUint32(at + total - 4, this.#little) !== total) return this.#malformed('a block with two different lengths');
    const end = at + total - 4;
    const done = this.#dispatch(type, bytes, view, at, end);
    return done ? total : -1;
  }

  #dispatch(type: number, bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    switch (type) {
      case Block.ENHANCED_PACKET:
        return this.#timedPacket(view.getUint32(at + 8, this.#little), undefined, bytes, view, at, end);
      case Block.PACKET:
        return this.#timedPacket(
          view.getUint16(at + 8, this.#little),
          view.getUint16(at + 10, this.#little),
          bytes,
          view,
          at,
          end,
        );
      case Block.SIMPLE_PACKET:
        return this.#simplePacket(bytes, view, at, end);
      case Block.INTERFACE_DESCRIPTION:
        return this.#describe(bytes, view, at, end);
      case Block.INTERFACE_STATISTICS:
        this.#statistics(bytes, view, at, end);
        return true;
      default:
        return this.#begin(bytes, view, at, end);
    }
  }

  #begin(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const major = view.getUint16(at + 12, this.#little);
    if (major !== 1) return this.#refuse(`pcapng of version ${String(major)}, not 1`);
    this.#section++;
    this.#interfaces = [];
    const comments: string[] = [];
    const found: Mutable<CaptureSection> = { section: this.#section, comments };
    const option = new OptionReader(bytes, view, this.#little, at + 24, end);
    while (option.next()) {
      if (option.code === AnyOption.COMMENT) comments.push(option.text());
      else if (option.code === SectionOption.HARDWARE) found.hardware = option.text();
      else if (option.code === SectionOption.OS) found.os = option.text();
      else if (option.code === SectionOption.APPLICATION) found.application = option.text();
    }
    this.#handler.section?.(found);
    return true;
  }

  #describe(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    if (this.#interfaces.length === MOST_INTERFACES) {
      return this.#refuse(`a section of more than ${String(MOST_INTERFACES)} interfaces`);
    }
    const linkType = view.getUint16(at + 8, this.#little);
    const snapLength = view.getUint32(at + 12, this.#little);
    const comments: string[] = [];
    const found: Mutable<CaptureInterface> = {
      section: this.#section,
      id: this.#interfaces.length,
      linkType,
      snapLength,
      comments,
    };
    // Unless it is said: microseconds.
    let resolution = 6;
    let offset = 0;
    const option = new OptionReader(bytes, view, this.#little, at + 16, end);
    while (option.next()) {
      if (option.code === AnyOption.COMMENT) comments.push(option.text());
      else if (option.code === InterfaceOption.NAME) found.name = option.text();
      else if (option.code === InterfaceOption.DESCRIPTION) found.description = option.text();
      else if (option.code === InterfaceOption.OS) found.os = option.text();
      else if (option.code === InterfaceOption.HARDWARE) found.hardware = option.text();
      else if (option.code === InterfaceOption.TIMESTAMP_RESOLUTION) resolution = option.u8() ?? resolution;
      else if (option.code === InterfaceOption.TIMESTAMP_OFFSET) offset = option.s64() ?? offset;
      else if (option.code === InterfaceOption.FILTER) {
        const filter = option.filter();
        if (filter !== undefined) found.filter = filter;
      }
    }
    this.#interfaces.push({ linkType, snapLength, clock: new ClockUnit(resolution, offset) });
    this.#handler.interface?.(found);
    return true;
  }

  #timedPacket(
    interfaceId: number,
    drops: number | undefined,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
  ): boolean {
    const one = this.#interfaces[interfaceId];
    if (one === undefined) return this.#refuse(`a packet of interface ${String(interfaceId)}, which is not described`);
    const length = view.getUint32(at + 20, this.#little);
    const data = at + PACKET_HEAD;
    if (length > end - data) return this.#refuse(`a packet of ${String(length)} octets in a block for ${String(end - data)}`);
    one.clock.convert(view.getUint32(at + 12, this.#little), view.getUint32(at + 16, this.#little));
    const packet = this.#packet;
    packet.clear();
    packet.seconds = one.clock.seconds;
    packet.nanoseconds = one.clock.nanoseconds;
    packet.originalLength = view.getUint32(at + 24, this.#little);
    // 0xffff: not known.
    if (drops !== undefined && drops !== 0xffff) packet.dropCount = BigInt(drops);
    const options = data + length + (-length & 3);
    if (options < end) this.#options(new OptionReader(bytes, view, this.#little, options, end));
    this.#pass(one, interfaceId, bytes, data, length);
    return true;
  }

  #simplePacket(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const one = this.#interfaces[0];
    if (one === undefined) return this.#refuse('a packet of interface 0, which is not described');
    const data = at + 12;
    const packet = this.#packet;
    packet.clear();
    packet.seconds = 0;
    packet.nanoseconds = 0;
    packet.originalLength = view.getUint32(at + 8, this.#little);
    const kept = one.snapLength === 0 ? packet.originalLength : Math.min(packet.originalLength, one.snapLength);
    this.#pass(one, 0, bytes, data, Math.min(kept, end - data));
    return true;
  }

  #pass(one: Interface, interfaceId: number, bytes: Uint8Array, offset: number, length: number): void {
    const packet = this.#packet;
    packet.section = this.#section;
    packet.interfaceId = interfaceId;
    packet.linkType = one.linkType;
    packet.bytes = bytes;
    packet.offset = offset;
    packet.length = length;
    this.#handler.packet(packet);
  }

  #options(option: OptionReader): void {
    const packet = this.#packet;
    let comments: string[] | undefined;
    while (option.next()) {
      if (option.code === AnyOption.COMMENT) (comments ??= []).push(option.text());
      else if (option.code === PacketOption.FLAGS) packet.flags = option.u32() ?? 0;
      else if (option.code === PacketOption.DROP_COUNT) packet.dropCount = option.u64() ?? packet.dropCount;
    }
    if (comments !== undefined) packet.comments = comments;
  }

  #statistics(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const found: Mutable<CaptureStatistics> = {
      section: this.#section,
      interfaceId: view.getUint32(at + 8, this.#little),
    };
    const option = new OptionReader(bytes, view, this.#little, at + 20, end);
    while (option.next()) {
      const value = option.u64();
      if (value === undefined) continue;
      if (option.code === StatisticsOption.RECEIVED) found.received = value;
      else if (option.code === StatisticsOption.DROPPED) found.dropped = value;
      else if (option.code === StatisticsOption.FILTER_ACCEPTED) found.filterAccepted = value;
      else if (option.code === StatisticsOption.OS_DROPPED) found.osDropped = value;
      else if (option.code === StatisticsOption.DELIVERED) found.delivered = value;
    }
    this.#handler.statistics?.(found);
  }

  #need(octets: number): number {
    this.needed = octets;
    return 0;
  }

  #malformed(message: string): number {
    this.message = message;
    return -1;
  }

  #refuse(message: string): boolean {
    this.message = message;
    return false;
  }
}
