import { readFileSync } from 'node:fs';
import { NETLINK_ROUTE, NLM_F_REQUEST } from '@netdevkit/bindings';
import { Message, messages } from '@netdevkit/netlink';

/** `struct pcap_file_header`, `struct pcaprec_hdr` and the cooked header of LINKTYPE_NETLINK. */
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const COOKED_HEADER = 16;
const COOKED_PROTOCOL = 14;

/** A request that a program sent, and what the kernel answered. */
export interface Exchange {
  /** The datagram. */
  readonly request: Uint8Array;
  readonly answers: readonly Message[];
}

/** Whether a datagram is what a program sent: programs leave their port id out, the kernel's own messages are no requests. */
export function isRequest({ pid, flags }: Message): boolean {
  return pid === 0 && (flags & NLM_F_REQUEST) !== 0;
}

/** The conversations with rtnetlink in a capture of nlmon: requests in their order, each with its answers. */
export function exchanges(file: URL): Exchange[] {
  const all: { request: Uint8Array; seq: number; answers: Message[] }[] = [];
  for (const datagram of routeDatagrams(file)) {
    const [first] = messages(datagram);
    if (first === undefined) continue;
    if (isRequest(first)) {
      all.push({ request: datagram, seq: first.seq, answers: [] });
      continue;
    }
    // A request leaves nlmsg_pid 0; only its sequence number ties answers to it.
    const asked = all.findLast(({ seq }) => seq === first.seq);
    asked?.answers.push(...messages(datagram));
  }
  return all;
}

/** The datagrams of a capture that are rtnetlink's, in their order. */
export function routeDatagrams(file: URL): Uint8Array[] {
  const pcap = readFileSync(file);
  const view = new DataView(pcap.buffer, pcap.byteOffset, pcap.byteLength);
  const all: Uint8Array[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= pcap.length; ) {
    const captured = view.getUint32(at + 8, true);
    const start = at + RECORD_HEADER;
    if (view.getUint16(start + COOKED_PROTOCOL, false) === NETLINK_ROUTE) {
      all.push(new Uint8Array(pcap.subarray(start + COOKED_HEADER, start + captured)));
    }
    at = start + captured;
  }
  return all;
}
