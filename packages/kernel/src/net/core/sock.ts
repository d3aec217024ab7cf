import type { sk_buff } from '@netdevkit/bindings/raw';
import type { Net } from './net-namespace.ts';
import type { SocketFilter } from './filter.ts';
import type { FilterContext } from './filter-load.ts';
import { skb_trim, type SkBuffs } from './skbuff.ts';
import { SockSettings } from './sock-settings.ts';
import { WaitQueue } from './wait-queue.ts';

/** `net.core.rmem_default` and `net.core.wmem_default`, and their maxima: SK_RMEM_MAX. */
export const SOCK_BUFFER = 212_992;

/** What the owner of a socket may do. */
export interface Credentials {
  /** The user's number: 0 is root, whom the files below `/proc` and `/sys` belong to. */
  readonly uid: number;
  /** CAP_NET_ADMIN. */
  readonly netAdmin: boolean;
  /** CAP_NET_BROADCAST. */
  readonly netBroadcast: boolean;
  /** CAP_NET_RAW, which packet sockets need; by default whoever administers the network has it. */
  readonly netRaw?: boolean;
  /** The process, whose number is the first port id that a netlink socket tries; by default the kernel's `tgid`. */
  readonly tgid?: number;
}

/** Who may do everything. */
export const ROOT: Credentials = { uid: 0, netAdmin: true, netBroadcast: true };

/**
 * `struct sock`: what all sockets have, the receive queue before all. net/core/sock.c.
 */
export class Sock {
  readonly namespace: Net;
  readonly family: number;
  readonly type: number;
  protocol: number;
  readonly credentials: Credentials;
  /** Octets of receive memory in use: the truesizes of what is queued. */
  rmem = 0;
  rcvbuf: number = SOCK_BUFFER;
  sndbuf: number = SOCK_BUFFER;
  /** `sk_err`: the pending error, a positive errno, or 0. */
  error = 0;
  /** `sk_drops`: how many messages were lost for want of room. */
  drops = 0;
  /** How many messages are queued. */
  queued = 0;
  closed = false;
  /** SO_TIMESTAMPING: with SOF_TIMESTAMPING_TX_SOFTWARE, what is sent comes back through the error queue with the time it left. */
  timestamping = 0;
  /** `sk_error_queue`. */
  readonly errorQueue: sk_buff[] = [];
  readonly waiters: WaitQueue = new WaitQueue();
  /** What SO_ATTACH_FILTER attached. */
  filter: SocketFilter | null = null;
  /** The socket's number, as `/proc/net/netlink` and sock_diag show it. */
  readonly inode: number;
  #settings: SockSettings | null = null;
  #cookie = 0;
  /** Where the socket was made, when the kernel tracks leaks. */
  origin: Error | null = null;
  #first: sk_buff | null = null;
  #last: sk_buff | null = null;

  constructor(namespace: Net, family: number, type: number, protocol: number, credentials: Credentials) {
    this.namespace = namespace;
    this.family = family;
    this.type = type;
    this.protocol = protocol;
    this.credentials = credentials;
    this.inode = namespace.serials.inodes++;
  }

  /** The options that are rarely set. */
  get settings(): SockSettings {
    return (this.#settings ??= new SockSettings());
  }

  /** `sock_gen_cookie`: given when it is first asked for. */
  get cookie(): number {
    return (this.#cookie ||= this.namespace.serials.cookies++);
  }

  /**
   * `sk_filter`: runs the socket's filter, and cuts the packet to what it keeps.
   *
   * @returns whether the packet may come in
   */
  admits(skb: sk_buff, context: FilterContext): boolean {
    if (this.filter === null) return true;
    const kept = this.filter.run(skb, context);
    if (kept === 0) return false;
    if (kept < skb.len) skb_trim(skb, kept);
    return true;
  }

  /** Whether reading has something to give: a message or an error. */
  get readable(): boolean {
    return this.#first !== null || this.error !== 0;
  }

  /** The oldest message, which stays. */
  peek(): sk_buff | null {
    return this.#first;
  }

  /** Charges an skb to the socket until its last reference goes: `skb_set_owner_r`. */
  own(skb: sk_buff): void {
    skb.sk = this;
    skb.destructor = releaseMemory;
    this.rmem += skb.truesize;
  }

  /** Appends to the queue and wakes readers. */
  queue(skb: sk_buff): void {
    skb.next = null;
    if (this.#last === null) this.#first = skb;
    else this.#last.next = skb;
    this.#last = skb;
    this.queued++;
    this.waiters.wake();
  }

  /** Takes the oldest message; the caller settles it. */
  dequeue(): sk_buff | null {
    const skb = this.#first;
    if (skb === null) return null;
    this.#first = skb.next;
    if (this.#first === null) this.#last = null;
    skb.next = null;
    this.queued--;
    return skb;
  }

  /** Sets the pending error and wakes readers: `sk_error_report`. */
  fail(errno: number): void {
    this.error = errno;
    this.waiters.wake();
  }

  /** Takes the pending error: `sock_error`. */
  takeError(): number {
    const { error } = this;
    this.error = 0;
    return error;
  }

  /** Drops all that is queued. */
  purge(skbs: SkBuffs): void {
    for (let skb = this.dequeue(); skb !== null; skb = this.dequeue()) skbs.drop(skb, 'QUEUE_PURGE');
    for (const skb of this.errorQueue.splice(0)) skbs.drop(skb, 'QUEUE_PURGE');
  }
}

/** `sock_rfree`. */
function releaseMemory(skb: sk_buff): void {
  if (skb.sk instanceof Sock) skb.sk.rmem -= skb.truesize;
}

/** `skb_orphan`: the skb is charged to nobody any more. */
export function skb_orphan(skb: sk_buff): void {
  const { destructor } = skb;
  if (destructor !== null) {
    skb.destructor = null;
    destructor(skb);
  }
  skb.sk = null;
}
