import { NLA_F_NESTED, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN, nlattr, nlmsghdr } from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { align } from './align.ts';
import type { AttributeTable } from './attribute-table.ts';
import { fixedLength, policyOf, type ExtendedPolicy } from './policy.ts';
import { badAttribute, isBitfield32, validateValue } from './validate-value.ts';
import { Validation } from './validation.ts';
import { viewOf } from './view-of.ts';

// From lib/nlattr.c:MAX_POLICY_RECURSION_DEPTH. Policies may refer to themselves.
const MAX_DEPTH = 10;

/**
 * Parses a run of attributes into a table and checks them against their policies.
 *
 * C twins: `__nla_parse` and `__nla_validate` (lib/nlattr.c). Errnos, texts and the order of the checks are Linux's;
 * unlike Linux, nothing is logged.
 *
 * @param table - where to; it decides the greatest type. `null` only checks, and the policies decide.
 * @param bytes - what holds the attributes
 * @param start - where they start, in octets
 * @param length - octets; what exceeds `bytes` is not looked at
 * @param policies - what they may hold; `null` accepts everything
 * @param mode - `Validation` flags
 * @param extack - told what is wrong and where, as an offset into `bytes`
 * @returns 0 or a negative errno: `-EINVAL`, `-ERANGE`, or what a policy's function returned. The table then holds what
 * came before the error.
 */
export function parseAttributes(
  table: AttributeTable | null,
  bytes: Uint8Array,
  start: number,
  length: number,
  policies: nla_policies | null,
  mode: number,
  extack: netlink_ext_ack | null,
): number {
  const view = turnTo(table, bytes);
  const maxtype = table === null ? (policies?.length ?? 0) - 1 : table.maxtype;
  return parseRun(table, maxtype, view, bytes, start, Math.min(length, bytes.length - start), policies, mode, extack, 0);
}

/**
 * Parses the attributes of a message, which follow its family's header.
 *
 * C twin: `__nlmsg_parse` (include/net/netlink.h).
 *
 * @param table - where to; `null` only checks
 * @param bytes - what holds the message
 * @param messageOffset - where its `nlmsghdr` starts; at least that header is inside `bytes`
 * @param headerLength - the length of the family's header in octets, unpadded
 * @param policies - what the attributes may hold
 * @param mode - `Validation` flags
 * @param extack - told what is wrong
 * @returns 0 or a negative errno; `-EINVAL` with "Invalid header length" when the header is not all there
 */
export function parseMessageAttributes(
  table: AttributeTable | null,
  bytes: Uint8Array,
  messageOffset: number,
  headerLength: number,
  policies: nla_policies | null,
  mode: number,
  extack: netlink_ext_ack | null,
): number {
  const view = turnTo(table, bytes);
  const messageLength = nlmsghdr.nlmsg_len(view, messageOffset);
  if (messageLength < NLMSG_HDRLEN + headerLength) {
    if (extack !== null) extack._msg = 'Invalid header length';
    return -errno.EINVAL;
  }
  const before = NLMSG_HDRLEN + align(headerLength);
  const start = messageOffset + before;
  const inside = Math.min(messageLength - before, bytes.length - start);
  const maxtype = table === null ? (policies?.length ?? 0) - 1 : table.maxtype;
  return parseRun(table, maxtype, view, bytes, start, inside, policies, mode, extack, 0);
}

/** Empties the table, if any, for other octets, and gives a view of them. */
function turnTo(table: AttributeTable | null, bytes: Uint8Array): DataView {
  if (table === null) return viewOf(bytes);
  table.reset(bytes);
  return table.view;
}

/** One level of attributes. From lib/nlattr.c:__nla_validate_parse. */
function parseRun(
  table: AttributeTable | null,
  maxtype: number,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  length: number,
  policies: nla_policies | null,
  mode: number,
  extack: netlink_ext_ack | null,
  depth: number,
): number {
  if (depth >= MAX_DEPTH) {
    if (extack !== null) extack._msg = 'allowed policy recursion depth exceeded';
    return -errno.EINVAL;
  }

  const strictStart = policies === null ? 0 : (policyOf(policies, 0)?.strict_start_type ?? 0);
  let at = start;
  let rest = length;
  while (rest >= NLA_HDRLEN) {
    const size = nlattr.nla_len(view, at);
    if (size < NLA_HDRLEN || size > rest) break;
    const rawType = nlattr.nla_type(view, at);
    const type = rawType & NLA_TYPE_MASK;
    if (type === 0 || type > maxtype) {
      if ((mode & Validation.MAXTYPE) !== 0) {
        badAttribute(extack, at, null, 'Unknown attribute type');
        return -errno.EINVAL;
      }
    } else {
      if (policies !== null) {
        const own = strictStart !== 0 && type >= strictStart ? mode | Validation.STRICT : mode;
        const error = validateAttribute(policyOf(policies, type), rawType, view, bytes, at, size - NLA_HDRLEN, own, extack, depth);
        if (error < 0) return error;
      }
      if (table !== null) table.record(type, at + NLA_HDRLEN, size - NLA_HDRLEN);
    }
    const total = (size + 3) & ~3;
    at += total;
    rest -= total;
  }

  if (rest > 0) {
    if (extack !== null) extack._msg = 'bytes leftover after parsing attributes';
    if ((mode & Validation.TRAILING) !== 0) return -errno.EINVAL;
  }
  return 0;
}

/** The attributes inside each element of an array; the elements' own types do not matter. From lib/nlattr.c:nla_validate_array. */
function validateArray(
  nested: nla_policies,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  length: number,
  mode: number,
  extack: netlink_ext_ack | null,
  depth: number,
): number {
  let at = start;
  let rest = length;
  while (rest >= NLA_HDRLEN) {
    const size = nlattr.nla_len(view, at);
    if (size < NLA_HDRLEN || size > rest) break;
    const inside = size - NLA_HDRLEN;
    if (inside > 0 && inside < NLA_HDRLEN) {
      // Linux hands over the first policy of the elements, not that of the array.
      badAttribute(extack, at, policyOf(nested, 0) ?? null, 'Array element too short');
      return -errno.ERANGE;
    }
    if (inside > 0) {
      const error = parseRun(null, nested.length - 1, view, bytes, at + NLA_HDRLEN, inside, nested, mode, extack, depth + 1);
      if (error < 0) return error;
    }
    const total = align(size);
    at += total;
    rest -= total;
  }
  return 0;
}

/** One attribute against its policy; a hole in the policies is `NLA_UNSPEC`. From lib/nlattr.c:validate_nla. */
function validateAttribute(
  policy: ExtendedPolicy | undefined,
  rawType: number,
  view: DataView,
  bytes: Uint8Array,
  header: number,
  length: number,
  mode: number,
  extack: netlink_ext_ack | null,
  depth: number,
): number {
  if (policy === undefined) return (mode & Validation.UNSPEC) === 0 ? 0 : unsupported(header, extack);
  const at = header + NLA_HDRLEN;
  const fixed = fixedLength(policy.type);
  if (fixed !== 0 && length !== fixed && (mode & Validation.STRICT_ATTRS) !== 0) {
    return invalidLength(policy, header, extack);
  }

  const nests = policy.type === 'NLA_NESTED' || policy.type === 'NLA_NESTED_ARRAY';
  if ((mode & Validation.NESTED) !== 0 && policy.type !== 'NLA_UNSPEC' && nests !== ((rawType & NLA_F_NESTED) !== 0)) {
    badAttribute(extack, header, policy, nests ? 'NLA_F_NESTED is missing' : 'NLA_F_NESTED not expected');
    return -errno.EINVAL;
  }

  switch (policy.type) {
    case 'NLA_REJECT':
      if (policy.reject_message === undefined) return failed(policy, header, extack, -errno.EINVAL);
      badAttribute(extack, header, null, policy.reject_message);
      return -errno.EINVAL;

    case 'NLA_FLAG':
      if (length > 0) return failed(policy, header, extack, -errno.ERANGE);
      break;

    case 'NLA_UINT':
    case 'NLA_SINT':
      if (length !== 4 && length !== 8) return invalidLength(policy, header, extack);
      break;

    case 'NLA_BITFIELD32':
      if (length !== 8) return failed(policy, header, extack, -errno.ERANGE);
      if (!isBitfield32(view, at, Number(policy.mask ?? 0))) return failed(policy, header, extack, -errno.EINVAL);
      break;

    case 'NLA_NUL_STRING':
    case 'NLA_STRING': {
      const most = policy.len ?? 0;
      if (policy.type === 'NLA_NUL_STRING') {
        const searched = most === 0 ? length : Math.min(length, most + 1);
        if (!hasNul(bytes, at, searched)) return failed(policy, header, extack, -errno.EINVAL);
      }
      // A final NUL does not count.
      const counted = length > 0 && bytes[at + length - 1] === 0 ? length - 1 : length;
      if (length < 1 || (most !== 0 && counted > most)) return failed(policy, header, extack, -errno.ERANGE);
      break;
    }

    case 'NLA_BINARY':
      if (policy.len !== undefined && policy.len !== 0 && length > policy.len) {
        return failed(policy, header, extack, -errno.ERANGE);
      }
      break;

    case 'NLA_NESTED':
    case 'NLA_NESTED_ARRAY': {
      if (length === 0) break;
      if (length < NLA_HDRLEN) return failed(policy, header, extack, -errno.ERANGE);
      const { nested } = policy;
      if (nested === undefined) break;
      // What is wrong inside stands in the extended acknowledgement already.
      const error =
        policy.type === 'NLA_NESTED'
          ? parseRun(null, nested.length - 1, view, bytes, at, length, nested, mode, extack, depth + 1)
          : validateArray(nested, view, bytes, at, length, mode, extack, depth);
      if (error < 0) return error;
      break;
    }

    case 'NLA_UNSPEC':
      if ((mode & Validation.UNSPEC) !== 0) return unsupported(header, extack);
      if (length < (policy.len ?? 0)) return failed(policy, header, extack, -errno.ERANGE);
      break;

    default: {
      const natural = policy.type === 'NLA_MSECS' ? 8 : fixed;
      // Unlike Linux, a policy's own length cannot make an integer shorter than its type: that would be read beyond its end.
      if (length < Math.max(policy.len ?? 0, natural)) return failed(policy, header, extack, -errno.ERANGE);
    }
  }

  return validateValue(policy, view, bytes, header, at, length, mode, extack);
}

function hasNul(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if (bytes[at] === 0) return true;
  return false;
}

function failed(policy: ExtendedPolicy, header: number, extack: netlink_ext_ack | null, error: number): number {
  badAttribute(extack, header, policy, 'Attribute failed policy validation');
  return error;
}

function invalidLength(policy: ExtendedPolicy, header: number, extack: netlink_ext_ack | null): number {
  badAttribute(extack, header, policy, 'invalid attribute length');
  return -errno.EINVAL;
}

function unsupported(header: number, extack: netlink_ext_ack | null): number {
  badAttribute(extack, header, null, 'Unsupported attribute');
  return -errno.EINVAL;
}
