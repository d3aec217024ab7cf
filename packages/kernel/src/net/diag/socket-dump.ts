import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, DumpControl } from '../netlink/netlink-types.ts';

/** Where a dump stands: the sockets that there were when it began, and how many of them are told. */
class SocketList<T> {
  next = 0;
  readonly sockets: readonly T[];

  constructor(sockets: readonly T[]) {
    this.sockets = sockets;
  }
}

/**
 * A dump of sockets, one message each.
 *
 * @param list - the sockets, asked for once
 * @param fill - writes the message of one: false when it does not fit
 */
export function socketDump<T extends { readonly closed: boolean }>(
  list: () => readonly T[],
  fill: (chunk: MessageWriter, callback: DumpCallback, sock: T) => boolean,
): DumpControl {
  let state: SocketList<T> | null = null;
  return {
    dump: (chunk, callback) => {
      state ??= new SocketList(list());
      for (; state.next < state.sockets.length; state.next++) {
        const sock = state.sockets[state.next];
        // One that has been closed since is not there any more.
        if (sock === undefined || sock.closed) continue;
        if (!fill(chunk, callback, sock)) return 1;
      }
      return 0;
    },
  };
}
