import { GENL_HDRLEN, genlmsghdr } from '@netdevkit/bindings';
import { NLMSG_GOODSIZE, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { MessageWriter } from '@netdevkit/netlink';
import { skb_put, type SkBuffs } from '../core/skbuff.ts';
import type { GenlFamily } from './genl-family.ts';

/** What stands in the headers of a message. */
export interface GenlHeader {
  readonly portid: number;
  readonly seq: number;
  readonly flags: number;
  readonly cmd: number;
}

/**
 * `genlmsg_put`: opens a message, with room for the family's own header, zeroed.
 *
 * @returns where the message starts, for `cancel`; -1 when it does not fit
 */
export function putGenlHeader(writer: MessageWriter, family: GenlFamily, header: GenlHeader): number {
  const start = writer.begin(family.id, header.flags, header.seq, header.portid);
  if (start === -1) return -1;
  const at = writer.reserve(GENL_HDRLEN + family.headerSize);
  if (at === -1) {
    writer.cancel(start);
    return -1;
  }
  genlmsghdr.set_cmd(writer.view, at, header.cmd);
  genlmsghdr.set_version(writer.view, at, family.version);
  return start;
}

/**
 * Builds messages of generic netlink.
 */
export class GenlMessages {
  readonly #skbs: SkBuffs;
  /** Writers that wait; what fills a message may build another one. */
  readonly #writers: MessageWriter[] = [];

  constructor(skbs: SkBuffs) {
    this.#skbs = skbs;
  }

  /**
   * Builds a datagram of one message.
   *
   * @param fill - writes what follows the headers
   * @param size - octets of the datagram at most
   * @returns the skb; -ENOBUFS without memory, -EMSGSIZE when it does not fit
   */
  build(
    family: GenlFamily,
    header: GenlHeader,
    fill: (writer: MessageWriter) => void,
    size: number = NLMSG_GOODSIZE,
  ): sk_buff | number {
    const skb = this.#skbs.alloc(size);
    const head = skb?.head ?? null;
    if (skb === null || head === null) return -errno.ENOBUFS;
    const writer = this.#writers.pop() ?? new MessageWriter(0);
    try {
      writer.reset(head.bytes, skb.data, skb.data + size);
      putGenlHeader(writer, family, header);
      fill(writer);
      if (writer.end() === -1) {
        this.#skbs.drop(skb, 'NOT_SPECIFIED');
        return -errno.EMSGSIZE;
      }
      skb_put(skb, writer.length);
      return skb;
    } finally {
      this.#writers.push(writer);
    }
  }
}
