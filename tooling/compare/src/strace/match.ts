import { isMessage, type SeenMessage, type SeenPacket } from '../capture.ts';
import type { Datagram, PrintedMessage } from './datagrams.ts';
import { memberOf } from './expression.ts';

/** A message as both see it. */
export interface Pair {
  readonly printed: PrintedMessage;
  readonly message: SeenMessage;
  readonly packet: SeenPacket;
}

/** The parts of a header that tell messages apart. */
const KEYS = ['nlmsg_len', 'nlmsg_seq', 'nlmsg_pid'] as const;

/**
 * Finds the packets that a program sent and received among those that were captured meanwhile. Where there are several
 * alike they are taken in their order, which is that of the socket.
 *
 * @param datagrams - as strace prints them
 * @param packets - that were captured
 * @returns the messages in pairs, and the datagrams that are nowhere
 */
export function matchDatagrams(
  datagrams: readonly Datagram[],
  packets: readonly SeenPacket[],
): { readonly pairs: readonly Pair[]; readonly lost: readonly Datagram[] } {
  const free = new Set(packets);
  const pairs: Pair[] = [];
  const lost: Datagram[] = [];
  for (const datagram of datagrams) {
    const messages = datagram.messages.filter(({ header }) => numberOf(header, 'nlmsg_len') !== 0);
    const packet = [...free].find(({ messages: seen }) => areAlike(messages, seen));
    if (packet === undefined) {
      lost.push(datagram);
      continue;
    }
    free.delete(packet);
    for (const [index, printed] of messages.entries()) {
      const message = packet.messages[index];
      if (message !== undefined) pairs.push({ printed, message, packet });
    }
  }
  return { pairs, lost };
}

function areAlike(printed: readonly PrintedMessage[], seen: readonly SeenMessage[]): boolean {
  if (printed.length !== seen.length) return false;
  return printed.every(({ header }, index) => {
    const decoded = seen[index]?.decoded;
    if (decoded === undefined || !isMessage(decoded)) return false;
    const ours = { nlmsg_len: decoded.len, nlmsg_seq: decoded.seq, nlmsg_pid: decoded.pid };
    return KEYS.every((key) => numberOf(header, key) === ours[key]);
  });
}

/** A member that is a number of 32 bits; strace prints some of them with a sign. */
function numberOf(header: PrintedMessage['header'], name: string): number {
  const value = memberOf(header, name);
  return value?.kind === 'atom' ? Number(value.text) >>> 0 : -1;
}
