import { NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLM_F_ACK_TLVS, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import type { DecodedLine, DecodedMessage } from '../decode/decoded.ts';
import { decodeStep } from '../decode/decode.ts';
import { Identity } from '../decode/identity.ts';
import type { JsonValue } from '../decode/json-value.ts';
import type { PacketCursor } from '../decode/packet-cursor.ts';
import { spotsOf } from '../decode/spots.ts';

const ERRNO_SIZE = nlmsgerr.FIELDS.error.size;

/**
 * What a cursor stands at, as filters ask about it: everything is looked up when it is first asked for, so that a filter
 * which never asks what is inside a message never decodes one. One object serves message after message.
 */
export class Subject {
  #cursor: PacketCursor | undefined;
  #identity: Identity | undefined;
  #isIdentified = false;
  #decoded: DecodedLine | DecodedMessage | undefined;

  /** Turns to what the cursor stands at. */
  begin(cursor: PacketCursor): void {
    this.#cursor = cursor;
    this.#isIdentified = false;
    this.#decoded = undefined;
  }

  /** The cursor. */
  get cursor(): PacketCursor {
    if (this.#cursor === undefined) throw new Error('Subject: expected a cursor, got none');
    return this.#cursor;
  }

  /** The message's names; `undefined` for what is no message. */
  get identity(): Identity | undefined {
    const { cursor } = this;
    if (!cursor.isMessage) return undefined;
    const identity = (this.#identity ??= new Identity());
    if (!this.#isIdentified) {
      identity.look(cursor.context, cursor);
      this.#isIdentified = true;
    }
    return identity;
  }

  /** All of it. */
  get decoded(): DecodedLine | DecodedMessage {
    return (this.#decoded ??= decodeStep(this.cursor));
  }

  /** A member of the line that is made of it. */
  member(key: string): JsonValue | undefined {
    // CAST: a decoded line is made of nothing but JSON's values, though its declaration has no index.
    const line = this.decoded as unknown as Readonly<Record<string, JsonValue>>;
    return Object.hasOwn(line, key) ? line[key] : undefined;
  }

  /**
   * The numbers at a path that are shown by their names: who asks may know either.
   *
   * @param path - keys from the outside in; places in lists may be left out
   */
  numbersAt(path: readonly string[]): readonly number[] {
    const { cursor } = this;
    if (!cursor.isMessage) return [];
    return spotsOf(cursor, cursor.context).flatMap(({ path: where, number }) => (number !== undefined && isAt(where, path) ? [number] : []));
  }

  /**
   * What an acknowledgement or the end of a dump says: 0 or a negative errno; `undefined` where the line has no `error`.
   */
  get errno(): number | undefined {
    const { cursor } = this;
    const { view, offset, length } = cursor;
    if (!cursor.isMessage || length < NLMSG_HDRLEN + ERRNO_SIZE) return undefined;
    const type = nlmsghdr.nlmsg_type(view, offset);
    if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return undefined;
    if (cursor.context.raw?.ownsControlTypes ?? false) return undefined;
    const errno = nlmsgerr.error(view, offset + NLMSG_HDRLEN);
    if (type === NLMSG_ERROR || errno !== 0) return errno;
    // The end of a dump that went well says nothing, unless there is a warning.
    const hasMore = (nlmsghdr.nlmsg_flags(view, offset) & NLM_F_ACK_TLVS) !== 0 && length > NLMSG_HDRLEN + ERRNO_SIZE;
    return hasMore ? 0 : undefined;
  }
}

/** Whether something is at a path in which places in lists may be left out. */
function isAt(where: readonly (string | number)[], path: readonly string[]): boolean {
  let step = 0;
  for (const key of where) {
    if (String(key) === path[step]) step++;
    else if (typeof key === 'string') return false;
  }
  return step === path.length;
}
