import { AnyOption, Block, BYTE_ORDER_MAGIC, PacketOption } from './block-types.ts';
import { LONGEST_BLOCK, type CaptureFormat } from './capture-format.ts';
import { ClockUnit } from './clock-unit.ts';
import { OptionReader } from './option-reader.ts';
import type { CaptureHandler, PacketView } from './packet-view.ts';
import { readBlock } from './pcapng-blocks.ts';
import { readInterface, readSection, readStatistics } from './pcapng-heads.ts';
import type { RawOption, TypedOctets } from './raw-option.ts';

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

/** Verdicts that are integers: of Linux eBPF TC and eBPF XDP. */
const EBPF_VERDICTS: readonly number[] = [1, 2];

/** pcapng: sections of either byte order; blocks of other types are skipped unseen when nobody wants them, or when they are long. */
export class PcapngFormat implements CaptureFormat {
  needed = 0;
  message = '';
  readonly #handler: CaptureHandler;
  readonly #packet: PacketView;
  #little = true;
  #section = -1;
  #interfaces: Interface[] = [];
  // For statistics of an interface that is not described.
  readonly #clock = new ClockUnit(6, 0);

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
    if (least === 0 && !this.#wanted(type, total)) return total;
    if (total > LONGEST_BLOCK) return this.#malformed(`a block of ${String(total)} octets, more than ${String(LONGEST_BLOCK)}`);
    if (available < total) return this.#need(total);
    if (view.getUint32(at + total - 4, this.#little) !== total) return this.#malformed('a block with two different lengths');
    const end = at + total - 4;
    const done = this.#dispatch(type, bytes, view, at, end);
    return done ? total : -1;
  }

  /** Whether somebody wants a block that is not needed to read packets; tells them of one that is too long. */
  #wanted(type: number, total: number): boolean {
    if (total <= LONGEST_BLOCK) return this.#handler.block !== undefined;
    this.#handler.block?.({ kind: 'oversized', section: this.#section, type, length: total });
    return false;
  }

  #dispatch(type: number, bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const little = this.#little;
    switch (type) {
      case Block.ENHANCED_PACKET:
        return this.#timedPacket(view.getUint32(at + 8, little), undefined, bytes, view, at, end);
      case Block.PACKET:
        return this.#timedPacket(view.getUint16(at + 8, little), view.getUint16(at + 10, little), bytes, view, at, end);
      case Block.SIMPLE_PACKET:
        return this.#simplePacket(bytes, view, at, end);
      case Block.INTERFACE_DESCRIPTION:
        return this.#describe(bytes, view, at, end);
      case Block.INTERFACE_STATISTICS:
        this.#statistics(bytes, view, at, end);
        return true;
      case Block.SECTION_HEADER:
        return this.#begin(bytes, view, at, end);
      default:
        this.#handler.block?.({ ...readBlock(type, bytes.subarray(at + 8, end), little), section: this.#section });
        return true;
    }
  }

  #begin(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const major = view.getUint16(at + 12, this.#little);
    if (major !== 1) return this.#refuse(`pcapng of version ${String(major)}, not 1`);
    this.#section++;
    this.#interfaces = [];
    const option = new OptionReader(bytes, view, this.#little, at + 24, end);
    this.#handler.section?.(readSection(option, this.#section, this.#little));
    return true;
  }

  #describe(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const id = this.#interfaces.length;
    if (id === MOST_INTERFACES) return this.#refuse(`a section of more than ${String(MOST_INTERFACES)} interfaces`);
    const linkType = view.getUint16(at + 8, this.#little);
    const snapLength = view.getUint32(at + 12, this.#little);
    const option = new OptionReader(bytes, view, this.#little, at + 16, end);
    const { found, clock } = readInterface(option, { section: this.#section, id, linkType, snapLength });
    this.#interfaces.push({ linkType, snapLength, clock });
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
    if (drops !== undefined && drops !== 0xffff) {
      packet.annotated = true;
      packet.dropCount = BigInt(drops);
    }
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
    let hashes: TypedOctets[] | undefined;
    let verdicts: TypedOctets[] | undefined;
    let options: RawOption[] | undefined;
    while (option.next()) {
      packet.annotated = true;
      if (option.code === PacketOption.FLAGS) packet.flags = option.u32() ?? 0;
      else if (option.code === AnyOption.COMMENT) (comments ??= []).push(option.text());
      else if (option.code === PacketOption.DROP_COUNT) packet.dropCount = option.u64() ?? packet.dropCount;
      else if (option.code === PacketOption.PACKET_ID) packet.packetId = option.u64();
      else if (option.code === PacketOption.QUEUE) packet.queue = option.u32();
      else if (option.code === PacketOption.HASH) (hashes ??= []).push(...option.typed());
      else if (option.code === PacketOption.VERDICT) (verdicts ??= []).push(...option.typed().map(this.#verdict, this));
      else (options ??= []).push(option.raw());
    }
    if (comments !== undefined) packet.comments = comments;
    if (hashes !== undefined) packet.hashes = hashes;
    if (verdicts !== undefined) packet.verdicts = verdicts;
    if (options !== undefined) packet.options = options;
  }

  /** A verdict with its integer in little-endian order. */
  #verdict(verdict: TypedOctets): TypedOctets {
    const { type, bytes } = verdict;
    return !this.#little && EBPF_VERDICTS.includes(type) ? { type, bytes: bytes.toReversed() } : verdict;
  }

  #statistics(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const interfaceId = view.getUint32(at + 8, this.#little);
    const option = new OptionReader(bytes, view, this.#little, at + 20, end);
    const clock = this.#interfaces[interfaceId]?.clock ?? this.#clock;
    this.#handler.statistics?.(readStatistics(option, this.#section, interfaceId, clock));
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
