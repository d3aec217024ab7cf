import {
  NLMSG_HDRLEN,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  nlmsgerr,
  nlmsghdr,
} from '@netdevkit/bindings';
import type { DecodeContext } from './context.ts';
import { Identity } from './identity.ts';
import type { MessageSpan } from './span.ts';

const ENOBUFS = 105;
const NANOSECONDS = 1_000_000_000n;

/** Conversations that have not ended are forgotten, the oldest first, when there are more: a hostile capture never ends any. */
const DEFAULT_LIMIT = 65_536;

/** Requests of one number that wait at the same time. */
const MOST_OF_ONE_NUMBER = 16;

/** How a conversation ended. */
export type ConversationEnd =
  /** With an acknowledgement, or an error. */
  | 'ack'
  /** With the end of a dump. */
  | 'done'
  /** With one answer that is not part of a dump, where no acknowledgement was asked for. */
  | 'reply'
  /** Nothing answered, and another request of the same number came. */
  | 'replaced'
  /** The capture ended, or too many conversations were open. */
  | 'open';

/** A request and what was said to it. */
export interface Conversation {
  /** The interface that captured it, if that is known: one for each network namespace. */
  readonly interface?: string;
  /** `NETLINK_*`. */
  readonly protocol: number;
  /** The name of the request's type. */
  readonly type: string;
  /** The generic family. */
  readonly family?: string;
  /** The generic family's command. */
  readonly command?: string;
  /** The port that asked: 0 if the request does not say and nothing answered. */
  readonly pid: number;
  /** The request's number. */
  readonly seq: number;
  /** The packet of the request; -1 if that is not known. */
  readonly frame: number;
  /** The packet of the last message. */
  readonly lastFrame: number;
  /** How it ended. */
  readonly end: ConversationEnd;
  /** Messages that answered, without the acknowledgement or the end of the dump. */
  readonly messages: number;
  /** Packets that they came in. */
  readonly chunks: number;
  /** Octets of these messages. */
  readonly octets: number;
  /** Whether it was a dump. */
  readonly isDump: boolean;
  /** Whether the kernel said that what it dumped changed meanwhile. */
  readonly isInterrupted: boolean;
  /** 0, or the errno that it ended with: negative, as on the wire. */
  readonly errno: number;
  /** Whether that was ENOBUFS. */
  readonly hasOverrun: boolean;
  /** Nanoseconds from the request to the first answer. */
  readonly latency?: bigint;
  /** Nanoseconds from the request to the last message. */
  readonly duration?: bigint;
}

/** What a message is in its conversation. */
export type ConversationRole =
  | 'request'
  | 'reply'
  | 'ack'
  | 'done'
  /** A notification: nobody asked. */
  | 'event'
  /** An answer whose request the capture does not have. */
  | 'orphan';

/** A conversation that is going on. */
class Open {
  readonly interface: string | undefined;
  readonly protocol: number;
  readonly type: string;
  readonly family: string | undefined;
  readonly command: string | undefined;
  readonly seq: number;
  readonly frame: number;
  readonly time: bigint | undefined;
  readonly wantsAck: boolean;
  readonly expectsAnswer: boolean;
  pid: number;
  key: string;
  lastFrame: number;
  lastTime: bigint | undefined;
  firstTime: bigint | undefined;
  messages = 0;
  chunks = 0;
  chunkFrame = -2;
  octets = 0;
  isDump = false;
  isInterrupted = false;

  constructor(context: DecodeContext, identity: Identity, key: string, pid: number, seq: number, flags: number) {
    this.interface = context.interface;
    this.protocol = context.protocol;
    this.type = identity.typeName;
    this.family = identity.family;
    this.command = identity.command;
    this.pid = pid;
    this.seq = seq;
    this.key = key;
    this.frame = context.frame;
    this.lastFrame = context.frame;
    this.time = timeOf(context);
    this.lastTime = this.time;
    this.wantsAck = (flags & NLM_F_ACK) !== 0;
    this.expectsAnswer = this.wantsAck || (flags & NLM_F_DUMP) === NLM_F_DUMP;
  }

  end(end: ConversationEnd, errno: number): Conversation {
    const latency = between(this.time, this.firstTime);
    const duration = between(this.time, this.lastTime);
    return {
      ...(this.interface === undefined ? {} : { interface: this.interface }),
      protocol: this.protocol,
      type: this.type,
      ...(this.family === undefined ? {} : { family: this.family }),
      ...(this.command === undefined ? {} : { command: this.command }),
      pid: this.pid,
      seq: this.seq,
      frame: this.frame,
      lastFrame: this.lastFrame,
      end,
      messages: this.messages,
      chunks: this.chunks,
      octets: this.octets,
      isDump: this.isDump,
      isInterrupted: this.isInterrupted,
      errno,
      hasOverrun: errno === -ENOBUFS,
      ...(latency === undefined ? {} : { latency }),
      ...(duration === undefined ? {} : { duration }),
    };
  }
}

/**
 * Pairs requests with what answers them, by interface, protocol, port and sequence number. Nothing is decoded for it but
 * headers.
 *
 * @example
 * ```ts
 * const tracker = new ConversationTracker(context, (conversation) => console.log(conversation.type, conversation.latency));
 * while (cursor.next()) if (cursor.isMessage) tracker.message(cursor);
 * tracker.finish();
 * ```
 */
export class ConversationTracker {
  readonly #context: DecodeContext;
  readonly #ended: (conversation: Conversation) => void;
  readonly #limit: number;
  /** By key, the oldest first. Programs that leave their port out may use one number at the same time. */
  readonly #open: Map<string, Open[]> = new Map();
  #count = 0;
  readonly #identity: Identity = new Identity();
  #orphans = 0;

  /**
   * @param context - whose messages it is told
   * @param ended - is told of each conversation when it ends
   * @param limit - how many may be open
   */
  constructor(context: DecodeContext, ended: (conversation: Conversation) => void, limit: number = DEFAULT_LIMIT) {
    this.#context = context;
    this.#ended = ended;
    this.#limit = Math.max(1, limit);
  }

  /** Answers whose requests the capture does not have. */
  get orphans(): number {
    return this.#orphans;
  }

  /** Conversations that are going on. */
  get openCount(): number {
    return this.#count;
  }

  /**
   * Takes a message.
   *
   * @param message - of the packet that the context has begun
   * @returns what it is in its conversation
   */
  message(message: MessageSpan): ConversationRole {
    if (message.length < NLMSG_HDRLEN) return 'event';
    const { view, offset } = message;
    const flags = nlmsghdr.nlmsg_flags(view, offset);
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    const seq = nlmsghdr.nlmsg_seq(view, offset);
    this.#identity.look(this.#context, message);
    const { role } = this.#identity;
    if (role === 'family' && (flags & NLM_F_REQUEST) !== 0) {
      this.#request(pid, seq, flags);
      return 'request';
    }
    const open = this.#find(pid, seq);
    if (open === undefined) {
      // From net/netlink: what the kernel sends on its own account has no number, or that of the request that caused it.
      const isAnswer = role === 'error' || role === 'done' || (flags & NLM_F_MULTI) !== 0;
      if (!isAnswer) return 'event';
      this.#orphans++;
      return 'orphan';
    }
    this.#touch(open);
    if ((flags & NLM_F_DUMP_INTR) !== 0) open.isInterrupted = true;
    if (role === 'error' || role === 'done') {
      if (role === 'done') open.isDump = true;
      this.#close(open, role === 'error' ? 'ack' : 'done', errnoOf(message));
      return role === 'error' ? 'ack' : 'done';
    }
    this.#reply(open, message.length, flags);
    return 'reply';
  }

  /** Ends what is going on: the capture is over. */
  finish(): void {
    for (const open of [...this.#open.values()].flat()) this.#close(open, 'open', 0);
  }

  #request(pid: number, seq: number, flags: number): void {
    const key = this.#key(pid, seq);
    const list = this.#open.get(key) ?? [];
    // A port numbers its requests; 0 is whoever does not say. What nothing answers, as it asks for no acknowledgement, has
    // had its time when the next of its number comes.
    for (const old of list.filter((open) => pid !== 0 || !open.expectsAnswer || list.length >= MOST_OF_ONE_NUMBER)) this.#close(old, 'replaced', 0);
    if (this.#count >= this.#limit) this.#forgetOldest();
    this.#add(key, new Open(this.#context, this.#identity, key, pid, seq, flags));
  }

  #add(key: string, open: Open): void {
    const list = this.#open.get(key);
    if (list === undefined) this.#open.set(key, [open]);
    else list.push(open);
    this.#count++;
  }

  #remove(open: Open): void {
    const list = this.#open.get(open.key);
    const index = list?.indexOf(open) ?? -1;
    if (list === undefined || index < 0) return;
    list.splice(index, 1);
    if (list.length === 0) this.#open.delete(open.key);
    this.#count--;
  }

  #forgetOldest(): void {
    const oldest = this.#open.values().next().value?.[0];
    if (oldest !== undefined) this.#close(oldest, 'open', 0);
  }

  #reply(open: Open, octets: number, flags: number): void {
    const { frame } = this.#context;
    open.messages++;
    open.octets += octets;
    if (frame < 0 || frame !== open.chunkFrame) open.chunks++;
    open.chunkFrame = frame;
    const isPart = (flags & NLM_F_MULTI) !== 0;
    if (isPart) open.isDump = true;
    else if (!open.wantsAck) this.#close(open, 'reply', 0);
  }

  #touch(open: Open): void {
    open.lastFrame = this.#context.frame;
    open.lastTime = timeOf(this.#context);
    open.firstTime ??= open.lastTime;
  }

  /** Requests mostly leave their port out; the answers name it, and from then on so does the conversation. */
  #find(pid: number, seq: number): Open | undefined {
    const known = this.#open.get(this.#key(pid, seq))?.[0];
    if (known !== undefined || pid === 0) return known;
    const open = this.#open.get(this.#key(0, seq))?.[0];
    if (open === undefined) return undefined;
    this.#remove(open);
    open.pid = pid;
    open.key = this.#key(pid, seq);
    this.#add(open.key, open);
    return open;
  }

  #close(open: Open, end: ConversationEnd, errno: number): void {
    this.#remove(open);
    this.#ended(open.end(end, errno));
  }

  #key(pid: number, seq: number): string {
    const { interface: captured, protocol } = this.#context;
    return `${String(protocol)} ${String(pid)} ${String(seq)} ${captured ?? ''}`;
  }
}

function errnoOf({ view, offset, length }: MessageSpan): number {
  return length < NLMSG_HDRLEN + nlmsgerr.FIELDS.error.size ? 0 : nlmsgerr.error(view, offset + NLMSG_HDRLEN);
}

function timeOf({ seconds, nanoseconds }: DecodeContext): bigint | undefined {
  return seconds < 0 ? undefined : BigInt(seconds) * NANOSECONDS + BigInt(nanoseconds);
}

function between(from: bigint | undefined, to: bigint | undefined): bigint | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
