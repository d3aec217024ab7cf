import type { Transcoder } from '@netdevkit/capture';
import type { Filter, PacketCursor } from '@netdevkit/netlink';
import type { NetlinkPacket } from '../input/message-stream.ts';
import type { Printer } from '../print/printer.ts';
import type { PacketComments } from './packet-comments.ts';

/** What becomes of messages. */
export interface DecodeRunOptions {
  /** Which of them. */
  readonly filter: Filter | undefined;
  /** Prints them. */
  readonly printer: Printer | undefined;
  /** Writes packets that hold one of them. */
  readonly writer: Transcoder | undefined;
  /** Makes comments for the packets that are written. */
  readonly comments: PacketComments | undefined;
  /** How many packets the writer adds at the start. */
  readonly added: number;
  /** How many there may be. */
  readonly count: number;
}

/** Passes on the messages of a capture: to be printed, their packets to be written. */
export class DecodeRun {
  readonly #options: DecodeRunOptions;
  #left: number;

  /**
   * @param options - what becomes of messages
   */
  constructor(options: DecodeRunOptions) {
    this.#options = options;
    this.#left = options.count;
  }

  /**
   * Passes on a packet.
   *
   * @param packet - the packet
   * @param cursor - before its first message
   * @returns whether more are wanted
   */
  packet(packet: NetlinkPacket, cursor: PacketCursor): boolean {
    const { filter, printer, comments } = this.#options;
    // A datagram of no octets has no message that a filter could ask about.
    let isWanted = filter === undefined;
    while (this.#left > 0 && cursor.next()) {
      comments?.message(cursor);
      if (filter !== undefined && !filter.matches(cursor)) continue;
      isWanted = true;
      this.#left--;
      printer?.print(cursor);
    }
    const said = comments?.take();
    if (isWanted) this.#write(packet, said);
    return this.#left > 0;
  }

  #write({ view, frame }: NetlinkPacket, said: readonly string[] | undefined): void {
    const { writer, comments, added } = this.#options;
    if (writer === undefined) return;
    writer.packet(view, said);
    comments?.note(frame, added + writer.packets);
  }
}
