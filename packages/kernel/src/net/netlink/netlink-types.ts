import type { module, netlink_ext_ack, sk_buff } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { Credentials } from '../core/sock.ts';

export type { Credentials } from '../core/sock.ts';

/** The sending socket, as far as request handlers may know it. */
export interface RequestSocket {
  readonly namespace: Net;
  readonly portid: number;
  readonly credentials: Credentials;
  /** NETLINK_GET_STRICT_CHK. */
  readonly strictCheck: boolean;
  /** NETLINK_EXT_ACK. */
  readonly extAck: boolean;
  /** NETLINK_CAP_ACK. */
  readonly capAck: boolean;
}

/**
 * One request message, as its handler sees it: a record that serves message after message, so handlers keep nothing of it.
 * Offsets are into {@link bytes}.
 */
export interface NetlinkRequest {
  readonly skb: sk_buff;
  readonly socket: RequestSocket;
  /** The namespace of the kernel socket that got it. */
  readonly namespace: Net;
  readonly portid: number;
  /** The slab that holds the datagram. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the nlmsghdr starts. */
  readonly offset: number;
  /** nlmsg_len. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** nlmsg_pid as it was sent. */
  readonly pid: number;
  /** The record that the handler is given beside this one; its offsets are into {@link bytes}. */
  readonly extack: netlink_ext_ack;
}

/** Handles one request: 0, or a negative errno. */
export type RequestHandler = (request: NetlinkRequest, extack: netlink_ext_ack) => number;

/** A dump in progress: `struct netlink_callback`. */
export interface DumpCallback {
  readonly namespace: Net;
  readonly socket: RequestSocket;
  readonly portid: number;
  readonly seq: number;
  /** The request's octets, a copy that lives as long as the dump; its nlmsghdr is at 0. */
  readonly request: Uint8Array;
  /** Fresh for `start` and for every chunk; its offsets are into {@link request}. */
  readonly extack: netlink_ext_ack;
  readonly strictCheck: boolean;
  /** Flags that every answer bears, such as NLM_F_DUMP_FILTERED. */
  answerFlags: number;
  /** The generation that the dump sees (`cb->seq`), 0 for none; a change of it between chunks is NLM_F_DUMP_INTR. */
  generation: number;
  /** The generation that the last chunk saw (`cb->prev_seq`), 0 for none. */
  lastGeneration: number;
  /** What the dump keeps between chunks. */
  state: unknown;
}

/** How a dump is made: `struct netlink_dump_control`. */
export interface DumpControl {
  /** Run once before the first chunk: 0, or a negative errno, which refuses the dump. */
  readonly start?: (callback: DumpCallback) => number;
  /**
   * Writes messages into one chunk.
   *
   * @returns positive: there is more; 0: finished; negative: failed, which DONE will say.
   * A message that does not fit is cancelled and comes first in the next chunk; -EMSGSIZE when a chunk holds not even one.
   */
  readonly dump: (chunk: MessageWriter, callback: DumpCallback) => number;
  /** Run once at the end, however it came. */
  readonly done?: (callback: DumpCallback) => void;
  /** Octets that the greatest single message needs. */
  readonly minDumpAlloc?: number;
  /**
   * RTM_GETLINK sends DONE alone in a datagram of its own; others append it where it fits. As on Linux, `dump` is then
   * asked once more after a chunk that it said was the last, and may still have something new.
   */
  readonly doneAlone?: boolean;
  /** Pinned while the dump runs. */
  readonly module?: module;
}
