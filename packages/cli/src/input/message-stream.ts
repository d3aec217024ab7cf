import { GENL_ID_CTRL, NETLINK_GENERIC, NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { netlinkPayload, PacketView, type CaptureBlock, type CaptureHandler, type CaptureInterface, type CaptureSection, type CaptureStatistics } from '@netdevkit/capture';
import { FamilyLoader, PacketCursor, type DecodeContext, type Packet } from '@netdevkit/netlink';
import type { InputHandler } from './read-input.ts';

const TYPE_AT = nlmsghdr.FIELDS.nlmsg_type.offset;

/**
 * Generated code is not loaded, however long a capture is: a million messages take as long with it as without, JSON and text, and 3 MiB
 * more (Node 24.21), as writers remember what messages look like.
 */
const NO_CODE = Infinity;

/** A packet with netlink in it. */
export interface NetlinkPacket extends Packet {
  /** Its number in the capture, from 1; packets of other kinds count, too. */
  readonly frame: number;
  /** When: whole seconds since 1970. */
  readonly seconds: number;
  /** When: nanoseconds more. */
  readonly nanoseconds: number;
  /** The packet as the capture has it. */
  readonly view: PacketView;
}

/** What becomes of the packets. */
export interface MessageStreamOptions {
  /** What decodes them. */
  readonly context: DecodeContext;
  /** Whether names or contents of messages are asked for: the schemas of their families are loaded then. */
  readonly needsSchemas: boolean;
  /**
   * Takes a packet. Both arguments serve packet after packet.
   *
   * @param packet - the packet
   * @param cursor - before its first message
   * @returns whether to go on
   */
  readonly onPacket: (packet: NetlinkPacket, cursor: PacketCursor) => boolean;
  /**
   * After each part of the file: what was printed can be passed on.
   *
   * @param isIdle - whether nothing more is there for now
   * @returns what is to be waited for before more is read
   */
  readonly onPart?: (isIdle: boolean) => Promise<void> | undefined;
  /** Takes a packet that is no netlink. */
  readonly onOther?: (view: PacketView) => void;
  /** Told of all that is no packet. */
  readonly others?: Omit<CaptureHandler, 'packet'>;
  /** Gives generic families by number that the capture names later on; called when a number turns up that is not known. */
  readonly lookAhead?: () => Promise<ReadonlyMap<number, string>>;
}

/**
 * Finds the netlink packets of a capture and sees to it that they can be decoded: where a family turns up for the first time,
 * what follows in this part of the file waits until its schemas are loaded.
 */
export class MessageStream implements InputHandler {
  readonly #options: MessageStreamOptions;
  readonly #loader: FamilyLoader;
  readonly #cursor: PacketCursor;
  #names: (string | undefined)[] = [];
  /** Packets that wait for the schemas of their messages, and what comes after them. */
  #waiting: (NetlinkPacket | (() => void))[] = [];
  #frames = 0;
  #others = 0;
  #isEnough = false;
  #mayLookAhead: boolean;

  /**
   * @param options - what becomes of the packets
   */
  constructor(options: MessageStreamOptions) {
    this.#options = options;
    this.#loader = new FamilyLoader(options.context, undefined, NO_CODE);
    this.#cursor = new PacketCursor(options.context);
    this.#mayLookAhead = options.needsSchemas && options.lookAhead !== undefined;
  }

  /** How many packets there were. */
  get frames(): number {
    return this.#frames;
  }

  /** How many of them had no netlink in them. */
  get others(): number {
    return this.#others;
  }

  /** A section begins: its interfaces are counted anew. */
  section(section: CaptureSection): void {
    this.#names = [];
    this.#inTurn(() => this.#options.others?.section?.(section));
  }

  /** An interface. */
  interface(description: CaptureInterface): void {
    this.#names[description.id] = description.name;
    this.#inTurn(() => this.#options.others?.interface?.(description));
  }

  /** The end of an interface. */
  statistics(statistics: CaptureStatistics): void {
    this.#inTurn(() => this.#options.others?.statistics?.(statistics));
  }

  /** Any other block. */
  block(block: CaptureBlock): void {
    this.#inTurn(() => this.#options.others?.block?.(block));
  }

  /** A packet. */
  packet(view: PacketView): void {
    if (this.#isEnough) return;
    const frame = ++this.#frames;
    const payload = netlinkPayload(view.linkType, view.bytes, view.offset, view.length);
    if (payload === undefined) {
      this.#others++;
      const { onOther } = this.#options;
      if (onOther === undefined) return;
      const kept = this.#waiting.length === 0 ? view : copyOf(view);
      this.#inTurn(() => onOther(kept));
      return;
    }
    const { protocol, offset, length } = payload;
    const { bytes, seconds, nanoseconds } = view;
    const name = this.#names[view.interfaceId];
    const packet: NetlinkPacket =
      name === undefined
        ? { protocol, bytes, offset, length, frame, seconds, nanoseconds, view }
        : { protocol, bytes, offset, length, frame, seconds, nanoseconds, interface: name, view };
    if (this.#waiting.length > 0 || !this.#isReady(packet)) this.#waiting.push(keep(packet));
    else this.#pass(packet);
  }

  /** Loads what packets wait for, and goes on with them. */
  async between(isIdle: boolean): Promise<boolean> {
    while (this.#waiting.length > 0 && !this.#isEnough) {
      await this.#loader.load();
      await this.#lookAhead();
      const waiting = this.#waiting;
      const next = waiting.findIndex((one) => !this.#goOn(one));
      this.#waiting = next < 0 ? [] : waiting.slice(next);
    }
    const wait = this.#options.onPart?.(isIdle);
    if (wait !== undefined) await wait;
    return !this.#isEnough;
  }

  /** Does something after what waits. */
  #inTurn(act: () => void): void {
    if (this.#waiting.length > 0) this.#waiting.push(act);
    else act();
  }

  /** Does what has waited; gives whether it could. */
  #goOn(one: NetlinkPacket | (() => void)): boolean {
    if (typeof one === 'function') one();
    else if (this.#isReady(one)) this.#pass(one);
    else return false;
    return !this.#isEnough;
  }

  #isReady(packet: NetlinkPacket): boolean {
    if (!this.#options.needsSchemas) return true;
    // Both are asked, so that one wait does for both.
    const isLoaded = this.#loader.isReady(packet);
    return !this.#isNumberUnknown(packet) && isLoaded;
  }

  /** Whether a packet may be of a generic family that the capture names later on. */
  #isNumberUnknown({ protocol, bytes, offset = 0, length = 0 }: NetlinkPacket): boolean {
    if (!this.#mayLookAhead || protocol !== NETLINK_GENERIC || length < NLMSG_HDRLEN) return false;
    const type = (bytes[offset + TYPE_AT] ?? 0) | ((bytes[offset + TYPE_AT + 1] ?? 0) << 8);
    return type > GENL_ID_CTRL && this.#options.context.genericState(type) === undefined;
  }

  async #lookAhead(): Promise<void> {
    const { lookAhead, context } = this.#options;
    const [first] = this.#waiting;
    if (lookAhead === undefined || first === undefined || typeof first === 'function' || !this.#isNumberUnknown(first)) return;
    this.#mayLookAhead = false;
    for (const [id, name] of await lookAhead()) if (context.genericState(id) === undefined) context.generic.name(id, name);
  }

  #pass(packet: NetlinkPacket): void {
    this.#cursor.reset(packet);
    if (!this.#options.onPacket(packet, this.#cursor)) this.#isEnough = true;
  }
}

/** A packet whose octets are its own. */
function keep(packet: NetlinkPacket): NetlinkPacket {
  const view = copyOf(packet.view);
  return { ...packet, view, bytes: view.bytes, offset: (packet.offset ?? 0) - packet.view.offset };
}

function copyOf(view: PacketView): PacketView {
  return Object.assign(new PacketView(), view, { bytes: new Uint8Array(view.data), offset: 0 });
}
