import { NLMSG_DONE, NLMSG_HDRLEN, NLM_F_ACK_TLVS, NLM_F_DUMP_INTR, NLM_F_MULTI, nlmsghdr } from '@netdevkit/bindings';
import { netlink_ext_ack, NLMSG_GOODSIZE, type module, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { MessageWriter } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import { Dump } from './dump-state.ts';
import type { Delivery } from './netlink-delivery.ts';
import type { ModuleReferences } from './netlink-deps.ts';
import { extackLength, putExtack } from './netlink-extack.ts';
import type { NetlinkSock } from './netlink-sock.ts';
import type { NetlinkTable } from './netlink-table.ts';
import type { DumpControl, NetlinkRequest } from './netlink-types.ts';

/** The payload of NLMSG_DONE: an `int`. */
const DONE_PAYLOAD = 4;

/** What {@link Dumps} stands on. */
export interface DumpsDeps {
  readonly skbs: SkBuffs;
  readonly delivery: Delivery;
  readonly tables: readonly NetlinkTable[];
  readonly modules: ModuleReferences;
  readonly faults: Faults;
  readonly log: Printk;
}

/**
 * Answers of many messages, made chunk by chunk as they are read: the dump part of net/netlink/af_netlink.c.
 */
export class Dumps {
  readonly #deps: DumpsDeps;
  /** Writers that wait; a dump whose callback reads another socket needs a second one. */
  readonly #writers: MessageWriter[] = [];
  /** How many dumps are under way. */
  live = 0;

  constructor(deps: DumpsDeps) {
    this.#deps = deps;
  }

  /**
   * `netlink_dump_start`: starts a dump to the request's sender and makes its first chunk.
   *
   * @returns -EINTR: started, no acknowledgement is due; -EBUSY while the socket has one already; what `start` says
   */
  start(request: NetlinkRequest, control: DumpControl, protocol: number): number {
    const { tables, modules, faults } = this.#deps;
    const socket = tables[protocol]?.lookup(request.namespace, request.portid);
    if (socket === undefined) return -errno.ECONNREFUSED;
    if (socket.dump !== null) return -errno.EBUSY;
    if (faults.shouldFail('dump_start')) return -errno.ENOMEM;
    const { module = null } = control;
    if (module !== null && !modules.tryGet(module)) return -errno.EPROTONOSUPPORT;
    const dump = new Dump(request, control);
    const error = control.start?.(dump) ?? 0;
    if (error !== 0) {
      handOver(dump.extack, request);
      this.#unpin(module);
      return error;
    }
    // Its own start may have closed the socket, or have got it another dump.
    if (socket.closed || socket.dump !== null) {
      control.done?.(dump);
      this.#unpin(module);
      return socket.closed ? -errno.ECONNREFUSED : -errno.EBUSY;
    }
    socket.dump = dump;
    this.live++;
    // From net/netlink/af_netlink.c:__netlink_dump_start: a failure here is an error to the request, and leaves the dump to go on.
    return this.next(socket) || -errno.EINTR;
  }

  /**
   * `netlink_dump`: makes the next chunk.
   *
   * @returns -ENOBUFS without memory, or when the receiver has no room
   */
  next(socket: NetlinkSock): number {
    const { skbs } = this.#deps;
    const { dump } = socket;
    if (dump === null) return -errno.EINVAL;
    const least = Math.max(dump.control.minDumpAlloc ?? 0, NLMSG_GOODSIZE);
    let room = Math.max(least, socket.maxReceive);
    let skb = skbs.alloc(room);
    if (skb === null && room > least) skb = skbs.alloc((room = least));
    if (skb === null) return -errno.ENOBUFS;
    if (socket.rmem !== 0 && socket.rmem + skb.truesize >= socket.rcvbuf) {
      skbs.drop(skb, 'SOCKET_RCVBUFF');
      return -errno.ENOBUFS;
    }
    socket.own(skb);
    this.#fill(socket, dump, skb, room);
    return 0;
  }

  /** Ends a dump before its end: its socket closes. */
  end(socket: NetlinkSock): void {
    const { dump } = socket;
    if (dump === null) return;
    socket.dump = null;
    this.live--;
    dump.control.done?.(dump);
    this.#unpin(dump.control.module ?? null);
  }

  /** Fills a chunk and sends it; the skb is settled or queued then. */
  #fill(socket: NetlinkSock, dump: Dump, skb: sk_buff, room: number): void {
    const { skbs, delivery } = this.#deps;
    const { head } = skb;
    if (head === null) return;
    const writer = this.#writers.pop() ?? new MessageWriter(0);
    writer.reset(head.bytes, skb.data, skb.data + room);
    let finished = false;
    try {
      dump.extack.reset();
      if (dump.result > 0) dump.result = this.#ask(dump, writer);
      let changed = dump.changed() || this.#interrupted(socket.protocol, skb, writer);
      if (changed && writer.length >= NLMSG_HDRLEN) {
        nlmsghdr.set_nlmsg_flags(head.view, skb.data, nlmsghdr.nlmsg_flags(head.view, skb.data) | NLM_F_DUMP_INTR);
        changed = false;
      }
      if (dump.result <= 0 && room - writer.length >= NLMSG_HDRLEN + DONE_PAYLOAD) {
        this.#putDone(socket, dump, writer, room, changed);
        finished = true;
      }
      skb_put(skb, writer.length);
    } catch (error) {
      // Only a defect of a handler gets here; it must not cost memory.
      skbs.drop(skb, 'NOT_SPECIFIED');
      this.end(socket);
      throw error;
    } finally {
      this.#writers.push(writer);
    }
    // A callback may have closed the socket: the dump has ended, and nobody is there to read.
    if (socket.dump !== dump) {
      skbs.drop(skb, 'SOCKET_CLOSE');
      return;
    }
    if (delivery.admits(socket, skb)) delivery.send(socket, skb);
    else skbs.drop(skb, 'SOCKET_FILTER');
    if (finished && socket.dump === dump) this.end(socket);
  }

  /** Asks for messages. Gives a positive number while there is more, else 0 or the error that ends the dump. */
  #ask(dump: Dump, writer: MessageWriter): number {
    const { control } = dump;
    const result = control.dump(writer, dump);
    const { length } = writer;
    // A chunk that is full is no error, and one that nothing fits is.
    if (result === -errno.EMSGSIZE || result > 0) return length > 0 ? length : -errno.EMSGSIZE;
    return result === 0 && control.doneAlone === true ? length : result;
  }

  /** Whether a fault says that what is dumped has changed. */
  #interrupted(protocol: number, { head, data }: sk_buff, { length }: MessageWriter): boolean {
    const { netlink } = this.#deps.faults;
    return netlink.isArmed && head !== null && netlink.interrupts(protocol, head.view, data, length);
  }

  /** `netlink_dump_done`. */
  #putDone(socket: NetlinkSock, dump: Dump, writer: MessageWriter, room: number, changed: boolean): void {
    const { extack, result } = dump;
    const tlvs = socket.extAck ? extackLength(extack, result) : 0;
    const flags = NLM_F_MULTI | dump.answerFlags | (changed ? NLM_F_DUMP_INTR : 0) | (tlvs === 0 ? 0 : NLM_F_ACK_TLVS);
    writer.begin(NLMSG_DONE, flags, dump.seq, dump.portid);
    const payload = writer.reserve(DONE_PAYLOAD);
    if (payload !== -1) writer.view.setInt32(payload, result, true);
    if (tlvs !== 0 && room - writer.length >= tlvs) {
      putExtack(writer, extack, result, 0, dump.request.length, this.#deps.log);
    }
    writer.end();
  }

  #unpin(mod: module | null): void {
    if (mod !== null) this.#deps.modules.put(mod);
  }
}

/** A dump that does not start is an error to its request, whose offsets are into other octets. */
function handOver(from: netlink_ext_ack, request: NetlinkRequest): void {
  const to = request.extack;
  to._msg = from._msg;
  to.bad_attr = from.bad_attr === -1 ? -1 : from.bad_attr + request.offset;
  to.policy = from.policy;
  to.cookie = from.cookie;
  to.miss_type = from.miss_type;
  to.miss_nest = from.miss_nest === -1 ? -1 : from.miss_nest + request.offset;
}
