import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  NETLINK_NAMES,
  NLMSG_HDRLEN,
  NLM_F_REQUEST,
  genlmsghdr,
  nlmsghdr,
} from '@netdevkit/bindings';
import { AttributeCursor } from '../attribute-cursor.ts';
import { isCode, isGenericFamily, isRawFamily, type Schema } from '../schema/index.ts';
import type { ObjectDecoder } from './decode.ts';
import type { FormCompiler } from './form-plan.ts';
import { GenericFamilies, type GenericState } from './generic-families.ts';
import { MessageFlags } from './message-flags.ts';
import type { OperationTable } from './operation.ts';
import { RawProtocol } from './raw-protocols.ts';
import { RequestMemory } from './request-memory.ts';
import type { MessageSpan } from './span.ts';
import { Tables } from './tables.ts';

/** What is said of a packet beside its octets. What is not known is left out of what is decoded. */
export interface PacketInfo {
  /** `NETLINK_*`. */
  readonly protocol: number;
  /** Its number in the capture, from 1. */
  readonly frame?: number;
  /** When: whole seconds since 1970. */
  readonly seconds?: number;
  /** When: 0 to 999 999 999 nanoseconds more. */
  readonly nanoseconds?: number;
  /** The name of the interface that captured it. */
  readonly interface?: string;
}

/** What a {@link DecodeContext} is made of. */
export interface DecodeOptions {
  /** What can be decoded. Of two schemas that say something of one thing the later counts. */
  readonly families: readonly (Schema | readonly Schema[])[];
  /** The numbers of generic families, by number, where a capture does not tell them. */
  readonly genlFamilies?: Readonly<Record<number, string>>;
  /** `compileForms` of `@netdevkit/netlink/compile`, for a context that decodes many messages, where code may be made at run time. */
  readonly compiler?: FormCompiler;
}

// Constants of this module are constants for V8, too; imported ones, and members of such, are loaded each time.
const HEADER = NLMSG_HDRLEN;
const GENERIC = NETLINK_GENERIC;
const REQUEST = NLM_F_REQUEST;
const { nlmsg_flags, nlmsg_type } = nlmsghdr;

const NOT_SAID = -1;

/**
 * What decoding a message needs beside its octets: the schemas, where the message was captured, and what messages before it
 * have told, which is the numbers of generic families and their policies. One context serves one capture, from its first
 * packet to its last.
 *
 * @example
 * ```ts
 * const context = new DecodeContext({ families: [rtLink, nlctrl], genlFamilies: { 29: 'wireguard' } });
 * context.begin({ protocol: NETLINK_ROUTE, frame: 1 });
 * for (const message of messages(datagram)) console.log(decode(message, context));
 * ```
 */
export class DecodeContext {
  /** The compiled schemas. */
  readonly tables: Tables = new Tables();
  /** Names flags. */
  readonly flags: MessageFlags = new MessageFlags();
  /** Generic families by number. */
  readonly generic: GenericFamilies = new GenericFamilies(this.tables);
  /** Requests that acknowledgements may refer to. */
  readonly requests: RequestMemory = new RequestMemory();
  /** What makes code of forms that come often. */
  readonly compiler: FormCompiler | undefined;
  /** What `decode` makes objects with, once it has. */
  decoder: ObjectDecoder | undefined;
  readonly #raw: Map<number, RawProtocol> = new Map();
  #protocol = 0;
  #protocolName: string = nameOf(0);
  #raws: RawProtocol | undefined;
  #frame: number = NOT_SAID;
  #seconds: number = NOT_SAID;
  #nanoseconds = 0;
  #interface: string | undefined;

  /**
   * @param options - the schemas, and what is known beforehand
   */
  constructor(options: DecodeOptions) {
    this.compiler = options.compiler;
    this.add(options.families);
    for (const [id, name] of Object.entries(options.genlFamilies ?? {})) this.generic.name(Number(id), name);
  }

  /**
   * Adds schemas to those of the options: for what turns up in a capture. Additions to a set or a choice count for messages
   * of a kind that was not decoded yet.
   *
   * @param families - what can be decoded from now on, too
   */
  add(families: readonly (Schema | readonly Schema[])[]): void {
    const schemas = families.flat();
    // A set meets its code when it is compiled: code comes first.
    for (const schema of schemas) if (isCode(schema)) this.tables.adopt(schema);
    for (const schema of schemas) {
      if (isGenericFamily(schema)) this.generic.add(schema);
      else if (isRawFamily(schema)) this.#rawProtocol(schema.protocol).add(schema);
      else if (!isCode(schema)) this.tables.extend(schema);
    }
    this.#raws = this.#raw.get(this.#protocol);
  }

  /**
   * Turns to a packet: what is said of it holds for all its messages.
   *
   * @param packet - what is known of it
   */
  begin(packet: PacketInfo): void {
    if (packet.protocol !== this.#protocol) {
      this.#protocol = packet.protocol;
      this.#protocolName = nameOf(packet.protocol);
      this.#raws = this.#raw.get(packet.protocol);
    }
    this.#frame = packet.frame ?? NOT_SAID;
    this.#seconds = packet.seconds ?? NOT_SAID;
    this.#nanoseconds = packet.nanoseconds ?? 0;
    this.#interface = packet.interface;
  }

  /** `NETLINK_*` of the packet. */
  get protocol(): number {
    return this.#protocol;
  }

  /** The protocol's name; a number in hexadecimal if it has none. */
  get protocolName(): string {
    return this.#protocolName;
  }

  /** The packet's number, or -1. */
  get frame(): number {
    return this.#frame;
  }

  /** When the packet was captured, in whole seconds since 1970, or -1. */
  get seconds(): number {
    return this.#seconds;
  }

  /** When, in nanoseconds more. */
  get nanoseconds(): number {
    return this.#nanoseconds;
  }

  /** Where the packet was captured. */
  get interface(): string | undefined {
    return this.#interface;
  }

  /** What is known of the packet's protocol, if it is not generic netlink. */
  get raw(): RawProtocol | undefined {
    return this.#raws;
  }

  /** The generic family with a number. */
  genericState(id: number): GenericState | undefined {
    return this.generic.state(id);
  }

  /**
   * Learns what later messages need of this one: numbers of generic families, policies, requests. {@link PacketCursor} calls
   * it for each message that it comes to; who walks messages otherwise calls it himself.
   *
   * @param message - a message of the packet
   */
  observe(message: MessageSpan): void {
    if (message.length < HEADER) return;
    const { view, offset } = message;
    const flags = nlmsg_flags(view, offset);
    if ((flags & REQUEST) !== 0) this.#remember(message);
    else if (this.#protocol === GENERIC && nlmsg_type(view, offset) === GENL_ID_CTRL) this.#learn(message);
  }

  /** What a message is, by its number alone. */
  rawOperation(type: number, isRequest: boolean): OperationTable | undefined {
    return this.#raws?.operation(type, isRequest);
  }

  #remember({ bytes, view, offset, length }: MessageSpan): void {
    this.requests.add(this.#protocol, nlmsghdr.nlmsg_pid(view, offset), nlmsghdr.nlmsg_seq(view, offset), bytes, offset, length);
  }

  #learn({ bytes, offset, length }: MessageSpan): void {
    const start = offset + NLMSG_HDRLEN + genlmsghdr.SIZE;
    const end = offset + length;
    const cursor = new AttributeCursor();
    let id: number | undefined;
    let name: string | undefined;
    let headerSize: number | undefined;
    cursor.reset(bytes, Math.min(start, end), end);
    while (cursor.next()) {
      if (cursor.type === CTRL_ATTR_FAMILY_ID) id = cursor.u16();
      else if (cursor.type === CTRL_ATTR_FAMILY_NAME) name = cursor.string();
      else if (cursor.type === CTRL_ATTR_HDRSIZE) headerSize = cursor.u32();
    }
    if (id === undefined) return;
    const state = name === undefined ? this.generic.state(id) : this.generic.name(id, name);
    if (state === undefined) return;
    if (headerSize !== undefined) state.headerSize = headerSize;
    cursor.reset(bytes, Math.min(start, end), end);
    while (cursor.next()) state.policies.learn(cursor);
  }

  #rawProtocol(protocol: number): RawProtocol {
    let known = this.#raw.get(protocol);
    if (known === undefined) {
      known = new RawProtocol(this.tables);
      this.#raw.set(protocol, known);
    }
    return known;
  }
}

function nameOf(protocol: number): string {
  return NETLINK_NAMES[protocol] ?? `0x${protocol.toString(16).padStart(4, '0')}`;
}
