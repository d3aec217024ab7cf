import { NETLINK_GENERIC, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLMSG_NAMES, NLM_F_REQUEST, genlmsghdr, nlmsghdr } from '@netdevkit/bindings';
import type { DecodeContext } from './context.ts';
import type { FlagContext } from './message-flags.ts';
import { asksForAll, type OperationTable } from './operation.ts';
import type { RawProtocol } from './raw-protocols.ts';
import type { MessageSpan } from './span.ts';
import type { FormatTable } from './tables.ts';

/** What a payload is, besides a family's own. */
export type Role = 'family' | 'error' | 'done' | 'control';

// Constants of this module are constants for V8, too; imported ones, and members of such, are loaded each time.
const HEADER = NLMSG_HDRLEN;
const { nlmsg_flags, nlmsg_type } = nlmsghdr;

const UNKNOWN: FormatTable = { header: undefined, set: undefined, body: undefined };

/** What a message is: all that its numbers say, looked up. One object serves message after message. */
export class Identity {
  /** `nlmsg_type`. */
  type = 0;
  /** `nlmsg_flags`. */
  flags = 0;
  /** What the payload is. */
  role: Role = 'family';
  /** The type's name: of a generic family its own; `#n` if there is none. */
  typeName = '';
  /** The generic family's name. */
  family: string | undefined;
  /** The command's name, or `#n`, of a generic family. */
  command: string | undefined;
  /** `genlmsghdr.version`. */
  version = 0;
  /** What the payload holds. */
  format: FormatTable = UNKNOWN;
  /** Whether {@link format} is what a schema or a policy says. */
  isKnown = false;
  /** Where the payload starts: behind the headers of netlink and generic netlink. */
  start = 0;
  /** Octets of a header of the family's own that no schema describes. */
  opaque = 0;
  /** What the flags are flags of. */
  flagContext: FlagContext = 'other';

  /** The protocol of the message before, if all that is said of one is said of each of its type and flags. */
  #steady: RawProtocol | undefined;
  #additions = 0;

  /**
   * Turns to a message.
   *
   * @param context - whose packet it is in
   * @param message - at least its header is there
   */
  look(context: DecodeContext, { view, offset, length }: MessageSpan): void {
    const type = nlmsg_type(view, offset);
    const flags = nlmsg_flags(view, offset);
    const { raw } = context;
    this.start = offset + HEADER;
    // A dump's messages are all the same but for where they stand.
    if (raw !== undefined && raw === this.#steady && type === this.type && flags === this.flags && raw.additions === this.#additions) return;
    this.#steady = undefined;
    this.type = type;
    this.flags = flags;
    this.family = undefined;
    this.command = undefined;
    this.opaque = 0;
    if (this.type < NLMSG_MIN_TYPE && !(raw?.ownsControlTypes ?? false)) {
      this.#control();
      return;
    }
    this.role = 'family';
    const isRequest = (this.flags & NLM_F_REQUEST) !== 0;
    if (context.protocol === NETLINK_GENERIC) this.#generic(context, view, offset + length, isRequest);
    else {
      const operation = context.rawOperation(this.type, isRequest);
      this.typeName = operation?.name ?? `#${String(this.type)}`;
      this.#adopt(operation, view, offset + length, isRequest);
      if (raw === undefined || operation?.isFixed !== true) return;
      this.#steady = raw;
      this.#additions = raw.additions;
    }
  }

  /** What flags are called in this message. */
  flagNames(context: DecodeContext): readonly string[] {
    return context.flags.names(this.flags, this.flagContext);
  }

  #control(): void {
    this.typeName = NLMSG_NAMES[this.type] ?? `#${String(this.type)}`;
    this.role = this.type === NLMSG_ERROR ? 'error' : this.type === NLMSG_DONE ? 'done' : 'control';
    this.flagContext = 'ack';
    this.format = UNKNOWN;
    this.isKnown = false;
  }

  #generic(context: DecodeContext, view: DataView, end: number, isRequest: boolean): void {
    const state = context.genericState(this.type);
    this.family = state?.name;
    this.typeName = state?.name ?? `#${String(this.type)}`;
    const at = this.start;
    if (end - at < genlmsghdr.SIZE) {
      this.#adopt(undefined, view, end, isRequest);
      return;
    }
    const command = genlmsghdr.cmd(view, at);
    const operation = state?.operation(command, isRequest);
    this.command = operation?.name ?? `#${String(command)}`;
    this.version = genlmsghdr.version(view, at);
    this.start = at + genlmsghdr.SIZE;
    this.#adopt(operation, view, end, isRequest);
    // Attributes without a schema can be walked all the same: generic families have nothing else.
    this.isKnown = true;
    if (this.format.header === undefined) this.opaque = Math.min(((state?.headerSize ?? 0) + 3) & ~3, end - this.start);
  }

  #adopt(operation: OperationTable | undefined, view: DataView, end: number, isRequest: boolean): void {
    this.format = operation?.formatOf(view, this.start, end, isRequest && asksForAll(this.flags)) ?? UNKNOWN;
    this.isKnown = operation !== undefined;
    this.flagContext = operation?.kind ?? 'other';
  }
}
