import {
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSGERR_ATTR_COOKIE,
  NLMSGERR_ATTR_MISS_NEST,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  NLMSGERR_ATTR_POLICY,
  nlmsgerr,
  nlmsghdr,
} from '@netdevkit/bindings';
import type { ExtendedAck } from '@netdevkit/errno';
import { align } from './align.ts';
import { AttributeCursor } from './attribute-cursor.ts';
import type { Message } from './message.ts';

/** The header of the request that an acknowledgement answers, by value. */
export interface RequestHeader {
  /** `nlmsg_len`. */
  readonly length: number;
  /** `nlmsg_type`. */
  readonly type: number;
  /** `nlmsg_flags`. */
  readonly flags: number;
  /** `nlmsg_seq`. */
  readonly seq: number;
  /** `nlmsg_pid`. */
  readonly pid: number;
}

/**
 * What an `NLMSG_ERROR` says: that a request failed, or with errno 0 that it succeeded. All by value, so that it outlives
 * the message.
 *
 * C twin: `struct nlmsgerr` (include/uapi/linux/netlink.h).
 */
export interface ErrorMessage {
  /** The errno, positive as in errno.h; 0: an acknowledgement of success. */
  readonly errno: number;
  /** The header of the request, if it is there. */
  readonly request?: RequestHeader;
  /** What the kernel said beyond the errno: also a warning beside success. */
  readonly extack?: ExtendedAck;
}

/** What an `NLMSG_DONE` says: how a dump ended. */
export interface DoneMessage {
  /** The errno, positive as in errno.h; 0: the dump is complete. */
  readonly errno: number;
  /** What the kernel said beyond the errno. */
  readonly extack?: ExtendedAck;
}

// An NLMSG_DONE has no more than the number that an NLMSG_ERROR begins with.
const ERROR_SIZE = nlmsgerr.FIELDS.error.size;

/**
 * Reads an `NLMSG_ERROR`.
 *
 * @param message - any message
 * @returns `undefined` when it is of another type or has no room for an errno; what else is cut off is left out
 */
export function parseError(message: Message): ErrorMessage | undefined {
  if (message.type !== NLMSG_ERROR || message.payloadLength < ERROR_SIZE) return undefined;
  const { view, payloadOffset } = message;
  const errno = errnoAt(view, payloadOffset);
  if (message.payloadLength < nlmsgerr.SIZE) return { errno };

  const header = nlmsgerr.msg(payloadOffset);
  const request: RequestHeader = {
    length: nlmsghdr.nlmsg_len(view, header),
    type: nlmsghdr.nlmsg_type(view, header),
    flags: nlmsghdr.nlmsg_flags(view, header),
    seq: nlmsghdr.nlmsg_seq(view, header),
    pid: nlmsghdr.nlmsg_pid(view, header),
  };
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno, request };
  // Attributes follow the request, of which a capped message has the header only.
  const quoted = (message.flags & NLM_F_CAPPED) === 0 ? Math.max(request.length, NLMSG_HDRLEN) : NLMSG_HDRLEN;
  return { errno, request, extack: extackAt(message, header + align(quoted)) };
}

/**
 * Reads an `NLMSG_DONE`.
 *
 * @param message - any message
 * @returns `undefined` when it is of another type; errno 0 when it has no room for one
 */
export function parseDone(message: Message): DoneMessage | undefined {
  if (message.type !== NLMSG_DONE) return undefined;
  if (message.payloadLength < ERROR_SIZE) return { errno: 0 };
  const errno = errnoAt(message.view, message.payloadOffset);
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno };
  return { errno, extack: extackAt(message, message.payloadOffset + ERROR_SIZE) };
}

function errnoAt(view: DataView, at: number): number {
  const error = nlmsgerr.error(view, at);
  return error === 0 ? 0 : -error;
}

/** The attributes from an offset to the end of a message, copied out. */
function extackAt(message: Message, start: number): ExtendedAck {
  const found: { -readonly [K in keyof ExtendedAck]: ExtendedAck[K] } = {};
  const cursor = new AttributeCursor();
  const end = message.offset + message.length;
  cursor.reset(message.bytes, Math.min(start, end), end);
  while (cursor.next()) {
    switch (cursor.type) {
      case NLMSGERR_ATTR_MSG:
        found.message = cursor.string();
        break;
      case NLMSGERR_ATTR_OFFS:
        setNumber(found, 'offset', cursor.u32());
        break;
      case NLMSGERR_ATTR_MISS_TYPE:
        setNumber(found, 'missingType', cursor.u32());
        break;
      case NLMSGERR_ATTR_MISS_NEST:
        setNumber(found, 'missingNest', cursor.u32());
        break;
      case NLMSGERR_ATTR_POLICY:
        // Not `slice`, which in a Buffer of Node shares the octets.
        found.policy = new Uint8Array(cursor.octets());
        break;
      case NLMSGERR_ATTR_COOKIE:
        found.cookie = new Uint8Array(cursor.octets());
        break;
      default:
    }
  }
  return found;
}

function setNumber(
  found: { offset?: number; missingType?: number; missingNest?: number },
  name: 'offset' | 'missingType' | 'missingNest',
  value: number | undefined,
): void {
  if (value !== undefined) found[name] = value;
}
