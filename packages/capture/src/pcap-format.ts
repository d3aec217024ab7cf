import { LONGEST_PACKET, type CaptureFormat } from './capture-format.ts';
import type { CaptureHandler, PacketView } from './packet-view.ts';

const FILE_HEADER = 24;
const PACKET_HEAD = 16;
const NANOSECONDS = 1_000_000_000;

/** Classic pcap of either byte order, with microseconds or nanoseconds. */
export class PcapFormat implements CaptureFormat {
  needed = 0;
  message = '';
  readonly #handler: CaptureHandler;
  readonly #packet: PacketView;
  readonly #little: boolean;
  /** Fractions of a second in a second. */
  readonly #perSecond: number;
  #started = false;

  constructor(handler: CaptureHandler, packet: PacketView, little: boolean, nanoseconds: boolean) {
    this.#handler = handler;
    this.#packet = packet;
    this.#little = little;
    this.#perSecond = nanoseconds ? NANOSECONDS : 1_000_000;
  }

  step(bytes: Uint8Array, view: DataView, at: number, available: number): number {
    if (!this.#started) return this.#start(view, at, available);
    if (available < PACKET_HEAD) return this.#need(PACKET_HEAD);
    const little = this.#little;
    const length = view.getUint32(at + 8, little);
    if (length > LONGEST_PACKET) {
      this.message = `a packet of ${String(length)} octets, more than ${String(LONGEST_PACKET)}`;
      return -1;
    }
    const total = PACKET_HEAD + length;
    if (available < total) return this.#need(total);
    const fraction = view.getUint32(at + 4, little);
    const carry = Math.floor(fraction / this.#perSecond);
    const packet = this.#packet;
    packet.seconds = view.getUint32(at, little) + carry;
    packet.nanoseconds = (fraction - carry * this.#perSecond) * (NANOSECONDS / this.#perSecond);
    packet.bytes = bytes;
    packet.offset = at + PACKET_HEAD;
    packet.length = length;
    packet.originalLength = view.getUint32(at + 12, little);
    this.#handler.packet(packet);
    return total;
  }

  #start(view: DataView, at: number, available: number): number {
    if (available < FILE_HEADER) return this.#need(FILE_HEADER);
    const major = view.getUint16(at + 4, this.#little);
    if (major !== 2) {
      this.message = `pcap of version ${String(major)}, not 2`;
      return -1;
    }
    this.#started = true;
    // Its upper half tells of frame check sequences.
    const linkType = view.getUint32(at + 20, this.#little) & 0xffff;
    this.#packet.linkType = linkType;
    const snapLength = view.getUint32(at + 16, this.#little);
    this.#handler.section?.({ section: 0, littleEndian: this.#little, comments: [] });
    this.#handler.interface?.({ section: 0, id: 0, linkType, snapLength, comments: [] });
    return FILE_HEADER;
  }

  #need(octets: number): number {
    this.needed = octets;
    return 0;
  }
}
