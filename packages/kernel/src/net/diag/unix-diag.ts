import { NLMSG_HDRLEN, NLM_F_DUMP, unix_diag_req } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { KernelSocket } from '../netlink/netlink-sock.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { payloadOf, type DiagHandler } from './diag-handler.ts';

/**
 * UNIX sockets, of which there are none: net/unix/diag.c.
 */
export class UnixDiag implements DiagHandler {
  readonly #netlink: Netlink;

  constructor(netlink: Netlink) {
    this.#netlink = netlink;
  }

  // From net/unix/diag.c:unix_diag_handler_dump.
  dump(request: NetlinkRequest, receiver: KernelSocket): number {
    if (payloadOf(request) < unix_diag_req.SIZE) return -errno.EINVAL;
    if ((request.flags & NLM_F_DUMP) !== 0) return this.#netlink.dumpStart(request, receiver, { dump: () => 0 });
    const inode = unix_diag_req.udiag_ino(request.view, request.offset + NLMSG_HDRLEN);
    return inode === 0 ? -errno.EINVAL : -errno.ENOENT;
  }
}
