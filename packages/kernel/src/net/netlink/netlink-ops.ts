import { MSG_OOB, MSG_PEEK } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { SockaddrNl } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import type { Delivery } from './netlink-delivery.ts';
import type { Dumps } from './netlink-dump.ts';
import { autobind } from './netlink-port.ts';
import type { NetlinkSock } from './netlink-sock.ts';
import type { NetlinkTable } from './netlink-table.ts';

/** The largest chunk of a dump: SKB_WITH_OVERHEAD(32768). */
const MAX_CHUNK = 32_768 - 320;
/** Above this, Linux allocates a sender's message otherwise, and charges no rounding for it. */
const LARGE = 4096 - 320;

/** What {@link SocketOperations} stands on. */
export interface SocketOperationsDeps {
  readonly tables: readonly NetlinkTable[];
  readonly delivery: Delivery;
  readonly dumps: Dumps;
  readonly skbs: SkBuffs;
  readonly faults: Faults;
  readonly tgid: number;
  readonly random: (below: number) => number;
}

/**
 * What user space does with a socket: `netlink_ops` of net/netlink/af_netlink.c. Results are negative errnos.
 */
export class SocketOperations {
  readonly #deps: SocketOperationsDeps;

  constructor(deps: SocketOperationsDeps) {
    this.#deps = deps;
  }

  /** `netlink_bind`: the groups replace those up to 32 that it is in. */
  bind(sock: NetlinkSock, table: NetlinkTable, pid: number, mask: number): number {
    if (mask !== 0) {
      if (!this.#may(sock, table.nonrootRecv)) return -errno.EPERM;
      const error = table.reallocGroups(sock, this.#deps.faults);
      if (error !== 0) return error;
    }
    if (sock.bound && pid !== sock.portid) return -errno.EINVAL;
    for (let group = 1; group <= 32; group++) {
      if (((mask >>> (group - 1)) & 1) === 0) continue;
      const error = table.bind?.(sock.namespace, group, sock) ?? 0;
      if (error === 0) continue;
      undoBind(sock, table, mask, group);
      return error;
    }
    if (!sock.bound) {
      const error = pid === 0 ? this.autobind(sock, table) : table.insert(sock, pid);
      if (error !== 0) {
        undoBind(sock, table, mask, 33);
        return error;
      }
    }
    for (let group = 1; group <= Math.min(32, sock.ngroups); group++) {
      table.setMember(sock, group, ((mask >>> (group - 1)) & 1) === 1);
    }
    return 0;
  }

  /** `netlink_connect`. */
  connect(sock: NetlinkSock, table: NetlinkTable, pid: number, mask: number): number {
    if ((pid !== 0 || mask !== 0) && !this.#may(sock, table.nonrootSend)) return -errno.EPERM;
    const error = this.autobind(sock, table);
    if (error !== 0) return error;
    sock.connected = true;
    sock.dstPortid = pid;
    sock.dstGroup = lowestGroup(mask);
    return 0;
  }

  /** `netlink_autobind`, unless the socket is bound. */
  autobind(sock: NetlinkSock, table: NetlinkTable): number {
    return autobind(table, sock, sock.tgid ?? this.#deps.tgid, this.#deps.random);
  }

  /**
   * `netlink_sendmsg`.
   *
   * @returns how many octets were sent, or a negative errno
   */
  send(sock: NetlinkSock, table: NetlinkTable, bytes: Uint8Array, to: SockaddrNl | undefined): number {
    const { delivery, skbs } = this.#deps;
    const { length } = bytes;
    if (length === 0) return -errno.ENODATA;
    const portid = to === undefined ? sock.dstPortid : to.pid >>> 0;
    const group = to === undefined ? sock.dstGroup : lowestGroup(to.groups);
    if (to !== undefined && (portid !== 0 || group !== 0) && !this.#may(sock, table.nonrootSend)) return -errno.EPERM;
    if (!sock.bound) {
      const error = this.autobind(sock, table);
      if (error !== 0) return error;
    }
    if (length > sock.sndbuf - 32) return -errno.EMSGSIZE;
    const skb = skbs.alloc(length);
    const head = skb?.head ?? null;
    if (skb === null || head === null) return -errno.ENOBUFS;
    // From net/netlink/af_netlink.c:netlink_alloc_large_skb.
    if (length > LARGE && group === 0) skb.truesize = ((length + 63) & ~63) + 320 + 256;
    head.bytes.set(bytes, skb_put(skb, length));
    skb.cb_portid = sock.portid;
    skb.cb_dst_group = group;
    if (group !== 0) {
      skb.users++;
      delivery.broadcast(sock, skb, portid, group);
    }
    return delivery.unicast(sock, skb, portid);
  }

  /**
   * The first half of `netlink_recvmsg`: the pending error, or the oldest message. {@link received} is the second half.
   *
   * @returns a message that is the caller's until then; a negative errno, -EAGAIN when nothing is queued
   */
  receive(sock: NetlinkSock, flags: number): sk_buff | number {
    if ((flags & MSG_OOB) !== 0) return -errno.EOPNOTSUPP;
    const error = sock.takeError();
    if (error !== 0) {
      wakeSenders(sock);
      return -error;
    }
    const skb = (flags & MSG_PEEK) === 0 ? sock.dequeue() : sock.peek();
    if (skb === null) {
      wakeSenders(sock);
      return -errno.EAGAIN;
    }
    if ((flags & MSG_PEEK) !== 0) skb.users++;
    return skb;
  }

  /**
   * Settles what {@link receive} gave, and makes a dump go on.
   *
   * @param room - of the buffer that was offered
   */
  received(sock: NetlinkSock, skb: sk_buff, room: number): void {
    sock.maxReceive = Math.min(Math.max(sock.maxReceive, room), MAX_CHUNK);
    this.#deps.skbs.consume(skb);
    if (sock.dump !== null && sock.rmem <= sock.rcvbuf / 2) {
      const error = this.#deps.dumps.next(sock);
      if (error !== 0) sock.fail(-error);
    }
    wakeSenders(sock);
  }

  #may(sock: NetlinkSock, everybody: boolean): boolean {
    return everybody || sock.credentials.netAdmin;
  }
}

/** `netlink_rcv_wake`: congestion ends with the queue. */
function wakeSenders(sock: NetlinkSock): void {
  if (sock.peek() === null) sock.congested = false;
}

/** `ffs`. */
function lowestGroup(mask: number): number {
  return mask === 0 ? 0 : 32 - Math.clz32(mask & -mask);
}

/** `netlink_undo_bind`: the family is told of the groups below one that was refused. */
function undoBind(sock: NetlinkSock, table: NetlinkTable, mask: number, below: number): void {
  for (let group = 1; group < below; group++) {
    if (((mask >>> (group - 1)) & 1) === 1) table.unbind?.(sock.namespace, group);
  }
}
