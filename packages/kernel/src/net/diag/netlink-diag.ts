import {
  AF_NETLINK,
  MAX_LINKS,
  NDIAG_FLAG_BROADCAST_ERROR,
  NDIAG_FLAG_CAP_ACK,
  NDIAG_FLAG_CB_RUNNING,
  NDIAG_FLAG_LISTEN_ALL_NSID,
  NDIAG_FLAG_NO_ENOBUFS,
  NDIAG_FLAG_PKTINFO,
  NDIAG_PROTO_ALL,
  NDIAG_SHOW_FLAGS,
  NDIAG_SHOW_GROUPS,
  NDIAG_SHOW_MEMINFO,
  NETLINK_DIAG_FLAGS,
  NETLINK_DIAG_GROUPS,
  NETLINK_DIAG_MEMINFO,
  NLMSG_HDRLEN,
  NLM_F_DUMP,
  NLM_F_MULTI,
  SOCK_DIAG_BY_FAMILY,
  netlink_diag_msg,
  netlink_diag_req,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import { memoryInfo } from '../core/sock-options-get.ts';
import type { KernelSocket, NetlinkSock } from '../netlink/netlink-sock.ts';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { payloadOf, type DiagHandler } from './diag-handler.ts';
import { socketDump } from './socket-dump.ts';

/** TCP_CLOSE, in which every socket begins, and NETLINK_CONNECTED. */
const STATE_CLOSE = 7;
const STATE_CONNECTED = 1;

/**
 * Netlink sockets: net/netlink/diag.c.
 */
export class NetlinkDiag implements DiagHandler {
  readonly #netlink: Netlink;

  constructor(netlink: Netlink) {
    this.#netlink = netlink;
  }

  // From net/netlink/diag.c:netlink_diag_handler_dump.
  dump(request: NetlinkRequest, receiver: KernelSocket): number {
    if (payloadOf(request) < netlink_diag_req.SIZE) return -errno.EINVAL;
    if ((request.flags & NLM_F_DUMP) === 0) return -errno.EOPNOTSUPP;
    const at = request.offset + NLMSG_HDRLEN;
    const protocol = netlink_diag_req.sdiag_protocol(request.view, at);
    const show = netlink_diag_req.ndiag_show(request.view, at);
    // From net/netlink/diag.c:netlink_diag_dump: it is the end of the dump that says so.
    if (protocol !== NDIAG_PROTO_ALL && protocol >= MAX_LINKS) {
      return this.#netlink.dumpStart(request, receiver, { dump: () => -errno.ENOENT });
    }
    const { namespace } = request;
    const list = (): NetlinkSock[] =>
      this.#netlink.all(namespace).filter((sock) => protocol === NDIAG_PROTO_ALL || sock.protocol === protocol);
    return this.#netlink.dumpStart(
      request,
      receiver,
      socketDump(list, (chunk, callback, sock) => fill(chunk, callback, sock, show)),
    );
  }
}

// From net/netlink/diag.c:sk_diag_fill.
function fill(writer: MessageWriter, { portid, seq }: DumpCallback, sock: NetlinkSock, show: number): boolean {
  const mark = writer.mark();
  writer.begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(netlink_diag_msg.SIZE);
  if (at !== -1) {
    const { view } = writer;
    netlink_diag_msg.set_ndiag_family(view, at, AF_NETLINK);
    netlink_diag_msg.set_ndiag_type(view, at, sock.type);
    netlink_diag_msg.set_ndiag_protocol(view, at, sock.protocol);
    netlink_diag_msg.set_ndiag_state(view, at, sock.connected ? STATE_CONNECTED : STATE_CLOSE);
    netlink_diag_msg.set_ndiag_ino(view, at, sock.inode);
    netlink_diag_msg.set_ndiag_portid(view, at, sock.portid);
    netlink_diag_msg.set_ndiag_dst_portid(view, at, sock.dstPortid);
    netlink_diag_msg.set_ndiag_dst_group(view, at, sock.dstGroup);
    netlink_diag_msg.set_ndiag_cookie(view, at, 0, sock.cookie);
  }
  if ((show & NDIAG_SHOW_GROUPS) !== 0 && sock.groups !== null) writer.putBytes(NETLINK_DIAG_GROUPS, groupsOf(sock, sock.groups));
  if ((show & NDIAG_SHOW_MEMINFO) !== 0) writer.putBytes(NETLINK_DIAG_MEMINFO, memoryInfo(sock));
  if ((show & NDIAG_SHOW_FLAGS) !== 0) writer.putU32(NETLINK_DIAG_FLAGS, flagsOf(sock));
  if (writer.overflowed) {
    writer.cancel(mark);
    return false;
  }
  writer.end();
  return true;
}

/** NLGRPSZ: C's longs, as many as all groups take. */
function groupsOf({ ngroups }: NetlinkSock, groups: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(8 * Math.ceil(ngroups / 64));
  const view = new DataView(bytes.buffer);
  for (const [i, word] of groups.entries()) view.setUint32(4 * i, word, true);
  return bytes;
}

function flagsOf(sock: NetlinkSock): number {
  return (
    (sock.dump === null ? 0 : NDIAG_FLAG_CB_RUNNING) |
    (sock.pktinfo ? NDIAG_FLAG_PKTINFO : 0) |
    (sock.broadcastError ? NDIAG_FLAG_BROADCAST_ERROR : 0) |
    (sock.noEnobufs ? NDIAG_FLAG_NO_ENOBUFS : 0) |
    (sock.listenAllNsid ? NDIAG_FLAG_LISTEN_ALL_NSID : 0) |
    (sock.capAck ? NDIAG_FLAG_CAP_ACK : 0)
  );
}
