import { LinkType, NETLINK_HEADER_LENGTH, PacketView, writeNetlinkHeader } from '@netdevkit/capture';
import type { DecodeContext, Filter, PacketCursor } from '@netdevkit/netlink';
import { Failure } from '../failure.ts';
import { MessageStream, type NetlinkPacket } from '../input/message-stream.ts';
import type { Outputs } from '../outputs/outputs.ts';
import type { Printer } from '../print/printer.ts';
import type { CaptureFiles } from './capture-files.ts';
import type { Source, SourceInfo } from './source.ts';
import { statusText, type Status, type StatusLine } from './status-line.ts';

/** How long it is waited for packets that came before the end; where nobody knows how many did, how long they are taken. */
const LAST_MS = 1000;
/** How often it is looked for packets of a block that the kernel still writes. */
const LAST_BLOCK_MS = 5;

/** What is captured, and where it goes. */
export interface LiveOptions {
  readonly source: Source;
  readonly context: DecodeContext;
  readonly filter: Filter | undefined;
  readonly printer: Printer | undefined;
  readonly files: CaptureFiles | undefined;
  readonly outputs: Outputs;
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
  /** What the kernel had, and was not passed on. */
  #unread = 0;
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
        return undefined;
      },
    });
    this.#stream.section({ section: 0, littleEndian: true, comments: [] });
    this.#stream.interface({ section: 0, id: 0, linkType: source.linkType, snapLength: 0, name: source.name, comments: [] });
  }

  /** How far it has come. */
  get status(): Status {
    return { packets: this.#packets, messages: this.#isBlind ? undefined : this.#messages, drops: this.#options.source.drops + this.#unread };
  }

  /** Runs until it is stopped, has enough, or its interface has gone. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, status } = this.#options;
    const show = (): void => {
      status.show(() => statusText(this.status));
    };
    // That it has begun is to be seen where nothing comes.
    show();
    let hasEnded = false;
    while (!hasEnded && !signal.aborted) {
      await this.#wait(signal);
      hasEnded = this.#drain();
      if (!(await this.#passOn())) return;
      show();
      // Signals and timers have their turn even when packets never end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!(await this.#finish())) return;
    if (hasEnded && !signal.aborted) throw new Failure(`${source.name} is down, or was removed`);
  }

  /** Waits for readers of what was written, then for packets. */
  async #wait(signal: AbortSignal): Promise<void> {
    const { source, outputs, status } = this.#options;
    while (outputs.isBehind && !signal.aborted) {
      await outputs.caughtUp(signal);
      status.show(() => statusText(this.status));
    }
    try {
      if (!signal.aborted) await source.waitReadable(signal);
    } catch (error) {
      // The end of the wait is told by the signal itself.
      if (!signal.aborted) throw error;
    }
  }

  /** Takes what came before the end and is not shown yet. */
  async #finish(): Promise<boolean> {
    const { source, outputs } = this.#options;
    let due = source.pending;
    let end = performance.now() + LAST_MS;
    // It is looked once more when the time is over: on a busy machine this process may not have had its turn meanwhile.
    for (let isOver = false; due > 0 && !isOver; ) {
      isOver = performance.now() >= end;
      const before = this.#packets;
      if (outputs.isBehind) source.drain(() => void (this.#unread += 1));
      else this.#drain();
      if (!(await this.#passOn())) return false;
      const left = Math.min(due - (this.#packets - before), source.pending);
      if (left < due) {
        end = performance.now() + LAST_MS;
        isOver = false;
      }
      due = left;
      // The kernel hands over a block that is not full when its time has come.
      if (due > 0 && !isOver && !source.readable) await new Promise((resolve) => setTimeout(resolve, LAST_BLOCK_MS));
    }
    if (due > 0 && due < Infinity) this.#unread += due;
    return true;
  }

  #drain(): boolean {
    return this.#options.source.drain((bytes, offset, length, info) => {
      this.#take(bytes, offset, length, info);
    });
  }

  /** Passes on what was written; gives whether there is more to come. */
  async #passOn(): Promise<boolean> {
    return (await this.#stream.between(true)) && this.#messages < this.#options.count;
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
