import { NLMSG_ERROR, NLMSG_HDRLEN, NLM_F_ACK_TLVS, NLM_F_CAPPED, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { align, MessageWriter } from '@netdevkit/netlink';
import type { Printk } from '../../printk.ts';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import type { Delivery } from './netlink-delivery.ts';
import { extackLength, putExtack } from './netlink-extack.ts';
import { NetlinkSock, type KernelSocket } from './netlink-sock.ts';
import type { NetlinkRequest } from './netlink-types.ts';

/**
 * Answers to requests: `netlink_ack` of net/netlink/af_netlink.c.
 */
export class Acknowledgements {
  readonly #skbs: SkBuffs;
  readonly #delivery: Delivery;
  readonly #log: Printk;
  // Building an acknowledgement calls nobody, so that one writer is enough.
  readonly #writer = new MessageWriter(0);

  constructor(skbs: SkBuffs, delivery: Delivery, log: Printk) {
    this.#skbs = skbs;
    this.#delivery = delivery;
    this.#log = log;
  }

  /**
   * Sends an NLMSG_ERROR, with error 0 an acknowledgement. Without memory the requester's next receive fails with ENOBUFS.
   *
   * @param receiver - the kernel socket that answers
   */
  send(request: NetlinkRequest, receiver: KernelSocket, error: number, extack: netlink_ext_ack | null): void {
    const { socket } = request;
    const whole = error !== 0 && !socket.capAck;
    const payload = whole ? request.length - NLMSG_HDRLEN : 0;
    const tlvs = socket.extAck && extack !== null ? extackLength(extack, error) : 0;
    const length = NLMSG_HDRLEN + nlmsgerr.SIZE + align(payload);
    const skb = this.#skbs.alloc(align(length + tlvs));
    const head = skb?.head ?? null;
    if (skb === null || head === null) {
      if (socket instanceof NetlinkSock) socket.fail(errno.ENOBUFS);
      return;
    }
    const at = skb_put(skb, length);
    const { bytes, view } = head;
    const flags = (whole ? 0 : NLM_F_CAPPED) | (tlvs === 0 ? 0 : NLM_F_ACK_TLVS);
    nlmsghdr.set_nlmsg_type(view, at, NLMSG_ERROR);
    nlmsghdr.set_nlmsg_flags(view, at, flags);
    nlmsghdr.set_nlmsg_seq(view, at, request.seq);
    nlmsghdr.set_nlmsg_pid(view, at, request.portid);
    const body = at + NLMSG_HDRLEN;
    nlmsgerr.set_error(view, body, error);
    const original = NLMSG_HDRLEN + payload;
    if (payload === 0) copyHeader(request, view, nlmsgerr.msg(body));
    else bytes.set(request.bytes.subarray(request.offset, request.offset + original), nlmsgerr.msg(body));
    if (align(payload) !== payload) bytes.fill(0, nlmsgerr.msg(body) + original, at + length);
    if (tlvs !== 0 && extack !== null) {
      this.#writer.reset(bytes, at + length, at + length + tlvs);
      putExtack(this.#writer, extack, error, request.offset, request.length, this.#log);
      skb_put(skb, this.#writer.length);
    }
    nlmsghdr.set_nlmsg_len(view, at, skb.len);
    this.#delivery.unicast(receiver, skb, request.portid);
  }
}

/** Number by number: a small copy costs more as a view. */
function copyHeader(request: NetlinkRequest, view: DataView, at: number): void {
  nlmsghdr.set_nlmsg_len(view, at, request.length);
  nlmsghdr.set_nlmsg_type(view, at, request.type);
  // As it is by now: IPv6 changes its requests for several next hops.
  nlmsghdr.set_nlmsg_flags(view, at, nlmsghdr.nlmsg_flags(request.view, request.offset));
  nlmsghdr.set_nlmsg_seq(view, at, request.seq);
  nlmsghdr.set_nlmsg_pid(view, at, request.pid);
}
