import { GENL_ID_CTRL, NETLINK_GENERIC, NLMSG_HDRLEN, NLM_F_REQUEST, nlmsghdr } from '@netdevkit/bindings';
import { errnoName } from '@netdevkit/errno';
import { ConversationTracker, decodeStep, FieldReader, type Conversation, type DecodeContext, type PacketCursor } from '@netdevkit/netlink';
import { LatencyHistogram } from './latency-histogram.ts';

/** A hostile capture has as many types of messages as it likes: what comes after so many is counted together. */
const MAX_ROWS = 2048;
const MAX_NUMBERS = 65_536;
const REST = '(others)';
const NO_MESSAGE = '(no message)';

/** What there is of one type of messages. */
export interface TrafficRow {
  /** `NETLINK_*`, by number. */
  readonly protocol: number;
  /** The type's name; of a generic family its name and the command's. */
  readonly type: string;
  messages: number;
  octets: number;
  /** How many requests of the type failed, by the error's name. */
  readonly errors: Map<string, number>;
  /** From requests of the type to their first answers. */
  readonly latency: LatencyHistogram;
}

/** What became of requests. */
export interface RequestCounts {
  /** All of them. */
  requests: number;
  /** Those that something answered. */
  answered: number;
  /** Those that were refused, or failed. */
  failed: number;
  /** Dumps during which something changed. */
  interrupted: number;
}

/** Counts the messages of a capture by type. */
export class Traffic {
  /** What became of requests. */
  readonly counts: RequestCounts = { requests: 0, answered: 0, failed: 0, interrupted: 0 };
  readonly #tracker: ConversationTracker;
  readonly #names: FieldReader = new FieldReader(['type', 'command']);
  readonly #rows: Map<string, TrafficRow> = new Map();
  /** Rows by the numbers that say what a message is, while these mean the same. */
  readonly #byNumbers: Map<number, TrafficRow> = new Map();
  #messages = 0;
  #octets = 0;
  #hasEnded = false;

  /**
   * @param context - whose messages it is told
   */
  constructor(context: DecodeContext) {
    this.#tracker = new ConversationTracker(context, (conversation) => {
      this.#end(conversation);
    });
  }

  /** How many messages there were. */
  get messages(): number {
    return this.#messages;
  }

  /** How many octets they had. */
  get octets(): number {
    return this.#octets;
  }

  /** How many answers there were whose requests the capture does not have. */
  get orphans(): number {
    return this.#tracker.orphans;
  }

  /** All types, the most frequent first. */
  get rows(): TrafficRow[] {
    return [...this.#rows.values()].sort((a, b) => b.messages - a.messages || a.protocol - b.protocol || (a.type < b.type ? -1 : 1));
  }

  /**
   * Counts what a cursor stands at.
   *
   * @param cursor - at a message, or at octets that are none
   */
  add(cursor: PacketCursor): void {
    const row = this.#rowOf(cursor);
    const octets = cursor.isMessage ? cursor.length : cursor.trailing;
    row.messages++;
    row.octets += octets;
    this.#messages++;
    this.#octets += octets;
    if (!cursor.isMessage) return;
    this.#hasEnded = false;
    const role = this.#tracker.message(cursor);
    if (role === 'orphan' && !this.#hasEnded) this.#countOrphan(cursor, row);
  }

  /** Ends what is going on: the capture is over. */
  finish(): void {
    this.#tracker.finish();
  }

  #end({ end, protocol, type, command, latency, errno, isInterrupted, messages }: Conversation): void {
    this.#hasEnded = true;
    const row = this.#named(protocol, nameOf(type, command));
    this.counts.requests++;
    if (messages > 0 || (end !== 'open' && end !== 'replaced')) this.counts.answered++;
    if (isInterrupted) this.counts.interrupted++;
    if (latency !== undefined) row.latency.add(Number(latency));
    if (errno === 0) return;
    this.counts.failed++;
    countError(row, errno);
  }

  /** An acknowledgement repeats its request's header, even if the request itself is not there. */
  #countOrphan(cursor: PacketCursor, row: TrafficRow): void {
    const decoded = decodeStep(cursor);
    const error = 'error' in decoded ? decoded.error : undefined;
    if (error === undefined || error.errno === 0) return;
    const { request } = error;
    countError(request === undefined ? row : this.#named(cursor.context.protocol, nameOf(request.type, request.command)), error.errno);
  }

  #rowOf(cursor: PacketCursor): TrafficRow {
    const { protocol } = cursor.context;
    if (!cursor.isMessage) return this.#named(protocol, NO_MESSAGE);
    const { view, offset, length } = cursor;
    const type = nlmsghdr.nlmsg_type(view, offset);
    const isGeneric = protocol === NETLINK_GENERIC;
    // What the controller says may give numbers another meaning.
    if (isGeneric && type === GENL_ID_CTRL) this.#byNumbers.clear();
    const command = isGeneric && length > NLMSG_HDRLEN ? view.getUint8(offset + NLMSG_HDRLEN) : 0;
    const isRequest = (nlmsghdr.nlmsg_flags(view, offset) & NLM_F_REQUEST) !== 0;
    const numbers = ((protocol * 0x1_0000 + type) * 0x100 + command) * 2 + (isRequest ? 1 : 0);
    const known = this.#byNumbers.get(numbers);
    if (known !== undefined) return known;
    const [name, commandName] = this.#names.read(cursor);
    const row = this.#named(protocol, nameOf(typeof name === 'string' ? name : '', typeof commandName === 'string' ? commandName : undefined));
    if (this.#byNumbers.size >= MAX_NUMBERS) this.#byNumbers.clear();
    this.#byNumbers.set(numbers, row);
    return row;
  }

  #named(protocol: number, type: string): TrafficRow {
    const key = `${String(protocol)} ${type}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_ROWS && type !== REST) return this.#named(protocol, REST);
    const row: TrafficRow = { protocol, type, messages: 0, octets: 0, errors: new Map(), latency: new LatencyHistogram() };
    this.#rows.set(key, row);
    return row;
  }
}

function nameOf(type: string, command: string | undefined): string {
  return command === undefined ? type : `${type} ${command}`;
}

function countError({ errors }: TrafficRow, errno: number): void {
  const name = errnoName(-errno) ?? String(errno);
  errors.set(name, (errors.get(name) ?? 0) + 1);
}
