import { LinkType, NETLINK_HEADER_LENGTH, PacketView, writeNetlinkHeader } from '@netdevkit/capture';
import type { DecodeContext, Filter, PacketCursor } from '@netdevkit/netlink';
import { Failure } from '../failure.ts';
import { MessageStream, type NetlinkPacket } from '../input/message-stream.ts';
import type { Printer } from '../print/printer.ts';
import type { CaptureFiles } from './capture-files.ts';
import type { Source, SourceInfo } from './source.ts';
import type { Status, StatusLine } from './status-line.ts';

/** How long packets are taken that came before the end, where more come all the time. */
const LAST_MS = 1000;

/** What is captured, and where it goes. */
export interface LiveOptions {
  readonly source: Source;
  readonly context: DecodeContext;
  readonly filter: Filter | undefined;
  readonly printer: Printer | undefined;
  readonly files: CaptureFiles | undefined;
  readonly status: StatusLine;
  readonly count: number;
}

/** A capture that is under way. */
export class Live {
  readonly #options: LiveOptions;
  readonly #stream: MessageStream;
  readonly #view: PacketView = new PacketView();
  #bytes: Uint8Array = new Uint8Array(0);
  #data: DataView = new DataView(new ArrayBuffer(0));
  #messages = 0;
  #packets = 0;
  /** Whether packets are written as they come, and nobody looks into them. */
  readonly #isBlind: boolean;

  /** @param options - what is captured, and where it goes */
  constructor(options: LiveOptions) {
    const { source, context, filter, printer, files, count } = options;
    this.#options = options;
    this.#isBlind = files !== undefined && printer === undefined && filter === undefined && (count === Infinity || source.linkType !== LinkType.NETLINK);
    this.#view.linkType = source.linkType;
    this.#stream = new MessageStream({
      context,
      needsSchemas: printer !== undefined || filter?.needs === 'names' || filter?.needs === 'payload',
      onPacket: (packet, cursor) => this.#packet(packet, cursor),
      onPart: () => {
        printer?.flush();
        files?.flush();
      },
    });
    this.#stream.section({ section: 0, littleEndian: true, comments: [] });
    this.#stream.interface({ section: 0, id: 0, linkType: source.linkType, snapLength: 0, name: source.name, comments: [] });
  }

  /** How far it has come. */
  get status(): Status {
    return { packets: this.#packets, messages: this.#isBlind ? undefined : this.#messages, drops: this.#options.source.drops };
  }

  /** Runs until it is stopped, has enough, or its interface has gone. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, status } = this.#options;
    let end = Infinity;
    for (let isOver = false; !isOver; ) {
      if (!signal.aborted) await waitFor(source, signal);
      // What was captured before the signal is a part of it.
      isOver = signal.aborted;
      if (isOver && end === Infinity) end = performance.now() + LAST_MS;
      const hasEnded = source.drain((bytes, offset, length, info) => {
        this.#take(bytes, offset, length, info);
      });
      if (!(await this.#stream.between(true)) || this.#messages >= this.#options.count) return;
      status.show(() => this.status);
      if (hasEnded && !isOver) throw new Failure(`${source.name} is down, or was removed`);
      isOver &&= !source.readable || performance.now() >= end;
      // Signals and timers have their turn even when packets never end.
      if (!isOver) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #take(bytes: Uint8Array, offset: number, length: number, info: SourceInfo): void {
    const { source, files, count } = this.#options;
    if (this.#messages >= count) return;
    this.#packets += 1;
    const view = this.#view;
    view.seconds = info.sec;
    view.nanoseconds = info.nsec;
    view.bytes = bytes;
    const { headroom } = source;
    if (headroom >= NETLINK_HEADER_LENGTH) {
      if (bytes !== this.#bytes) {
        this.#bytes = bytes;
        this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      writeNetlinkHeader(this.#data, offset - NETLINK_HEADER_LENGTH, info.protocol, info.pktType);
    }
    view.offset = offset - headroom;
    view.length = length + headroom;
    view.originalLength = info.origLength + headroom;
    if (this.#isBlind) {
      this.#messages += 1;
      files?.packet(view);
    } else this.#stream.packet(view);
  }

  #packet(packet: NetlinkPacket, cursor: PacketCursor): boolean {
    const { filter, printer, files, count } = this.#options;
    // A datagram of no octets has no message that a filter could ask about.
    let isWanted = filter === undefined;
    while (this.#messages < count && cursor.next()) {
      if (filter !== undefined && !filter.matches(cursor)) continue;
      isWanted = true;
      this.#messages += 1;
      printer?.print(cursor);
    }
    if (isWanted) files?.packet(packet.view);
    return this.#messages < count;
  }
}

/** Waits for a packet; the end of the wait is told by the signal itself. */
async function waitFor(source: Source, signal: AbortSignal): Promise<void> {
  try {
    await source.waitReadable(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
