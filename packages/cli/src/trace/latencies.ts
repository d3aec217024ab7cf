import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import type { TracedMessage } from '@netdevkit/sandbox';

/** So many requests are remembered. */
const MOST = 4096;
const MS_PER_SECOND = 1e3;
const NS_PER_MS = 1e6;

/** How long answers took, request by request. */
export class Latencies {
  /** When requests were sent, in milliseconds, the oldest first. */
  readonly #sent: Map<string, number> = new Map();

  /**
   * Takes note of a request; for an answer it says how long it took.
   *
   * @param message - in the order in which they were seen
   * @returns milliseconds from the request to this answer to it; `undefined` for what is no answer
   */
  of(message: TracedMessage): number | undefined {
    const now = message.sec * MS_PER_SECOND + message.nsec / NS_PER_MS;
    const sequences = sequencesOf(message.bytes);
    const keyOf = (sequence: number): string => `${String(message.pid)}:${String(message.fd)}:${String(sequence)}`;
    if (message.sent) {
      for (const sequence of sequences) this.#remember(keyOf(sequence), now);
      return undefined;
    }
    const [first] = sequences;
    const sent = first === undefined || first === 0 ? undefined : this.#sent.get(keyOf(first));
    return sent === undefined ? undefined : now - sent;
  }

  #remember(key: string, now: number): void {
    this.#sent.delete(key);
    this.#sent.set(key, now);
    if (this.#sent.size <= MOST) return;
    const [oldest] = this.#sent.keys();
    if (oldest !== undefined) this.#sent.delete(oldest);
  }
}

/** The sequence numbers of a datagram's messages. */
function sequencesOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sequences: number[] = [];
  for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
    sequences.push(nlmsghdr.nlmsg_seq(view, at));
    const length = nlmsghdr.nlmsg_len(view, at);
    if (length < NLMSG_HDRLEN) break;
    at += (length + 3) & ~3;
  }
  return sequences;
}
