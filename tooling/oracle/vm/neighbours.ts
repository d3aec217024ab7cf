import { AF_INET6, NDA_DST, NLA_HDRLEN, NLMSG_HDRLEN, NLM_F_MULTI, RTM_DELNEIGH, RTM_NEWNEIGH, ndmsg, nlattr, nlmsghdr } from '@netdevkit/bindings';
import type { Datagram } from './packets.ts';

/** All routers, and all routers that hear of groups: Linux sends to them by itself, as soon as a link is up, and has neighbours for that. */
const BY_ITSELF: readonly string[] = ['ff020000000000000000000000000002', 'ff020000000000000000000000000016'];
const NETLINK_ROUTE = 0;

/** A message of a datagram. */
interface Message {
  readonly datagram: Datagram;
  readonly bytes: Buffer;
}

/**
 * Datagrams as they would be had Linux no lot to draw and nothing to send by itself: neighbours stand in a dump in the order of a hash
 * with a random seed, and are put into that of their links and addresses; those that are there for what Linux sends by itself are
 * left out. A datagram is for one message then.
 */
export function withoutLot(datagrams: readonly Datagram[]): Datagram[] {
  const ordered: Message[] = [];
  let run: Message[] = [];
  const endRun = (): void => {
    ordered.push(...run.sort((first, second) => Buffer.compare(placeOf(first.bytes), placeOf(second.bytes))));
    run = [];
  };
  for (const message of datagrams.flatMap(messagesOf)) {
    const { bytes } = message;
    if (isNeighbour(message) && BY_ITSELF.includes(addressOf(bytes).toString('hex')) && familyOf(bytes) === AF_INET6) continue;
    const isDumped = isNeighbour(message) && (nlmsghdr.nlmsg_flags(viewOf(bytes), 0) & NLM_F_MULTI) !== 0;
    const [before] = run;
    if (before !== undefined && (!isDumped || !isSameDump(before.bytes, bytes))) endRun();
    (isDumped ? run : ordered).push(message);
  }
  endRun();
  return ordered.map(({ datagram, bytes }) => ({ ...datagram, bytes }));
}

/** The messages of a datagram; what is none is one all the same. */
function messagesOf(datagram: Datagram): Message[] {
  const messages: Message[] = [];
  const { bytes } = datagram;
  let at = 0;
  while (bytes.length - at >= NLMSG_HDRLEN) {
    const length = nlmsghdr.nlmsg_len(viewOf(bytes), at);
    if (length < NLMSG_HDRLEN || length >= bytes.length - at) break;
    const end = Math.min(at + ((length + 3) & ~3), bytes.length);
    messages.push({ datagram, bytes: bytes.subarray(at, end) });
    at = end;
  }
  messages.push({ datagram, bytes: bytes.subarray(at) });
  return messages;
}

function isNeighbour({ datagram, bytes }: Message): boolean {
  if (datagram.protocol !== NETLINK_ROUTE || bytes.length < NLMSG_HDRLEN + ndmsg.SIZE) return false;
  const type = nlmsghdr.nlmsg_type(viewOf(bytes), 0);
  return type === RTM_NEWNEIGH || type === RTM_DELNEIGH;
}

function isSameDump(first: Buffer, second: Buffer): boolean {
  const [one, other] = [viewOf(first), viewOf(second)];
  return familyOf(first) === familyOf(second) && nlmsghdr.nlmsg_seq(one, 0) === nlmsghdr.nlmsg_seq(other, 0) && nlmsghdr.nlmsg_pid(one, 0) === nlmsghdr.nlmsg_pid(other, 0);
}

function familyOf(bytes: Buffer): number {
  return ndmsg.ndm_family(viewOf(bytes), NLMSG_HDRLEN);
}

/** What neighbours are ordered by: link and address. */
function placeOf(bytes: Buffer): Buffer {
  const index = Buffer.alloc(4);
  index.writeInt32BE(ndmsg.ndm_ifindex(viewOf(bytes), NLMSG_HDRLEN));
  return Buffer.concat([index, addressOf(bytes)]);
}

/** The octets of NDA_DST; none if there is no such attribute. */
function addressOf(bytes: Buffer): Buffer {
  const view = viewOf(bytes);
  for (let at = NLMSG_HDRLEN + ndmsg.SIZE; bytes.length - at >= NLA_HDRLEN; ) {
    const length = nlattr.nla_len(view, at);
    if (length < NLA_HDRLEN) break;
    if (nlattr.nla_type(view, at) === NDA_DST) return bytes.subarray(at + NLA_HDRLEN, at + length);
    at += (length + 3) & ~3;
  }
  return Buffer.alloc(0);
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
