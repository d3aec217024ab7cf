import {
  NETLINK_ROUTE,
  NLM_F_ACK_NAMES,
  NLM_F_DELETE_NAMES,
  NLM_F_DUMP,
  NLM_F_GET_NAMES,
  NLM_F_NAMES,
  NLM_F_NEW_NAMES,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_MIN_TYPE,
  flagNames,
  type NameTable,
} from '@netdevkit/bindings';

const COMMON = 0xff;

/**
 * The names of a message's flags. The upper eight bits mean another thing in each kind of message.
 *
 * @param protocol - the netlink protocol
 * @param type - `nlmsg_type`
 * @param flags - `nlmsg_flags`
 * @returns names such as `'NLM_F_REQUEST'`; what has no name comes last, as one hexadecimal number
 */
export function messageFlagNames(protocol: number, type: number, flags: number): string[] {
  const names = flagNames(NLM_F_NAMES, flags & COMMON);
  let rest = flags & ~COMMON;
  const modifiers = modifierNames(protocol, type, flags);
  // A dump is what both bits together ask for.
  if (modifiers === NLM_F_GET_NAMES && (rest & NLM_F_DUMP) === NLM_F_DUMP) {
    names.push('NLM_F_DUMP');
    rest &= ~NLM_F_DUMP;
  }
  return [...names, ...flagNames(modifiers, rest)];
}

/** What the upper bits are called in a message of this kind. */
function modifierNames(protocol: number, type: number, flags: number): NameTable {
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return NLM_F_ACK_NAMES;
  if (type < NLMSG_MIN_TYPE) return {};
  if (protocol === NETLINK_ROUTE) {
    // From net/core/rtnetlink.c:rtnl_msgtype_kind.
    const kind = type & 3;
    if (kind === 1) return NLM_F_DELETE_NAMES;
    return kind === 2 ? NLM_F_GET_NAMES : NLM_F_NEW_NAMES;
  }
  // Which kind a message of another family is, only its schema tells; but every family dumps alike.
  const isDump = (flags & NLM_F_REQUEST) !== 0 && (flags & NLM_F_DUMP) === NLM_F_DUMP;
  return isDump ? NLM_F_GET_NAMES : {};
}
