import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';

/**
 * Tells a group of something. From net/core/rtnetlink.c:rtnl_notify, and the functions around it that build the message.
 *
 * Unlike Linux, a message that nobody would get is not built.
 *
 * @param requester - whoever asked for the change; `null` when nobody did
 * @param size - octets that the message takes at most
 * @param fill - writes it: 0, or a negative errno
 */
export function tell(
  sockets: RtnlSockets,
  namespace: Net,
  group: number,
  requester: Requester | null,
  size: number,
  fill: (writer: MessageWriter) => number,
): void {
  if (requester?.echo !== true && !sockets.hasListeners(namespace, group)) return;
  const skb = sockets.build(size, fill);
  if (typeof skb === 'number') sockets.lost(namespace, group, skb);
  else sockets.notify(namespace, skb, group, requester);
}

/**
 * Closes a message, or takes it back when something did not fit.
 *
 * @param mark - where it began
 * @returns 0, or -EMSGSIZE
 */
export function finish(writer: MessageWriter, mark: number): number {
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
