import { NETLINK_GENERIC, NLMSG_HDRLEN, NLM_F_CAPPED, NLM_F_REQUEST, genlmsghdr, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import { viewOf } from '../view-of.ts';
import { Acknowledgement, ackAttributes } from './ack.ts';
import { hexText } from './address-text.ts';
import type { DecodeContext } from './context.ts';
import { ObjectDecoder } from './decode.ts';
import type { DecodedError, DecodedMessage, DecodedRequest } from './decoded.ts';
import { Identity } from './identity.ts';
import type { JsonObject, JsonValue, MutableJsonObject } from './json-value.ts';
import { bodyLayout, isSame, type LevelLayout } from './layout.ts';
import { bodyOctets, levelOctets, payloadOf as valueOctets, structOctets } from './level-encoder.ts';
import { join } from './leaf-octets.ts';
import { EncodeError, hexOf, parseHex } from './parse-text.ts';
import type { MessageSpan } from './span.ts';

const ERRNO_SIZE = nlmsgerr.FIELDS.error.size;
const ACK_KEYS = ['errno', 'name', 'attr', 'missing', 'request'];

/** What a message's decoded form does not say: nothing, if it is written as it was. */
export interface MessageLayout {
  /** The whole payload, where nothing else will do: it is cut off, or malformed. */
  readonly payload?: string;
  /** The attributes behind the family's header. */
  readonly attributes?: LevelLayout;
  /** Octets instead of them. */
  readonly octets?: string;
  /** Of the request that an acknowledgement repeats. */
  readonly request?: MessageLayout;
}

type Encodable = DecodedMessage | DecodedRequest;

/**
 * Writes a message: the inverse of `decode`.
 *
 * Without a layout it is written as today's kernels want it: attributes in the order of the keys, nests marked as such,
 * texts with a NUL. With the layout of a message (see {@link layoutOf}) it is that message again, octet for octet.
 *
 * @param message - what `decode` gives, or an object like it; `len` counts only where the message is cut off, or a header
 * stands alone: it says whether that is filled up
 * @param context - the schemas; its packet says which protocol it is
 * @param layout - what the object does not say
 * @throws EncodeError: the object has what its schema does not
 */
export function encode(message: Encodable, context: DecodeContext, layout: MessageLayout = {}): Uint8Array {
  const header = new Uint8Array(NLMSG_HDRLEN);
  const view = new DataView(header.buffer);
  nlmsghdr.set_nlmsg_type(view, 0, message.typeId);
  nlmsghdr.set_nlmsg_flags(view, 0, message.flagsId);
  nlmsghdr.set_nlmsg_seq(view, 0, message.seq);
  nlmsghdr.set_nlmsg_pid(view, 0, message.pid);
  const payload = layout.payload === undefined ? payloadOf(message, context, header, layout) : parseHex(layout.payload);
  const length = NLMSG_HDRLEN + payload.length;
  nlmsghdr.set_nlmsg_len(view, 0, message.truncated === true ? message.len : length);
  return join([header, payload]);
}

/**
 * What the decoded form of a message does not say.
 *
 * @param message - the message; its packet is the one that the context has begun
 * @param context - the schemas
 */
export function layoutOf(message: MessageSpan, context: DecodeContext): MessageLayout {
  const { bytes, view, offset, length } = message;
  const end = offset + length;
  const decoded = new ObjectDecoder(context).message(message);
  const isLaidOut = (layout: MessageLayout): boolean => isSame(() => encode(decoded, context, layout), bytes, offset, end);
  if (isLaidOut({})) return {};
  const identity = new Identity();
  identity.look(context, message);
  if (identity.role === 'family' && identity.isKnown) {
    const { format, start } = identity;
    const at = Math.min(end, start + identity.opaque + ((Math.max(0, format.header?.size ?? 0) + 3) & ~3));
    const layout = bodyLayout(format, decoded.attrs ?? {}, scopeOf(decoded), bytes, view, at, end);
    if (isLaidOut(layout)) return layout;
  }
  if (identity.role === 'error') {
    const ack = new Acknowledgement();
    ack.look(context, message, true);
    if (ack.requestAt >= 0) {
      const request = layoutOf({ bytes, view, offset: ack.requestAt, length: ack.requestEnd - ack.requestAt }, context);
      if (isLaidOut({ request })) return { request };
    }
  }
  return { payload: hexText(bytes, offset + NLMSG_HDRLEN, length - NLMSG_HDRLEN) };
}

/** What is outside a message's attributes: its own header. */
function scopeOf({ header }: Encodable): JsonObject[] {
  return header === undefined ? [] : [header];
}

function payloadOf(message: Encodable, context: DecodeContext, header: Uint8Array, layout: MessageLayout): Uint8Array {
  const head = new Uint8Array(NLMSG_HDRLEN + genlmsghdr.SIZE);
  head.set(header);
  const isGeneric = context.protocol === NETLINK_GENERIC && message.command !== undefined;
  if (isGeneric) {
    genlmsghdr.set_cmd(new DataView(head.buffer), NLMSG_HDRLEN, commandOf(message, context));
    genlmsghdr.set_version(new DataView(head.buffer), NLMSG_HDRLEN, message.version ?? 0);
  }
  const identity = identify(message, context, head, isGeneric);
  if ('error' in message && message.error !== undefined) {
    return errorOctets(message.error, message.flagsId, identity.role === 'error', context, layout.request);
  }
  if (message.payload !== undefined) return parseHex(message.payload);
  // The end of a dump that says nothing has a zero all the same.
  if (identity.role === 'done') return new Uint8Array(message.len > NLMSG_HDRLEN ? ERRNO_SIZE : 0);
  const generic = isGeneric ? head.subarray(NLMSG_HDRLEN) : new Uint8Array(0);
  return join([generic, ...familyOctets(message, identity, layout, generic.length)]);
}

/** What a message is: its number says it, and with some families the first octet of its header. */
function identify({ header }: Encodable, context: DecodeContext, head: Uint8Array, isGeneric: boolean): Identity {
  const identity = new Identity();
  const look = (): void => {
    identity.look(context, { bytes: head, view: viewOf(head), offset: 0, length: head.length });
  };
  const [name, value] = Object.entries(header ?? {})[0] ?? [];
  if (isGeneric || name === undefined || value === undefined) {
    look();
    return identity;
  }
  // A number is its own octet; of a name every octet is tried.
  const candidates = typeof value === 'number' ? [value & 0xff] : Array.from({ length: 256 }, (_, octet) => octet);
  for (const octet of candidates) {
    head[NLMSG_HDRLEN] = octet;
    look();
    const first = identity.format.header?.members[0];
    if (first?.name === name && valueOctets(first, value, [])[0] === octet) break;
  }
  return identity;
}

function familyOctets(message: Encodable, { format }: Identity, layout: MessageLayout, generic: number): Uint8Array[] {
  const { header, attrs } = message;
  const opaque = header?.['#user'];
  const parts: Uint8Array[] = [];
  if (opaque !== undefined) parts.push(hexOf(opaque));
  else if (header !== undefined && format.header !== undefined) {
    const octets = structOctets(format.header, header, []);
    const padded = (octets.length + 3) & ~3;
    // A header that nothing follows need not be filled up.
    const isFollowed = attrs !== undefined || layout.octets !== undefined || message.len === NLMSG_HDRLEN + generic + padded;
    const whole = new Uint8Array(isFollowed ? padded : octets.length);
    whole.set(octets);
    parts.push(whole);
  }
  if (layout.octets !== undefined) parts.push(parseHex(layout.octets));
  else if (attrs !== undefined) parts.push(bodyOctets(format, attrs, scopeOf(message), layout.attributes));
  return parts;
}

/** The number of a command: `#n` says it. */
function commandOf({ command = '', typeId, flagsId }: Encodable, context: DecodeContext): number {
  const raw = /^#(\d{1,3})$/.exec(command)?.[1];
  if (raw !== undefined) return Number(raw);
  const number = context.genericState(typeId)?.commandNumber(command, (flagsId & NLM_F_REQUEST) !== 0);
  if (number !== undefined) return number;
  throw new EncodeError(`family ${String(typeId)} has no command "${command}"`);
}

function errorOctets(error: DecodedError, flags: number, isError: boolean, context: DecodeContext, layout?: MessageLayout): Uint8Array {
  const errno = new Uint8Array(ERRNO_SIZE);
  new DataView(errno.buffer).setInt32(0, error.errno, true);
  const parts: Uint8Array[] = [errno];
  const { request } = error;
  if (isError && request !== undefined) {
    const isCapped = (flags & NLM_F_CAPPED) !== 0;
    const whole = encode(request, context, layout);
    // The length is that of the request, of which there may be less.
    nlmsghdr.set_nlmsg_len(viewOf(whole), 0, request.len);
    parts.push(isCapped ? whole.subarray(0, NLMSG_HDRLEN) : whole);
  }
  const attributes: MutableJsonObject = {};
  for (const [key, value] of Object.entries(error)) {
    if (!ACK_KEYS.includes(key) && value !== undefined && value !== null && isJson(value)) attributes[key] = value;
  }
  if (Object.keys(attributes).length === 0) return join(parts);
  const before = join(parts);
  const padded = new Uint8Array((before.length + 3) & ~3);
  padded.set(before);
  return join([padded, levelOctets(context.tables.set(ackAttributes), attributes, [])]);
}

/** Everything in an error is JSON but its request, which has been taken out. */
function isJson(value: JsonValue | DecodedRequest): value is JsonValue {
  return typeof value !== 'object' || value === null || Array.isArray(value) || !('typeId' in value && 'flagsId' in value);
}
