import { NLM_F_MULTI, NLM_F_REQUEST, NLMSG_MIN_TYPE } from '@netdevkit/bindings';
import type { DecodedMessage } from '@netdevkit/netlink';

/** What a message is in a conversation. */
export type Direction = 'request' | 'answer' | 'event';

/**
 * What a message is, as far as its header tells: nlmon itself does not say which way a datagram went.
 *
 * @param message - any
 * @returns `'event'` for a notification: what nobody asked for has neither port nor sequence number
 */
export function directionOf({ typeId, flagsId, seq, pid }: DecodedMessage): Direction {
  if (typeId < NLMSG_MIN_TYPE) return 'answer';
  if ((flagsId & NLM_F_REQUEST) !== 0) return 'request';
  return (flagsId & NLM_F_MULTI) !== 0 || seq !== 0 || pid !== 0 ? 'answer' : 'event';
}
