import {
  AF_PACKET,
  NLMSG_HDRLEN,
  NLM_F_DUMP,
  NLM_F_MULTI,
  PACKET_DIAG_FILTER,
  PACKET_DIAG_INFO,
  PACKET_DIAG_MCLIST,
  PACKET_DIAG_MEMINFO,
  PACKET_DIAG_UID,
  PACKET_SHOW_FILTER,
  PACKET_SHOW_INFO,
  PACKET_SHOW_MCLIST,
  PACKET_SHOW_MEMINFO,
  PDI_AUXDATA,
  PDI_ORIGDEV,
  PDI_RUNNING,
  SOCK_DIAG_BY_FAMILY,
  packet_diag_info,
  packet_diag_mclist,
  packet_diag_msg,
  packet_diag_req,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import { memoryInfo } from '../core/sock-options-get.ts';
import type { KernelSocket } from '../netlink/netlink-sock.ts';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import type { PacketSock } from '../packet/packet-sock.ts';
import type { PacketSockets } from '../packet/packet-sockets.ts';
import { payloadOf, type DiagHandler } from './diag-handler.ts';
import { socketDump } from './socket-dump.ts';

/**
 * Packet sockets: net/packet/diag.c. There are no rings and no fanout to be told.
 */
export class PacketDiag implements DiagHandler {
  readonly #netlink: Netlink;
  readonly #packets: PacketSockets;

  constructor(netlink: Netlink, packets: PacketSockets) {
    this.#netlink = netlink;
    this.#packets = packets;
  }

  // From net/packet/diag.c:packet_diag_handler_dump.
  dump(request: NetlinkRequest, receiver: KernelSocket): number {
    if (payloadOf(request) < packet_diag_req.SIZE) return -errno.EINVAL;
    const at = request.offset + NLMSG_HDRLEN;
    if (packet_diag_req.sdiag_protocol(request.view, at) !== 0) return -errno.EINVAL;
    if ((request.flags & NLM_F_DUMP) === 0) return -errno.EOPNOTSUPP;
    const show = packet_diag_req.pdiag_show(request.view, at);
    const { namespace, socket } = request;
    const maySeeFilters = socket.credentials.netAdmin;
    return this.#netlink.dumpStart(
      request,
      receiver,
      socketDump(
        () => this.#packets.of(namespace),
        (chunk, callback, sock) => fill(chunk, callback, sock, show, maySeeFilters),
      ),
    );
  }
}

// From net/packet/diag.c:sk_diag_fill.
function fill(writer: MessageWriter, { portid, seq }: DumpCallback, sock: PacketSock, show: number, maySeeFilters: boolean): boolean {
  const mark = writer.mark();
  writer.begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(packet_diag_msg.SIZE);
  if (at !== -1) {
    const { view } = writer;
    packet_diag_msg.set_pdiag_family(view, at, AF_PACKET);
    packet_diag_msg.set_pdiag_type(view, at, sock.type);
    packet_diag_msg.set_pdiag_num(view, at, sock.num);
    packet_diag_msg.set_pdiag_ino(view, at, sock.inode);
    packet_diag_msg.set_pdiag_cookie(view, at, 0, sock.cookie);
  }
  if ((show & PACKET_SHOW_INFO) !== 0) {
    putInfo(writer, sock);
    writer.putU32(PACKET_DIAG_UID, sock.credentials.uid);
  }
  if ((show & PACKET_SHOW_MCLIST) !== 0) putMemberships(writer, sock);
  if ((show & PACKET_SHOW_MEMINFO) !== 0) writer.putBytes(PACKET_DIAG_MEMINFO, memoryInfo(sock));
  if ((show & PACKET_SHOW_FILTER) !== 0) {
    // Who may not see a filter learns nothing, not even whether there is one.
    if (!maySeeFilters) writer.putBytes(PACKET_DIAG_FILTER, new Uint8Array(0));
    else if (sock.filter !== null) writer.putBytes(PACKET_DIAG_FILTER, sock.filter.octets);
  }
  if (writer.overflowed) {
    writer.cancel(mark);
    return false;
  }
  writer.end();
  return true;
}

function putInfo(writer: MessageWriter, sock: PacketSock): void {
  const at = writer.reserveAttribute(PACKET_DIAG_INFO, packet_diag_info.SIZE);
  if (at === -1) return;
  const flags = (sock.running ? PDI_RUNNING : 0) | (sock.auxdata ? PDI_AUXDATA : 0) | (sock.origdev ? PDI_ORIGDEV : 0);
  packet_diag_info.set_pdi_index(writer.view, at, sock.ifindex >>> 0);
  packet_diag_info.set_pdi_tstamp(writer.view, at, sock.timestampSource >>> 0);
  packet_diag_info.set_pdi_flags(writer.view, at, flags);
}

/** The memberships, one behind the other: they are no attributes. */
function putMemberships(writer: MessageWriter, { memberships }: PacketSock): void {
  const bytes = new Uint8Array(packet_diag_mclist.SIZE * memberships.length);
  const view = new DataView(bytes.buffer);
  for (const [i, { ifindex, type, address, count }] of memberships.entries()) {
    const at = i * packet_diag_mclist.SIZE;
    packet_diag_mclist.set_pdmc_index(view, at, ifindex >>> 0);
    packet_diag_mclist.set_pdmc_count(view, at, count);
    packet_diag_mclist.set_pdmc_type(view, at, type);
    packet_diag_mclist.set_pdmc_alen(view, at, address.length);
    packet_diag_mclist.set_pdmc_addr(view, at, address);
  }
  writer.putBytes(PACKET_DIAG_MCLIST, bytes);
}
