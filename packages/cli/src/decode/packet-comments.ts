import { ConversationTracker, decodeStep, outcomeText, requestName, type Conversation, type DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import { durationText } from '../print/duration-text.ts';

/** Numbers of requests that are remembered: as many as may wait for an answer. */
const MAX_FRAMES = 65_536;

/**
 * Comments for packets: what an acknowledgement says in words, which request was answered, and how long it took. Wireshark
 * shows none of it by itself.
 */
export class PacketComments {
  readonly #tracker: ConversationTracker;
  readonly #comments: string[] = [];
  /** Numbers of packets in the capture that is written, by those in the one that is read. */
  readonly #written: Map<number, number> = new Map();

  /**
   * @param context - whose messages these are
   */
  constructor(context: DecodeContext) {
    this.#tracker = new ConversationTracker(context, (conversation) => {
      this.#ended(conversation);
    });
  }

  /**
   * Takes a message, whether its packet is written or not.
   *
   * @param cursor - stands at it
   */
  message(cursor: PacketCursor): void {
    if (!cursor.isMessage) return;
    const role = this.#tracker.message(cursor);
    if (role !== 'ack' && role !== 'done' && role !== 'orphan') return;
    const decoded = decodeStep(cursor);
    const error = 'error' in decoded ? decoded.error : undefined;
    if (error === undefined || (error.errno === 0 && error.msg === undefined)) return;
    this.#comments.unshift(outcomeText(error.request === undefined ? 'dump' : requestName(error.request), error));
  }

  /** The comments of the packet whose messages were taken since the last time. */
  take(): string[] {
    return this.#comments.splice(0);
  }

  /**
   * Notes that a packet is written.
   *
   * @param frame - its number in the capture that is read
   * @param written - its number in the one that is written
   */
  note(frame: number, written: number): void {
    this.#written.set(frame, written);
    if (this.#written.size <= MAX_FRAMES) return;
    const { value: oldest } = this.#written.keys().next();
    if (oldest !== undefined) this.#written.delete(oldest);
  }

  #ended({ end, type, command, frame, latency, duration, isDump, messages, chunks, isInterrupted }: Conversation): void {
    // The others ended without a packet that could be commented.
    if (end === 'replaced' || end === 'open') return;
    const name = requestName(command === undefined ? { type } : { type, command });
    const number = this.#written.get(frame);
    const request = number === undefined ? name : `${name} of frame ${String(number)}`;
    if (isDump) {
      const size = `${counted(messages, 'message')} in ${counted(chunks, 'packet')}`;
      const interrupted = isInterrupted ? '; what was dumped changed meanwhile' : '';
      this.#comments.push(`Ends the dump ${request}: ${size}${duration === undefined ? '' : `, ${durationText(Number(duration))}`}${interrupted}.`);
    } else this.#comments.push(`Answers ${request}${latency === undefined ? '' : ` after ${durationText(Number(latency))}`}.`);
  }
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
