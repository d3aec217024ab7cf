import { NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_XFRM, NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLM_F_ACK, NLM_F_DUMP, NLM_F_ECHO, NLM_F_MULTI, NLM_F_REQUEST, RTM_GETACTION, RTM_GETCHAIN, RTM_NEWCHAIN, RTM_NEWQDISC, RTM_SETDCB, nlmsghdr } from '@netdevkit/bindings';
import { errnoName, type ExtendedAck } from '@netdevkit/errno';
import { messages, parseDone, parseError, type Message } from '@netdevkit/netlink';
import type { Exchange, RecordedNotification } from './exchange.ts';
import { Listeners, NFNL_SUBSYS } from './listeners.ts';

/** From net/core/rtnetlink.c: the last two bits of a type say what is asked: 2 is GET. */
const KIND_MASK = 3;
const KIND_GET = 2;
/** From include/uapi/linux/netfilter/nfnetlink.h. */
const NFNL_MSG_BATCH_BEGIN = 0x10;
/** What so many requests later has no answer will have none: not all of what passed may have been recorded. */
const PATIENCE = 8;
/** The same of one that somebody is known to wait for, as of a dump that takes its time. */
const LONG_PATIENCE = 4096;
/** From include/uapi/linux/netfilter/nfnetlink_conntrack.h:IPCTNL_MSG_CT_NEW, IPCTNL_MSG_CT_DELETE; the same for expectations. */
const CT_CHANGES: readonly number[] = [0, 2];
/** What is answered by messages. From include/uapi/linux/xfrm.h:XFRM_MSG_GETSA, GETPOLICY, ALLOCSPI, GETAE, GETSADINFO, GETSPDINFO, GETDEFAULT. */
const XFRM_QUESTIONS: readonly number[] = [0x12, 0x15, 0x16, 0x1f, 0x23, 0x25, 0x28];

/** An exchange, while answers to it may come. */
interface Open {
  readonly exchange: Exchange;
  readonly type: number;
  readonly isEcho: boolean;
  readonly isInBatch: boolean;
  /** Whether its answer has an end: that of a dump, or an acknowledgement. */
  readonly hasEnd: boolean;
  /** The port of who asked, once it is known. */
  pid: number;
}

/** Reads a recorded conversation: finds for each request what answers it, and what others were told meanwhile. */
export class Conversation {
  readonly listeners: Listeners = new Listeners();
  /** By protocol and sequence number, in their order. */
  readonly #open = new Map<string, Open[]>();
  /** Changes whose acknowledgement is to come, in their order. */
  #underWay: Exchange[] = [];
  #last: Exchange | undefined;
  #isLastAnswered = false;
  #count = 0;

  /** How many requests there were. */
  get length(): number {
    return this.#count;
  }

  /**
   * Takes the next datagram.
   *
   * @param toKernel - whether a program sent it; `undefined` where that is not known
   * @param begin - is given each request
   */
  add(protocol: number, bytes: Uint8Array, toKernel: boolean | undefined, begin: (exchange: Exchange, message: Message) => void): void {
    const all = [...messages(bytes)];
    const [first] = all;
    if (first === undefined) return;
    const isAsking = toKernel !== false && (first.flags & NLM_F_REQUEST) !== 0 && first.type >= NLMSG_MIN_TYPE;
    if (isAsking && (toKernel === true || !this.#isCopiedFlags(protocol, first))) for (const message of all) begin(this.#request(protocol, message, first), message);
    else if (toKernel !== true) this.#toProgram(protocol, bytes, all, first);
  }

  #request(protocol: number, { type, flags, seq, pid }: Message, first: Message): Exchange {
    const isDump = (flags & NLM_F_DUMP) === NLM_F_DUMP;
    const exchange: Exchange = { protocol, position: this.#count++, seq, isDump, before: [], after: [] };
    const key = keyOf(protocol, seq);
    // A number is used again: who got all that there was to be got is not meant.
    const waits = ({ hasEnd, pid: port, exchange: { position } }: Open): boolean => hasEnd && position > exchange.position - (port === 0 ? PATIENCE : LONG_PATIENCE) && (port === 0 || port !== pid);
    const waiting = (this.#open.get(key) ?? []).filter(waits);
    const isInBatch = protocol === NETLINK_NETFILTER && first.type === NFNL_MSG_BATCH_BEGIN;
    this.#open.set(key, [...waiting, { exchange, type, isEcho: (flags & NLM_F_ECHO) !== 0, isInBatch, hasEnd: isDump || (flags & NLM_F_ACK) !== 0, pid }]);
    this.#underWay = this.#underWay.filter(({ position }) => position > exchange.position - PATIENCE);
    if (!isDump && (flags & NLM_F_ACK) !== 0) this.#underWay.push(exchange);
    this.#last = exchange;
    this.#isLastAnswered = false;
    return exchange;
  }

  /** From net/sched/cls_api.c:tfilter_notify: what traffic control tells of a request bears the request's flags. */
  #isCopiedFlags(protocol: number, message: Message): boolean {
    return protocol === NETLINK_ROUTE && isTrafficControl(message.type) && this.#openOf(protocol, message) !== undefined;
  }

  #toProgram(protocol: number, bytes: Uint8Array, all: readonly Message[], first: Message): void {
    const open = this.#openOf(protocol, first);
    if (open === undefined || !isAnswer(protocol, first, open)) {
      this.#told(protocol, bytes, all, first);
      return;
    }
    for (const message of all) {
      this.listeners.learn(protocol, message);
      this.#answer(protocol, message);
    }
  }

  #answer(protocol: number, message: Message): void {
    const open = this.#openOf(protocol, message);
    if (open === undefined) return;
    const { exchange } = open;
    // Programs mostly leave their port out of requests; the first answer tells it.
    if (message.pid !== 0) open.pid = message.pid;
    if (exchange === this.#last) this.#isLastAnswered = true;
    // Not `slice`, which in a Buffer of Node shares the octets.
    const own = new Uint8Array(message.bytes.subarray(message.offset, message.offset + message.length));
    if (message.type === NLMSG_ERROR) {
      exchange.isAcknowledged = true;
      this.#underWay = this.#underWay.filter((other) => other !== exchange);
      end(exchange, parseError(message));
    } else if (message.type === NLMSG_DONE && exchange.isDump) {
      exchange.messages ??= [];
      exchange.dumpFlags = message.flags & ~NLM_F_MULTI;
      end(exchange, parseDone(message));
    } else {
      this.#echoed(protocol, open, own, message);
      (exchange.messages ??= []).push(own);
      if (message.type !== NLMSG_DONE) return;
    }
    const key = keyOf(protocol, message.seq);
    const rest = this.#open.get(key)?.filter((other) => other !== open) ?? [];
    if (rest.length === 0) this.#open.delete(key);
    else this.#open.set(key, rest);
  }

  /** Who asks to hear of what it did gets the same as the listeners, after them. */
  #echoed(protocol: number, { exchange, isEcho }: Open, own: Uint8Array, message: Message): void {
    const before = exchange.messages?.at(-1);
    if (!isEcho || exchange.isDump || before === undefined || !isSame(before, own)) return;
    exchange.messages?.pop();
    tell(exchange.before, { protocol, groups: this.listeners.of(protocol, message), bytes: own, causes: [exchange], copies: 1 });
  }

  /** The exchange that a message to a program may belong to. */
  #openOf(protocol: number, { seq, pid, flags }: Message): Open | undefined {
    const candidates = this.#open.get(keyOf(protocol, seq));
    if (candidates === undefined) return undefined;
    // From net/netfilter/nfnetlink_hook.c:nfnl_hook_dump_one: some dumps are to nobody, but nothing else is in parts.
    if (pid === 0) return (flags & NLM_F_MULTI) === 0 ? undefined : candidates.findLast(({ exchange }) => exchange.isDump);
    return candidates.find((open) => open.pid === pid) ?? candidates.find((open) => open.pid === 0);
  }

  #told(protocol: number, bytes: Uint8Array, all: readonly Message[], first: Message): void {
    const cause = this.#underWay[0] ?? this.#last;
    if (cause === undefined || first.type < NLMSG_MIN_TYPE) return;
    const notifications = cause === this.#last && this.#isLastAnswered ? cause.after : cause.before;
    tell(notifications, { protocol, groups: this.listeners.of(protocol, first), bytes: new Uint8Array(bytes), causes: all.map((message) => this.#causeOf(protocol, message, cause)), copies: 1 });
  }

  /** Whose request a notification bears the numbers of. */
  #causeOf(protocol: number, message: Message, cause: Exchange): Exchange | undefined {
    if (message.seq === 0) return undefined;
    if (message.pid !== 0) return this.#openOf(protocol, message)?.exchange;
    // From net/xfrm/xfrm_user.c:xfrm_notify_sa: its sequence number, but not its port.
    return protocol === NETLINK_XFRM && cause.protocol === protocol && cause.seq === message.seq ? cause : undefined;
  }
}

function isTrafficControl(type: number): boolean {
  return (type >= RTM_NEWQDISC && type <= RTM_GETACTION) || (type >= RTM_NEWCHAIN && type <= RTM_GETCHAIN);
}

function keyOf(protocol: number, seq: number): string {
  return `${String(protocol)}:${String(seq)}`;
}

/** Of what changes something listeners are told with the request's own numbers: that is no answer. */
function isAnswer(protocol: number, { type }: Message, { type: asked, isEcho, isInBatch }: Open): boolean {
  if (type < NLMSG_MIN_TYPE || isEcho) return true;
  switch (protocol) {
    case NETLINK_ROUTE:
      // From net/dcb/dcbnl.c:dcb_doit: it answers what is set, too.
      return ((asked - NLMSG_MIN_TYPE) & KIND_MASK) === KIND_GET || asked === RTM_SETDCB;
    case NETLINK_XFRM:
      return XFRM_QUESTIONS.includes(asked);
    case NETLINK_NETFILTER:
      return !isInBatch && !(tracks(asked) && CT_CHANGES.includes(asked & 0xff));
    default:
      return true;
  }
}

/** Whether a request is one to connection tracking. */
function tracks(type: number): boolean {
  const subsystem = type >>> 8;
  return subsystem === NFNL_SUBSYS.CTNETLINK || subsystem === NFNL_SUBSYS.CTNETLINK_EXP;
}

function end(exchange: Exchange, { errno = 0, extack }: { readonly errno?: number; readonly extack?: ExtendedAck } = {}): void {
  // From drivers/net/wireless/virtual/mac80211_hwsim.c:hwsim_new_radio_nl: some answer by a number that is no error.
  if (errno !== 0) exchange.error = (errno > 0 ? errnoName(errno) : undefined) ?? errno;
  if (extack !== undefined) exchange.extack = extack;
}

/** One that is like the one before was another socket's copy. */
function tell(notifications: RecordedNotification[], told: RecordedNotification): void {
  const before = notifications.at(-1);
  if (before?.protocol === told.protocol && isSame(before.bytes, told.bytes)) before.copies++;
  else notifications.push(told);
}

function isSame(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((octet, at) => octet === second[at]);
}

/** Puts other numbers into messages; a port only where there was one. */
export function renumber(bytes: Uint8Array, numbers: readonly ({ readonly seq: number; readonly pid: number } | undefined)[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  for (const [at, { offset, pid }] of [...messages(copy)].entries()) {
    const own = numbers[at];
    if (own === undefined) continue;
    nlmsghdr.set_nlmsg_seq(view, offset, own.seq);
    if (pid !== 0) nlmsghdr.set_nlmsg_pid(view, offset, own.pid);
  }
  return copy;
}
