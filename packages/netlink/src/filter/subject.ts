import { NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLM_F_ACK_TLVS, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import { hexText } from '../decode/address-text.ts';
import type { DecodedLine, DecodedMessage } from '../decode/decoded.ts';
import { decodeStep } from '../decode/decode.ts';
import { Identity } from '../decode/identity.ts';
import { isJsonValue, type JsonObject, type JsonValue } from '../decode/json-value.ts';
import type { PacketCursor } from '../decode/packet-cursor.ts';
import { PartWalker } from '../decode/part-walker.ts';
import { bodyStart, structureEnd } from '../decode/payload-parts.ts';
import { spotsOf } from '../decode/spots.ts';
import { TimeText } from '../decode/time-text.ts';
import { Wanted } from '../decode/wanted.ts';
import { someAt } from './value-path.ts';

const ERRNO_SIZE = nlmsgerr.FIELDS.error.size;

/** What was found of a part of a message, where somebody has asked. */
interface Found {
  readonly part: JsonObject | undefined;
}

/**
 * What a cursor stands at, as filters ask about it: everything is looked up when it is first asked for, so that a filter
 * which never asks what is inside a message never looks there, and one that does looks for that and nothing else. One object
 * serves message after message.
 */
export class Subject {
  readonly #header: Wanted;
  readonly #attributes: Wanted;
  readonly #walker: PartWalker = new PartWalker();
  readonly #time: TimeText = new TimeText();
  #cursor: PacketCursor | undefined;
  #identity: Identity | undefined;
  #isIdentified = false;
  #foundHeader: Found | undefined;
  #foundAttributes: Found | undefined;
  #decoded: DecodedLine | DecodedMessage | undefined;

  /**
   * @param paths - keys from the outside in: what will be asked for below `header` and `attrs`
   */
  constructor(paths: readonly (readonly string[])[]) {
    const below = (root: string): Wanted => new Wanted(paths.filter(([first]) => first === root).map((path) => path.slice(1)));
    this.#header = below('header');
    this.#attributes = below('attrs');
  }

  /** Turns to what the cursor stands at. */
  begin(cursor: PacketCursor): void {
    this.#cursor = cursor;
    this.#isIdentified = false;
    this.#foundHeader = undefined;
    this.#foundAttributes = undefined;
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

  /**
   * A member of the line that is made of it. Of the header and the attributes there is what the paths say.
   *
   * @param key - of the line
   */
  member(key: string): JsonValue | undefined {
    switch (key) {
      case 'header':
        return (this.#foundHeader ??= { part: this.#partOf(key, false) }).part;
      case 'attrs':
        return (this.#foundAttributes ??= { part: this.#partOf(key, false) }).part;
      case 'time': {
        const { seconds, nanoseconds } = this.cursor.context;
        return seconds < 0 ? undefined : this.#time.text(seconds, nanoseconds);
      }
      default:
        return this.#mayHave(key) ? this.#decodedMember(key) : undefined;
    }
  }

  /**
   * The numbers at a path that are shown by their names: who asks may know either.
   *
   * @param path - keys from the outside in; places in lists may be left out
   * @param test - asked about each, until it says yes
   * @returns whether it did
   */
  someNumberAt(path: readonly string[], test: (number: number) => boolean): boolean {
    const { cursor } = this;
    if (!cursor.isMessage) return false;
    const [root = ''] = path;
    if (root === 'header' || root === 'attrs') return someAt(this.#partOf(root, true), path, 1, (value) => typeof value === 'number' && test(value));
    if (!this.#mayHave(root)) return false;
    return spotsOf(cursor, cursor.context).some(({ path: where, number }) => number !== undefined && isAt(where, path) && test(number));
  }

  /** What is wanted of the header or the attributes. */
  #partOf(root: 'header' | 'attrs', isNumeric: boolean): JsonObject | undefined {
    const { cursor, identity } = this;
    const walker = this.#walker;
    const wanted = root === 'header' ? this.#header : this.#attributes;
    const { bytes, view, offset, length } = cursor;
    if (identity === undefined) {
      const { raw } = cursor.context;
      const operation = root === 'attrs' && raw?.isHeaderless === true ? cursor.context.rawOperation(0, false) : undefined;
      return operation === undefined ? undefined : walker.bodyOf(bytes, view, operation.format, offset, offset + cursor.trailing, offset, wanted, isNumeric);
    }
    const { format, start, opaque } = identity;
    const end = offset + length;
    if (identity.role !== 'family' || !identity.isKnown) return undefined;
    if (root === 'attrs') {
      const at = bodyStart(format, start, opaque, end);
      return at < end ? walker.bodyOf(bytes, view, format, at, end, start, wanted, isNumeric) : undefined;
    }
    if (format.header === undefined || start >= end) return opaque > 0 && !isNumeric ? { '#user': hexText(bytes, start, opaque) } : undefined;
    return walker.structOf(bytes, view, format.header, start, structureEnd(format.header, start, end), wanted, isNumeric);
  }

  /** Whether the line may have another member: what nearly no message has need not be looked for in all of them. */
  #mayHave(key: string): boolean {
    const { cursor, identity } = this;
    if (identity === undefined) return true;
    if (key === 'error') return identity.role === 'error' || identity.role === 'done';
    if (key === 'payload') return identity.role !== 'family' || !identity.isKnown;
    if (key === 'trailing') return cursor.trailing > 0;
    return key !== 'truncated' || nlmsghdr.nlmsg_len(cursor.view, cursor.offset) > cursor.length;
  }

  #decodedMember(key: string): JsonValue | undefined {
    const line = (this.#decoded ??= decodeStep(this.cursor));
    const value: unknown = Object.hasOwn(line, key) ? Reflect.get(line, key) : undefined;
    return isJsonValue(value) ? value : undefined;
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
