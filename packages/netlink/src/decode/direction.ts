import { NLM_F_MULTI, NLM_F_REQUEST, NLMSG_MIN_TYPE } from '@netdevkit/bindings';

/** What a message is in a conversation. */
export type Direction = 'request' | 'answer' | 'event';

/**
 * What a message is, as far as its header tells: nlmon itself does not say which way a datagram went.
 *
 * @param header - of any message, in host order: `nlmsg_type`, `nlmsg_flags`, `nlmsg_seq`, `nlmsg_pid`
 * @returns `'event'` for a notification: what nobody asked for has neither port nor sequence number
 * @example
 * ```ts
 * import { directionOf } from '@netdevkit/netlink';
 *
 * console.log(directionOf({ typeId: 18, flagsId: 0x301, seq: 7, pid: 0 })); // request
 * ```
 */
export function directionOf(header: { readonly typeId: number; readonly flagsId: number; readonly seq: number; readonly pid: number }): Direction {
  return directionOfNumbers(header.typeId, header.flagsId, header.seq, header.pid);
}

/** The same, without an object. */
export function directionOfNumbers(type: number, flags: number, seq: number, pid: number): Direction {
  if (type < NLMSG_MIN_TYPE) return 'answer';
  if ((flags & NLM_F_REQUEST) !== 0) return 'request';
  return (flags & NLM_F_MULTI) !== 0 || seq !== 0 || pid !== 0 ? 'answer' : 'event';
}
