import {
  NLMSGERR_ATTR_MISS_NEST,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_OFFS,
  NLMSG_HDRLEN,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  nlmsgerr,
  nlmsghdr,
} from '@netdevkit/bindings';
import { AttributeCursor } from '../attribute-cursor.ts';
import { attributes, binary, enumeration, nest, pad, s64, string, u32, u64, type AttributeSet, type Names } from '../schema/index.ts';
import { viewOf } from '../view-of.ts';
import type { DecodeContext } from './context.ts';
import { Identity } from './identity.ts';
import { PathWalker } from './path-walker.ts';
import type { MessageSpan } from './span.ts';

/** From include/uapi/linux/netlink.h: `NL_ATTR_TYPE_*`. */
const attributeTypes: Names = enumeration('attr-type', [
  'invalid', 'flag', 'u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'binary', 'string', 'nul-string', 'nested', 'nested-array',
  'bitfield32', 'sint', 'uint',
]); // prettier-ignore

const policyAttributes: AttributeSet = attributes('policy-attrs', {
  1: u32('type', { names: attributeTypes }),
  2: s64('min-value-s'),
  3: s64('max-value-s'),
  4: u64('min-value-u'),
  5: u64('max-value-u'),
  6: u32('min-length'),
  7: u32('max-length'),
  8: u32('policy-idx'),
  9: u32('policy-maxtype'),
  10: u32('bitfield32-mask'),
  11: pad(),
  12: u64('mask'),
});

/** The attributes of an extended acknowledgement: `NLMSGERR_ATTR_*`. */
export const ackAttributes: AttributeSet = attributes('ack-attrs', {
  1: string('msg'),
  2: u32('offs'),
  3: binary('cookie'),
  4: nest('policy', policyAttributes),
  5: u32('miss-type'),
  6: u32('miss-nest'),
});

const ERRNO_SIZE = nlmsgerr.FIELDS.error.size;

/** Where the parts of an acknowledgement stand, and what it complains about. One object serves message after message. */
export class Acknowledgement {
  /** The number as it stands there: 0, or a negative errno. */
  errno = 0;
  /** Whether there is a number. */
  isPresent = false;
  /** Where the request's header starts; -1 if it is not repeated. */
  requestAt = -1;
  /** Where the request ends. */
  requestEnd = -1;
  /** Where the attributes start. */
  attributesAt = 0;
  /** Where they end. */
  attributesEnd = 0;
  /** The attribute that is wrong, as names from the outside in with dots between them. */
  attribute: string | undefined;
  /** The attribute that is missing. */
  missing: string | undefined;
  readonly #cursor: AttributeCursor = new AttributeCursor();
  readonly #identity: Identity = new Identity();
  readonly #path: PathWalker = new PathWalker();

  /**
   * Turns to an `NLMSG_ERROR` or `NLMSG_DONE`.
   *
   * @param context - whose packet it is in
   * @param message - the message
   * @param isError - whether it is an `NLMSG_ERROR`, which repeats its request
   */
  look(context: DecodeContext, message: MessageSpan, isError: boolean): void {
    const { view, offset, length } = message;
    const end = offset + length;
    const start = offset + NLMSG_HDRLEN;
    const flags = nlmsghdr.nlmsg_flags(view, offset);
    this.isPresent = end - start >= ERRNO_SIZE;
    this.errno = this.isPresent ? nlmsgerr.error(view, start) : 0;
    this.requestAt = -1;
    this.requestEnd = -1;
    this.attribute = undefined;
    this.missing = undefined;
    let at = Math.min(end, start + ERRNO_SIZE);
    if (isError && end - at >= NLMSG_HDRLEN) {
      this.requestAt = at;
      // The length is the sender's, of a message that may not be there.
      const claimed = (flags & NLM_F_CAPPED) === 0 ? nlmsghdr.nlmsg_len(view, at) : NLMSG_HDRLEN;
      const quoted = Math.min(Math.max(claimed, NLMSG_HDRLEN), end - at);
      this.requestEnd = at + quoted;
      at = Math.min(end, at + ((quoted + 3) & ~3));
    }
    const hasAttributes = (flags & NLM_F_ACK_TLVS) !== 0 && (!isError || this.requestAt >= 0);
    this.attributesAt = at;
    this.attributesEnd = hasAttributes ? end : at;
    if (hasAttributes && at < end) this.#complaint(context, message);
  }

  /** Names what `NLMSGERR_ATTR_OFFS` and `NLMSGERR_ATTR_MISS_*` point to in the request. */
  #complaint(context: DecodeContext, message: MessageSpan): void {
    let offset: number | undefined;
    let type: number | undefined;
    let nest = 0;
    const cursor = this.#cursor;
    cursor.reset(message.bytes, this.attributesAt, this.attributesEnd);
    while (cursor.next()) {
      if (cursor.type === NLMSGERR_ATTR_OFFS) offset = cursor.u32();
      else if (cursor.type === NLMSGERR_ATTR_MISS_TYPE) type = cursor.u32();
      else if (cursor.type === NLMSGERR_ATTR_MISS_NEST) nest = cursor.u32() ?? 0;
    }
    if (offset === undefined && type === undefined) return;
    const request = this.#request(context, message);
    if (request === undefined) return;
    this.#identity.look(context, request);
    if (offset !== undefined) this.attribute = this.#path.find(request, this.#identity, offset);
    if (type !== undefined) this.missing = this.#path.missing(request, this.#identity, nest, type);
  }

  /** The whole request: as it is repeated, or from memory. */
  #request(context: DecodeContext, { bytes, view, offset }: MessageSpan): MessageSpan | undefined {
    if (this.requestAt >= 0 && this.requestEnd - this.requestAt > NLMSG_HDRLEN) {
      return { bytes, view, offset: this.requestAt, length: this.requestEnd - this.requestAt };
    }
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    const octets = context.requests.find(context.protocol, pid, nlmsghdr.nlmsg_seq(view, offset));
    if (octets === undefined) return undefined;
    return { bytes: octets, view: viewOf(octets), offset: 0, length: octets.length };
  }
}
