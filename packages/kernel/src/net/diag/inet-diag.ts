import {
  AF_INET,
  AF_INET6,
  DCCPDIAG_GETSOCK,
  INET_DIAG_REQ_BYTECODE,
  INET_DIAG_REQ_PROTOCOL,
  NLMSG_HDRLEN,
  NLM_F_DUMP,
  SOCK_DIAG_BY_FAMILY,
  inet_diag_req,
  inet_diag_req_v2,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { AttributeCursor } from '@netdevkit/netlink';
import type { KernelSocket } from '../netlink/netlink-sock.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { auditFilter } from './inet-diag-filter.ts';
import { aliasOf, payloadOf, type DiagHandler } from './diag-handler.ts';

/** The protocols that answer: IPPROTO_TCP, UDP, UDPLITE and RAW. */
const TCP = 6;
const DCCP = 33;
const PROTOCOLS = [TCP, 17, 136, 255];
const IPPROTO_MAX = 263;

/** What a request asks, its attributes looked through. */
interface Question {
  readonly protocol: number;
  readonly family: number;
}

/**
 * Sockets of IPv4 and IPv6, of which there are none: net/ipv4/inet_diag.c. What a kernel says with tcp_diag, udp_diag and
 * raw_diag, and without connections.
 */
export class InetDiag implements DiagHandler {
  readonly #netlink: Netlink;
  readonly #modules: { request(alias: string): void };

  constructor(netlink: Netlink, modules: { request(alias: string): void }) {
    this.#netlink = netlink;
    this.#modules = modules;
  }

  // From net/ipv4/inet_diag.c:inet_diag_handler_cmd.
  dump(request: NetlinkRequest, receiver: KernelSocket): number {
    return this.#answer(request, receiver, inet_diag_req_v2.SIZE);
  }

  destroy(request: NetlinkRequest, receiver: KernelSocket): number {
    return this.#answer(request, receiver, inet_diag_req_v2.SIZE);
  }

  /** TCPDIAG_GETSOCK and DCCPDIAG_GETSOCK. From net/ipv4/inet_diag.c:inet_diag_rcv_msg_compat. */
  legacy(request: NetlinkRequest, receiver: KernelSocket): number {
    return this.#answer(request, receiver, inet_diag_req.SIZE);
  }

  #answer(request: NetlinkRequest, receiver: KernelSocket, header: number): number {
    if (payloadOf(request) < header) return -errno.EINVAL;
    const dumps = (request.flags & NLM_F_DUMP) !== 0 && (header === inet_diag_req.SIZE || request.type === SOCK_DIAG_BY_FAMILY);
    const question = this.#parse(request, header, dumps);
    if (typeof question === 'number') return question;
    const known = this.#load(question.protocol);
    // It is the end of a dump that says that a protocol is not known.
    if (dumps) return this.#netlink.dumpStart(request, receiver, { dump: () => (known ? 0 : -errno.ENOENT) });
    if (!known) return -errno.ENOENT;
    const fits = question.family === AF_INET || question.family === AF_INET6;
    // From net/ipv4/inet_diag.c:inet_diag_find_one_icsk, and its twins for others: nothing is found.
    return question.protocol === TCP && !fits ? -errno.EINVAL : -errno.ENOENT;
  }

  #parse(request: NetlinkRequest, header: number, dumps: boolean): Question | number {
    const { bytes, view, offset, length, type, socket } = request;
    const at = offset + NLMSG_HDRLEN;
    const isLegacy = header === inet_diag_req.SIZE;
    let protocol = inet_diag_req_v2.sdiag_protocol(view, at);
    if (isLegacy) protocol = type === DCCPDIAG_GETSOCK ? DCCP : TCP;
    const family = isLegacy ? inet_diag_req.idiag_family(view, at) : inet_diag_req_v2.sdiag_family(view, at);
    const cursor = new AttributeCursor();
    cursor.reset(bytes, Math.min(at + ((header + 3) & ~3), offset + length), offset + length);
    let filter: Uint8Array | null = null;
    while (cursor.next()) {
      if (cursor.type === INET_DIAG_REQ_PROTOCOL) {
        const wanted = cursor.length === 4 ? cursor.u32() : undefined;
        if (wanted === undefined) return -errno.EINVAL;
        protocol = wanted;
      } else if (cursor.type === INET_DIAG_REQ_BYTECODE) {
        filter = bytes.subarray(cursor.offset, cursor.offset + cursor.length);
      }
    }
    const error = dumps && filter !== null ? auditFilter(filter, socket.credentials.netAdmin) : 0;
    return error === 0 ? { protocol, family } : error;
  }

  /** `inet_diag_lock_handler`: whether a protocol answers; the module loader is asked for others. */
  #load(protocol: number): boolean {
    if (PROTOCOLS.includes(protocol)) return true;
    if (protocol < IPPROTO_MAX) this.#modules.request(aliasOf(AF_INET, protocol));
    return false;
  }
}
