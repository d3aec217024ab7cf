import {
  NLA_HDRLEN,
  NLMSGERR_ATTR_COOKIE,
  NLMSGERR_ATTR_MISS_NEST,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  NLMSGERR_ATTR_POLICY,
  NLMSG_HDRLEN,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policy } from '@netdevkit/bindings/raw';
import { align, writePolicy, type MessageWriter } from '@netdevkit/netlink';
import type { Printk } from '../../printk.ts';

const U32 = NLA_HDRLEN + 4;

/**
 * How many octets the attributes of an extended acknowledgement may take: `netlink_ack_tlv_len`. Linux's estimate, to the
 * octet: a DONE whose attributes by this number do not fit goes without them.
 *
 * @returns 0 when there is nothing to say
 */
export function extackLength(extack: netlink_ext_ack, error: number): number {
  let length = 0;
  if (extack._msg !== null) length += align(NLA_HDRLEN + mostOctets(extack._msg) + 1);
  if (extack.cookie !== null && extack.cookie.length > 0) length += align(NLA_HDRLEN + extack.cookie.length);
  // What follows is told of errors only, not of warnings.
  if (error === 0) return length;
  if (extack.bad_attr !== -1) length += U32;
  if (extack.policy !== null) length += policyLength(extack.policy);
  if (hasMissingType(extack)) length += U32;
  if (extack.miss_nest !== -1) length += U32;
  return length;
}

/**
 * Writes those attributes: `netlink_ack_tlv_fill`.
 *
 * @param offset - where the request starts, in the octets that the record's offsets are into
 * @param length - nlmsg_len of the request
 */
export function putExtack(
  writer: MessageWriter,
  extack: netlink_ext_ack,
  error: number,
  offset: number,
  length: number,
  log: Printk,
): void {
  if (extack._msg !== null) {
    const mark = writer.mark();
    writer.putString(NLMSGERR_ATTR_MSG, extack._msg);
    // Longer than an attribute can be; the rest is worth more than none.
    if (writer.overflowed) writer.cancel(mark);
  }
  if (extack.cookie !== null && extack.cookie.length > 0) writer.putBytes(NLMSGERR_ATTR_COOKIE, extack.cookie);
  if (error === 0) return;
  if (extack.bad_attr !== -1 && isInPayload(extack.bad_attr - offset, length, log)) {
    writer.putU32(NLMSGERR_ATTR_OFFS, extack.bad_attr - offset);
  }
  if (extack.policy !== null) writePolicy(writer, NLMSGERR_ATTR_POLICY, extack.policy);
  if (hasMissingType(extack)) writer.putU32(NLMSGERR_ATTR_MISS_TYPE, extack.miss_type ?? 0);
  if (extack.miss_nest !== -1 && isInPayload(extack.miss_nest - offset, length, log)) {
    writer.putU32(NLMSGERR_ATTR_MISS_NEST, extack.miss_nest - offset);
  }
}

/** Type 0 is C's "none". */
function hasMissingType(extack: netlink_ext_ack): boolean {
  return extack.miss_type !== null && extack.miss_type !== 0;
}

/** `nlmsg_check_in_payload`: a handler that points elsewhere has a defect, which is not the requester's business. */
function isInPayload(at: number, length: number, log: Printk): boolean {
  if (at >= NLMSG_HDRLEN && at < length) return true;
  log.warn('netlink_ack: the extended acknowledgement points outside the request');
  return false;
}

/** As many octets as the string has characters, when it is ASCII as Linux's are; enough for it otherwise. */
function mostOctets(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return text.length * 3;
  return text.length;
}

/** From net/netlink/policy.c:netlink_policy_dump_attr_size_estimate. */
function policyLength(policy: nla_policy): number {
  // The nest and the type.
  const common = 2 * U32;
  switch (policy.type) {
    case 'NLA_UNSPEC':
    case 'NLA_REJECT':
    case 'NLA_BE16':
    case 'NLA_BE32':
      return 0;
    case 'NLA_FLAG':
      return common;
    case 'NLA_BITFIELD32':
      return common + U32;
    case 'NLA_NESTED':
    case 'NLA_NESTED_ARRAY':
    case 'NLA_STRING':
    case 'NLA_NUL_STRING':
    case 'NLA_BINARY':
      return common + 2 * U32;
    default:
      // Two of 64 bits, with padding that would align them.
      return common + 2 * (NLA_HDRLEN + NLA_HDRLEN + 8);
  }
}
