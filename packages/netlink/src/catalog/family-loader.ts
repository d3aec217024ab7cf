import { MAX_LINKS, NETLINK_GENERIC, NLMSG_ERROR, NLMSG_HDRLEN, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import type { DecodeContext } from '../decode/context.ts';
import type { GenericState } from '../decode/generic-families.ts';
import type { Packet } from '../decode/packet-cursor.ts';
import type { Schema } from '../schema/index.ts';
import { families } from './families.ts';
import type { FamilyEntry } from './family-entry.ts';
import { viewOf } from '../view-of.ts';

const TYPES = 0x1_0000;
/**
 * Octets of messages after which code is loaded. Loading and compiling it takes as long as it saves over some tens of megabytes of
 * JSON lines (Node 24.21): a small capture is read sooner by the walker.
 */
const CODE_AFTER = 24 << 20;
const NOTHING = new Uint8Array(0);
const REQUEST_AT = NLMSG_HDRLEN + nlmsgerr.FIELDS.error.size;

/** The families of a protocol that is not generic netlink, and which types of its messages can be decoded. */
class ProtocolState {
  readonly entries: readonly FamilyEntry[];
  /** Those of them that every packet needs: they have no types of their own. */
  readonly whole: readonly FamilyEntry[];
  /** 1 for a type whose schema is there, or of which there is none. */
  readonly ready: Uint8Array;
  /** Whether all that every packet needs is there. */
  isWholeReady: boolean;
  isReady: boolean;

  constructor(entries: readonly FamilyEntry[]) {
    this.entries = entries;
    this.whole = entries.filter(({ types }) => types === undefined);
    this.ready = entries.length === 0 ? NOTHING : new Uint8Array(TYPES);
    this.isWholeReady = this.whole.length === 0;
    this.isReady = entries.length === 0;
  }
}

/**
 * Loads the schemas of what turns up in a capture, each when the first message of its family comes. Loading is asynchronous
 * and decoding is not, so a program asks about each packet, and waits before it decodes one that is not ready.
 *
 * @example
 * ```ts
 * const context = new DecodeContext({ families: [] });
 * const loader = new FamilyLoader(context);
 * const cursor = new PacketCursor(context);
 * for (const packet of packets) {
 *   if (!loader.isReady(packet)) await loader.load();
 *   cursor.reset(packet);
 *   while (cursor.next()) console.log(decodeStep(cursor));
 * }
 * ```
 */
export class FamilyLoader {
  readonly #context: DecodeContext;
  readonly #protocols: ProtocolState[];
  readonly #generic: Map<string, FamilyEntry> = new Map();
  /** Generic families by number, as they were when they were ready. */
  readonly #readyStates: (GenericState | undefined)[] = [];
  readonly #wanted: Set<FamilyEntry> = new Set();
  readonly #loaded: Set<FamilyEntry> = new Set();
  readonly #added: Set<Schema> = new Set();
  readonly #codeAfter: number;
  #octets = 0;
  #wantsCode = false;
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);

  /**
   * @param context - gets the schemas
   * @param entries - the families that there are; all of this package without this
   * @param codeAfter - octets of messages after which generated code is worth its loading
   */
  constructor(context: DecodeContext, entries: readonly FamilyEntry[] = families, codeAfter: number = CODE_AFTER) {
    this.#context = context;
    this.#codeAfter = codeAfter;
    this.#protocols = Array.from({ length: MAX_LINKS }, (_, protocol) => new ProtocolState(entries.filter((entry) => entry.protocol === protocol)));
    for (const entry of entries) if (entry.protocol === undefined) this.#generic.set(entry.name, entry);
    // The controller is never named by a message before its first.
    const controller = this.#generic.get('nlctrl');
    if (controller !== undefined) this.#wanted.add(controller);
  }

  /**
   * Whether a packet can be decoded with what is loaded. If not, {@link load} loads what it takes.
   *
   * @param packet - the packet
   */
  isReady(packet: Packet): boolean {
    const isCodeDue = this.#count(packet);
    return this.#hasSchemas(packet) && !isCodeDue;
  }

  /** Whether there have been so many octets, with this packet, that code is due. */
  #count({ bytes, offset = 0, length = bytes.length - offset }: Packet): boolean {
    if (this.#wantsCode) return false;
    this.#octets += length;
    this.#wantsCode = this.#octets >= this.#codeAfter;
    return this.#wantsCode;
  }

  #hasSchemas(packet: Packet): boolean {
    const { protocol, bytes, offset = 0, length = bytes.length - offset } = packet;
    const state = this.#protocols[protocol];
    if (state === undefined) return true;
    if (state.isReady && protocol !== NETLINK_GENERIC) return true;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const end = Math.min(offset + length, bytes.length);
    let isReady = state.isWholeReady || this.#isWholeReady(state);
    for (let at = offset; end - at >= NLMSG_HDRLEN; ) {
      const size = nlmsghdr.nlmsg_len(this.#view, at);
      if (size < NLMSG_HDRLEN) break;
      const type = nlmsghdr.nlmsg_type(this.#view, at);
      if (state.ready[type] !== 1 && !this.#isTypeReady(state, protocol, type)) isReady = false;
      // An acknowledgement repeats the header of its request, whose names it takes.
      const repeats = type === NLMSG_ERROR && Math.min(size, end - at) >= REQUEST_AT + NLMSG_HDRLEN;
      if (repeats && !this.#isTypeReady(state, protocol, nlmsghdr.nlmsg_type(this.#view, at + REQUEST_AT))) isReady = false;
      at += (size + 3) & ~3;
    }
    return isReady;
  }

  /** Loads what packets since the last time were not ready for. They are ready then, unless one of them names a family. */
  async load(): Promise<void> {
    const entries = [...this.#wanted];
    const loaded = await Promise.all(entries.map((entry) => entry.load()));
    for (const entry of entries) {
      this.#wanted.delete(entry);
      this.#loaded.add(entry);
      for (const [from, to] of entry.types ?? []) this.#protocols[entry.protocol ?? MAX_LINKS]?.ready.fill(1, from, to + 1);
    }
    const code = this.#wantsCode ? await this.#code() : [];
    const schemas = [...loaded.flat(), ...code].filter((schema) => !this.#added.has(schema));
    for (const schema of schemas) this.#added.add(schema);
    // The same schema may have come with two families.
    this.#context.add([...new Set(schemas)]);
    for (const state of this.#protocols) state.isReady = state.entries.every((entry) => this.#loaded.has(entry));
  }

  /** Code for all that is loaded. */
  async #code(): Promise<readonly Schema[]> {
    return Promise.all([...this.#loaded].flatMap(({ code }) => (code === undefined ? [] : [code()])));
  }

  /** What is the whole protocol's is needed by every packet: without it nobody knows what a message is. */
  #isWholeReady(state: ProtocolState): boolean {
    let isReady = true;
    for (const entry of state.whole) {
      if (this.#loaded.has(entry)) continue;
      this.#wanted.add(entry);
      isReady = false;
    }
    state.isWholeReady = isReady;
    return isReady;
  }

  #isTypeReady(state: ProtocolState, protocol: number, type: number): boolean {
    if (protocol === NETLINK_GENERIC) return this.#isGenericReady(type);
    let isReady = true;
    for (const entry of state.entries) {
      if (this.#loaded.has(entry) || !(entry.types?.some(([from, to]) => from <= type && type <= to) ?? false)) continue;
      this.#wanted.add(entry);
      isReady = false;
    }
    if (isReady) state.ready[type] = 1;
    return isReady;
  }

  #isGenericReady(type: number): boolean {
    const controller = this.#generic.get('nlctrl');
    if (controller !== undefined && !this.#loaded.has(controller)) {
      this.#wanted.add(controller);
      return false;
    }
    const state = this.#context.genericState(type);
    if (state === undefined || this.#readyStates[type] === state) return true;
    const entry = this.#generic.get(state.name);
    if (entry !== undefined && !this.#loaded.has(entry)) {
      this.#wanted.add(entry);
      return false;
    }
    while (this.#readyStates.length <= type) this.#readyStates.push(undefined);
    this.#readyStates[type] = state;
    return true;
  }
}
