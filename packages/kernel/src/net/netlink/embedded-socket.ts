import { AF_NETLINK, MSG_TRUNC, NETLINK_LIST_MEMBERSHIPS, SOL_NETLINK, SO_PASSCRED, sockaddr_nl } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { KernelError, errno, kernelError, toResult } from '@netdevkit/errno';
import type {
  AbortSignalLike,
  NetlinkSocket,
  ReceiveOptions,
  ReceivedMessage,
  SendOptions,
  SockaddrNl,
} from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { Namespaces, Net, NetHandle, ProcessNames } from '../core/net-namespace.ts';
import type { Rtnl } from '../core/rtnl.ts';
import { intBytes, readInt, type OptionValue } from '../core/sock-option-value.ts';
import type { UserMemory } from '../../user-memory.ts';
import { timeoutMilliseconds } from '../core/sock-time.ts';
import type { SocketOperations } from './netlink-ops.ts';
import type { NetlinkSock } from './netlink-sock.ts';
import { getsockopt, setsockopt } from './netlink-sockopt.ts';
import type { NetlinkTable } from './netlink-table.ts';

/** What a receive without a buffer counts as when dumps size their chunks: what programs commonly offer. */
const USUAL_BUFFER = 32_768;
/** Longer than any list of memberships. */
const ANY_LENGTH = 0xffff;

/** What {@link EmbeddedNetlinkSocket} stands on. */
export interface EmbeddedSocketDeps {
  readonly operations: SocketOperations;
  readonly rtnl: Rtnl;
  readonly faults: Faults;
  readonly namespaces: Namespaces;
  /** Ends the socket: `netlink_release`. */
  readonly release: (sock: NetlinkSock) => void;
  /** Loses a message on purpose: `netlink_overrun`. */
  readonly overrun: (sock: NetlinkSock) => void;
}

/** Who sent a message: `struct ucred`. */
export interface SenderCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Of what the kernel sends. */
const KERNEL_CREDENTIALS: SenderCredentials = { pid: 0, uid: 0, gid: 0 };

/** What numbers in a program's requests mean to it. */
export interface CallerNames {
  /** The namespace that a descriptor of it is of, as of a file below /run/netns; `undefined` when it is of none. */
  readonly byDescriptor: (fd: number) => NetHandle | undefined;
  /** The namespace that a process is in, as the program numbers processes; `undefined` when there is no such process. */
  readonly byProcess: (pid: number) => NetHandle | undefined;
}

/**
 * A netlink socket of an embedded kernel.
 *
 * Calls never block: a receive gives `undefined` and a send throws `EAGAIN` where a blocking socket of Linux would wait.
 * A receive without a buffer counts as one with 32 KiB when a dump sizes its next datagram.
 *
 * @example
 * ```ts
 * using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
 * socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
 * socket.bind();
 * ```
 */
export class EmbeddedNetlinkSocket implements NetlinkSocket {
  readonly #sock: NetlinkSock;
  readonly #table: NetlinkTable;
  readonly #deps: EmbeddedSocketDeps;
  #names: ProcessNames | null = null;
  #sender: SenderCredentials = KERNEL_CREDENTIALS;

  constructor(sock: NetlinkSock, table: NetlinkTable, deps: EmbeddedSocketDeps) {
    this.#sock = sock;
    this.#table = table;
    this.#deps = deps;
  }

  get protocol(): number {
    return this.#sock.protocol;
  }

  /** The namespace that it was made in. */
  get namespace(): Net {
    return this.#sock.namespace;
  }

  get readable(): boolean {
    return this.#sock.closed || this.#sock.readable;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#sock.closed;
  }

  /** How many messages were lost for want of room: the `Drops` column of `/proc/net/netlink`. */
  get drops(): number {
    return this.#sock.drops;
  }

  /** How many octets of receive memory its queue takes: the `Rmem` column of `/proc/net/netlink`. */
  get receiveMemory(): number {
    return this.#sock.rmem;
  }

  bind(address: Partial<SockaddrNl> = {}): void {
    const { pid = 0, groups = 0 } = address;
    const sock = this.#open('bind');
    this.#leave(this.#deps.operations.bind(sock, this.#table, pid >>> 0, groups), 'bind');
  }

  connect(address: Partial<SockaddrNl>): void {
    const { pid = 0, groups = 0 } = address;
    const sock = this.#open('connect');
    this.#leave(this.#deps.operations.connect(sock, this.#table, pid >>> 0, groups), 'connect');
  }

  /** Takes {@link connect} back: C's connect to an address of family AF_UNSPEC. */
  disconnect(): void {
    const sock = this.#open('connect');
    sock.connected = false;
    sock.dstPortid = 0;
    sock.dstGroup = 0;
  }

  getsockname(): SockaddrNl {
    const sock = this.#open('getsockname');
    return { pid: sock.portid, groups: sock.groups?.[0] ?? 0 };
  }

  /** The peer that {@link connect} set; zeros without one. */
  getpeername(): SockaddrNl {
    const sock = this.#open('getpeername');
    return { pid: sock.dstPortid, groups: groupMask(sock.dstGroup) };
  }

  /**
   * Sends one datagram, as {@link NetlinkSocket.send} says.
   *
   * @throws KernelError also `EAGAIN`: another program's socket has no room for it; `ENOBUFS`: memory is short
   */
  send(bytes: Uint8Array, options: SendOptions = {}): number {
    const sock = this.#open('sendmsg');
    const { namespaces, operations } = this.#deps;
    namespaces.current = this.#names;
    try {
      return this.#leave(operations.send(sock, this.#table, bytes, options.to), 'sendmsg');
    } finally {
      namespaces.current = null;
    }
  }

  receive(options: ReceiveOptions = {}): ReceivedMessage | undefined {
    const { buffer, flags = 0 } = options;
    const sock = this.#open('recvmsg');
    const { operations } = this.#deps;
    const skb = operations.receive(sock, flags);
    if (typeof skb === 'number') {
      if (skb === -errno.EAGAIN) return undefined;
      throw kernelError(skb, 'recvmsg');
    }
    const message = describe(sock, skb, buffer);
    if (sock.settings.flags.has(SO_PASSCRED)) this.#sender = credentialsOf(this.#table.lookup(sock.namespace, skb.cb_portid));
    // INVARIANT: nothing of the skb is used from here on; its record may serve the next packet.
    operations.received(sock, skb, buffer?.length ?? USUAL_BUFFER);
    this.#deps.rtnl.runWork();
    return message;
  }

  setOption(level: number, name: number, value: number): void {
    this.setsockopt(level, name, intBytes(value));
  }

  getOption(level: number, name: number): number {
    return readInt(this.getsockopt(level, name, 4).bytes);
  }

  getMemberships(): Uint32Array {
    const { bytes } = this.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, ANY_LENGTH);
    return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => readInt(bytes.subarray(i * 4)));
  }

  /**
   * Sets an option by the octets of its value, as the system call does.
   *
   * @param level - such as SOL_NETLINK
   * @param name - the option
   * @param bytes - the value; SOL_NETLINK takes what is shorter than an `int` for 0
   * @param memory - where pointers in the value lead: that of SO_ATTACH_FILTER's `struct sock_fprog`
   * @throws KernelError as {@link setOption}; `EFAULT`: a pointer leads nowhere
   */
  setsockopt(level: number, name: number, bytes: Uint8Array, memory: UserMemory | null = null): void {
    const sock = this.#open('setsockopt');
    this.#leave(setsockopt(sock, this.#table, level, name, bytes, this.#deps.faults, memory), 'setsockopt');
  }

  /**
   * Reads an option as octets, as the system call does.
   *
   * @param level - such as SOL_NETLINK
   * @param name - the option
   * @param length - of the caller's buffer
   * @returns what fits, and what is left in `optlen`
   * @throws KernelError as {@link getOption}; `EINVAL`: the buffer is too short
   */
  getsockopt(level: number, name: number, length: number): OptionValue {
    const value = getsockopt(this.#open('getsockopt'), level, name, length);
    if (typeof value === 'number') throw kernelError(value, 'getsockopt');
    return value;
  }

  /** Acts as if a message for this socket had been lost: counts a drop, and the next receive fails with `ENOBUFS`. */
  overrun(): void {
    this.#deps.overrun(this.#open('overrun'));
  }

  /**
   * Says which process uses the socket from now on: a socket that is bound by its first use takes that process's number as
   * its port id, whoever made it.
   *
   * @param tgid - the process's number
   * @param names - what descriptors and processes in requests mean to it; by default what the kernel's own face was told
   */
  usedBy(tgid: number, names?: CallerNames): void {
    this.#sock.tgid = tgid;
    this.#names =
      names === undefined
        ? null
        : { byDescriptor: (fd) => standing(names.byDescriptor(fd)), byProcess: (pid) => standing(names.byProcess(pid)) };
  }

  /**
   * How long a receive may wait, in milliseconds: `SO_RCVTIMEO`. Calls here never wait; it is for whoever waits for others.
   */
  get receiveTimeout(): number {
    return timeoutMilliseconds(this.#sock.settings.receiveTimeout);
  }

  /** Who sent what {@link receive} gave last, when `SO_PASSCRED` is on: C's `SCM_CREDENTIALS`. */
  get senderCredentials(): SenderCredentials | undefined {
    return this.#sock.settings.flags.has(SO_PASSCRED) ? this.#sender : undefined;
  }

  /** Whether it has a port id already. */
  get bound(): boolean {
    return this.#sock.bound;
  }

  /**
   * Calls back whenever something is queued, an error becomes pending, or the socket is closed.
   *
   * C twin: `sk_data_ready`. It is called inside the kernel, so it may take note and must not call the kernel.
   *
   * @returns ends it
   */
  onWake(listener: () => void): () => void {
    return this.#sock.waiters.listen(listener);
  }

  async waitReadable(signal?: AbortSignalLike): Promise<void> {
    signal?.throwIfAborted();
    // Somebody else may have read what this was woken for.
    while (!this.#open('poll').readable) await this.#sock.waiters.wait(signal);
  }

  close(): void {
    if (this.#sock.closed) return;
    this.#deps.release(this.#sock);
    this.#deps.rtnl.runWork();
  }

  /** Closes the socket, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(op: string): NetlinkSock {
    if (this.#sock.closed) throw new KernelError('EBADF', undefined, { op });
    return this.#sock;
  }

  /** The kernel is left: what waits for that runs now. */
  #leave(result: number, op: string): number {
    this.#deps.rtnl.runWork();
    return toResult(result, op);
  }
}

/**
 * A netlink address out of octets.
 *
 * C twin: what `bind` and `sendmsg` check of a `struct sockaddr_nl`.
 *
 * @param bytes - the address
 * @returns the address, or -EINVAL when it is too short or of another family
 */
export function readSockaddrNl(bytes: Uint8Array): SockaddrNl | number {
  if (bytes.length < sockaddr_nl.SIZE) return -errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (sockaddr_nl.nl_family(view, 0) !== AF_NETLINK) return -errno.EINVAL;
  return { pid: sockaddr_nl.nl_pid(view, 0), groups: sockaddr_nl.nl_groups(view, 0) };
}

/** What `recvmsg` leaves in its message header, and the octets. */
function describe(sock: NetlinkSock, skb: sk_buff, buffer: Uint8Array | undefined): ReceivedMessage {
  const length = skb.len;
  const fits = buffer === undefined ? length : Math.min(length, buffer.length);
  const bytes = buffer === undefined ? new Uint8Array(length) : buffer.subarray(0, fits);
  if (skb.head !== null) bytes.set(skb.head.bytes.subarray(skb.data, skb.data + fits));
  return {
    bytes,
    length,
    flags: fits < length ? MSG_TRUNC : 0,
    from: { pid: skb.cb_portid, groups: groupMask(skb.cb_dst_group) },
    ...(sock.pktinfo ? { group: skb.cb_dst_group } : {}),
    ...(sock.listenAllNsid && skb.cb_nsid !== -1 ? { nsid: skb.cb_nsid } : {}),
  };
}

/**
 * Unlike Linux, which keeps them with the message, these are the sender's own of now; of one that has gone nothing is known.
 */
function credentialsOf(sender: NetlinkSock | undefined): SenderCredentials {
  if (sender?.config !== null) return KERNEL_CREDENTIALS;
  return { pid: sender.tgid ?? 0, uid: sender.credentials.uid, gid: sender.credentials.uid };
}

/** What names a namespace that has gone names none. */
function standing(namespace: NetHandle | undefined): Net | undefined {
  return namespace?.isAlive === true ? namespace.net() : undefined;
}

/** `netlink_group_mask`. */
function groupMask(group: number): number {
  return group >= 1 && group <= 32 ? (1 << (group - 1)) >>> 0 : 0;
}
