import { NETLINK_USERSOCK, NLA_HDRLEN, NLMSG_HDRLEN, NLM_F_MULTI, nlattr, nlmsghdr } from '@netdevkit/bindings';
import { DecodeContext, decode, messages, spotsOf, isJsonObject, type JsonObject, type JsonValue } from '@netdevkit/netlink';
import { FAMILIES } from './families.ts';
import { Normaliser } from './normalise.ts';
import type { Heard, HeardDatagram, ScenarioRecord, Step } from './record.ts';
import type { VersionRange } from './version.ts';

/** An attribute of messages that the embedded kernel has no say in: other kernels put it there. */
export interface AddedAttribute extends VersionRange {
  /** The names of the messages' types. */
  readonly messages: readonly string[];
  /** Where it stands: names, with dots between them. */
  readonly attribute: string;
  /** How many octets of it were there before; by default none, not even its header. */
  readonly keep?: number;
  readonly reason: string;
}

/** A message, or what stood in its place. */
export interface Item {
  /** The name of the message's type; `error` for an error of the socket, `octets` for what is no message. */
  readonly type: string;
  /** What it says. */
  readonly says: JsonObject;
  /** How long it is; nothing for what is no message. */
  readonly length?: number;
  /** The message as it came, made comparable. */
  readonly octets?: string;
}

/** What came to a socket in a step. */
export interface Inbox {
  readonly items: readonly Item[];
  /** How many items each datagram had. */
  readonly datagrams: readonly number[];
}

/** A step, made comparable. */
export interface ComparableStep {
  readonly what: string;
  readonly outcome: string;
  readonly value?: JsonValue;
  /** By label of the socket. */
  readonly inboxes: ReadonlyMap<string, Inbox>;
}

/** Parts of a dump whose order a kernel draws by lot: it keeps them by a hash with a secret. */
const UNORDERED = new Set(['RTM_NEWNEIGH', 'SOCK_DIAG_BY_FAMILY']);

/** Makes what a kernel did in a scenario comparable. */
export class Comparable {
  readonly #record: ScenarioRecord;
  readonly #added: readonly AddedAttribute[];
  readonly #onAdded: (added: AddedAttribute) => void;
  readonly #context = new DecodeContext({ families: FAMILIES });
  readonly #normaliser: Normaliser;

  /**
   * @param record - what it did
   * @param added - attributes that are left out
   * @param onAdded - told when one was there
   */
  constructor(record: ScenarioRecord, added: readonly AddedAttribute[], onAdded: (added: AddedAttribute) => void) {
    this.#record = record;
    this.#added = added;
    this.#onAdded = onAdded;
    this.#normaliser = new Normaliser(this.#context, record.ports);
  }

  /** The steps. */
  steps(): ComparableStep[] {
    return this.#record.steps.map((step) => this.#step(step));
  }

  #step(step: Step): ComparableStep {
    const inboxes = new Map<string, Inbox>();
    this.#observe(step);
    for (const label of new Set(step.heard.map(({ socket }) => socket))) {
      inboxes.set(label, this.#inbox(step.heard.filter(({ socket }) => socket === label)));
    }
    const { what, outcome, value } = step;
    return { what, outcome, ...(value === undefined ? {} : { value }), inboxes };
  }

  /** What is sent tells how answers are to be understood. */
  #observe({ sent }: Step): void {
    if (sent === undefined) return;
    this.#context.begin({ protocol: 0 });
    for (const message of messages(octetsOf(sent))) this.#context.observe(message);
  }

  #inbox(heard: readonly Heard[]): Inbox {
    const datagrams = heard.map((each) => ('error' in each ? [{ type: 'error', says: { error: each.error } }] : this.#items(each)));
    const items = datagrams.flat().filter((item) => !isOwnDoing(item));
    return { items: inOrder(items), datagrams: datagrams.map((all) => all.filter((item) => !isOwnDoing(item)).length).filter((count) => count > 0) };
  }

  #items(datagram: HeardDatagram): Item[] {
    const { socket, octets, pid, ...rest } = datagram;
    const protocol = this.#record.sockets[socket] ?? 0;
    // What is absent is not said; JSON has no undefined.
    const envelope: JsonObject = { ...rest, ...(pid === undefined ? {} : { pid: this.#normaliser.port(protocol, pid) }) };
    const bytes = octetsOf(octets);
    if (protocol === NETLINK_USERSOCK) return [{ type: 'octets', says: { ...envelope, octets }, octets }];
    this.#context.begin({ protocol });
    const items: Item[] = [];
    let end = 0;
    for (const { offset, length } of messages(bytes)) {
      items.push(this.#message(bytes.slice(offset, offset + length), items.length === 0 ? envelope : {}));
      end = offset + ((length + 3) & ~3);
    }
    if (end < bytes.length) items.push({ type: 'octets', says: { octets: this.#cut(protocol, bytes.slice(end)) } });
    return items;
  }

  /** What came of a message that was cut. */
  #cut(protocol: number, bytes: Uint8Array): string {
    if (bytes.length >= NLMSG_HDRLEN) {
      const view = new DataView(bytes.buffer);
      nlmsghdr.set_nlmsg_pid(view, 0, this.#normaliser.port(protocol, nlmsghdr.nlmsg_pid(view, 0)));
    }
    return Buffer.from(bytes).toString('hex');
  }

  #message(original: Uint8Array, envelope: JsonObject): Item {
    const span = (bytes: Uint8Array): { bytes: Uint8Array; view: DataView; offset: number; length: number } => ({
      bytes,
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      offset: 0,
      length: bytes.length,
    });
    this.#context.observe(span(original));
    const first = decode(span(original), this.#context);
    const name = first.command ?? first.type;
    const bytes = this.#without(original, name);
    this.#normaliser.apply(span(bytes), name);
    const { protocol: _protocol, typeId: _typeId, flagsId: _flagsId, len, ...says } = decode(span(bytes), this.#context);
    this.#normaliser.hideFamily(span(bytes));
    const { error } = says;
    // The numbers beside names: those of generic families are each kernel's own.
    if (error?.request !== undefined) error.request = { ...error.request, typeId: 0 };
    // CAST: what decode() gives is what JSON.parse would.
    return { type: name, says: { ...says, ...envelope } as JsonObject, length: len, octets: Buffer.from(bytes).toString('hex') };
  }

  /** A message without the attributes that were added to it. */
  #without(original: Uint8Array, name: string): Uint8Array {
    const added = this.#added.filter(({ messages: types }) => types.includes(name));
    if (added.length === 0) return original;
    const bytes = original.slice();
    const view = new DataView(bytes.buffer);
    const spots = spotsOf({ bytes, view, offset: 0, length: bytes.length }, this.#context).filter(({ at, hasHeader }) => hasHeader && at >= NLA_HDRLEN);
    const cuts: { readonly start: number; readonly end: number }[] = [];
    for (const { path, at, length } of spots) {
      const place = path.slice(1).join('.');
      const found = path[0] === 'attrs' ? added.find(({ attribute, keep = -1 }) => attribute === place && length > keep) : undefined;
      if (found === undefined) continue;
      this.#onAdded(found);
      const start = found.keep === undefined ? at - NLA_HDRLEN : at + found.keep;
      const end = Math.min(bytes.length, at + ((length + 3) & ~3));
      cuts.push({ start, end });
      for (const outer of spots) {
        if (outer.at > start || start >= outer.at + outer.length) continue;
        nlattr.set_nla_len(view, outer.at - NLA_HDRLEN, nlattr.nla_len(view, outer.at - NLA_HDRLEN) - (end - start));
      }
    }
    if (cuts.length === 0) return original;
    const kept = bytes.filter((_, index) => !cuts.some(({ start, end }) => start <= index && index < end));
    nlmsghdr.set_nlmsg_len(new DataView(kept.buffer), 0, kept.length);
    return kept;
  }
}

/** Whether a message is of a neighbour that a packet of the kernel's own brought about: to a group, which the embedded one sends nothing. */
function isOwnDoing({ type, says }: Item): boolean {
  const { header } = says;
  if ((type !== 'RTM_NEWNEIGH' && type !== 'RTM_DELNEIGH') || !isJsonObject(header)) return false;
  return header['ndm-type'] === 'multicast';
}

/** Brings parts that come in any order into one. */
function inOrder(items: readonly Item[]): Item[] {
  const ordered: Item[] = [];
  for (let at = 0; at < items.length; ) {
    const type = items[at]?.type ?? '';
    let end = at + 1;
    while (UNORDERED.has(type) && isPart(items[at]) && items[end]?.type === type && isPart(items[end])) end++;
    ordered.push(...items.slice(at, end).toSorted((a, b) => ((a.octets ?? '') < (b.octets ?? '') ? -1 : 1)));
    at = end;
  }
  return ordered;
}

function isPart(item: Item | undefined): boolean {
  if (item?.octets === undefined) return false;
  const bytes = octetsOf(item.octets);
  return (nlmsghdr.nlmsg_flags(new DataView(bytes.buffer, bytes.byteOffset), 0) & NLM_F_MULTI) !== 0;
}

function octetsOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
