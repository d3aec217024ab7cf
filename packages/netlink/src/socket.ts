/**
 * The address of a netlink socket.
 *
 * C twin: `struct sockaddr_nl` (include/uapi/linux/netlink.h).
 */
export interface SockaddrNl {
  /** The port id, as an unsigned 32-bit number; 0 is the kernel. */
  readonly pid: number;
  /** Multicast groups 1 to 32 as a mask: bit `g - 1` is group `g`; an unsigned 32-bit number. */
  readonly groups: number;
}

/**
 * One datagram that {@link NetlinkSocket.receive} took.
 *
 * C twin: what `recvmsg` leaves in `struct msghdr` and its control messages.
 */
export interface ReceivedMessage {
  /**
   * What fitted: a view of the caller's buffer when {@link ReceiveOptions.buffer} was given, else octets that are the
   * caller's to keep.
   */
  readonly bytes: Uint8Array;
  /** The length of the whole datagram in octets, greater than that of {@link bytes} when it was cut. */
  readonly length: number;
  /** `MSG_*` flags of the kernel: `MSG_TRUNC` (0x20) when the datagram did not fit. */
  readonly flags: number;
  /** Who sent it: pid 0 for the kernel; the group it was multicast to, as a mask, when that is 32 or less. */
  readonly from: SockaddrNl;
  /** With `NETLINK_PKTINFO`: the number of the group it was multicast to, 0 for unicast. */
  readonly group?: number;
  /** With `NETLINK_LISTEN_ALL_NSID`, from another network namespace: that namespace's id. */
  readonly nsid?: number;
}

/** Options of {@link NetlinkSocket.send}. */
export interface SendOptions {
  /** The receiver. By default the connected peer, else the kernel. */
  readonly to?: SockaddrNl;
}

/** Options of {@link NetlinkSocket.receive}. */
export interface ReceiveOptions {
  /**
   * Where the datagram goes; what exceeds it is lost, as `MSG_TRUNC` in {@link ReceivedMessage.flags} says.
   *
   * @defaultValue a fresh array as long as the datagram
   */
  readonly buffer?: Uint8Array;
  /**
   * `MSG_PEEK` (2) leaves the datagram in the queue; `MSG_TRUNC` (0x20) is accepted and changes nothing, since
   * {@link ReceivedMessage.length} always is the whole length.
   *
   * @defaultValue 0
   */
  readonly flags?: number;
}

/**
 * The part of the `AbortSignal` of browsers and Node that {@link NetlinkSocket.waitReadable} uses; every `AbortSignal`
 * is one.
 */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why, once it has. */
  readonly reason: unknown;
  /** Throws {@link reason} once it has been aborted. */
  throwIfAborted(): void;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  /** Undoes {@link addEventListener}. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * A netlink socket of any kernel: the embedded one and the host's have the same.
 *
 * C twin: a descriptor of `socket(AF_NETLINK, SOCK_RAW, protocol)`.
 *
 * Sending and receiving are synchronous, as rtnetlink is: the answer to a request is queued before {@link send} returns.
 * Only waiting for what somebody else will send is asynchronous.
 *
 * @example
 * ```ts
 * using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
 * socket.send(request);
 * for (let message; (message = socket.receive()) !== undefined; ) console.log(message.bytes);
 * ```
 */
export interface NetlinkSocket extends Disposable {
  /** The netlink family: `NETLINK_ROUTE` (0), `NETLINK_GENERIC` (16), … */
  readonly protocol: number;

  /**
   * Takes a port id and joins groups 1 to 32 by mask.
   *
   * @param address - pid 0 or none lets the kernel choose; groups replace those of an earlier bind
   * @throws KernelError `EADDRINUSE`: the pid is taken; `EINVAL`: bound already, to another pid; `EPERM`: groups that
   * need a capability
   */
  bind(address?: Partial<SockaddrNl>): void;

  /**
   * Sets where {@link send} sends by default.
   *
   * @param address - pid and groups, 0 where left out: the kernel
   * @throws KernelError `EPERM`: a pid or group that needs a capability
   */
  connect(address: Partial<SockaddrNl>): void;

  /** The socket's own address; pid 0 before it was bound. */
  getsockname(): SockaddrNl;

  /**
   * Sends one datagram, of one message or several. Binds the socket first if it is not bound.
   *
   * @param bytes - the datagram; the socket keeps no reference to it
   * @param options - the receiver
   * @returns how many octets were sent: all
   * @throws KernelError `ENODATA`: no octets; `EMSGSIZE`: more than the send buffer takes; `ECONNREFUSED`: nobody has the
   * pid; `EPERM`: a pid or group that needs a capability
   */
  send(bytes: Uint8Array, options?: SendOptions): number;

  /**
   * Takes the next datagram.
   *
   * @param options - where it goes, `MSG_*` flags
   * @returns the datagram, or `undefined` when none is queued: C's `EAGAIN` of a socket that does not block
   * @throws KernelError a pending error of the socket, once: `ENOBUFS` after the receive buffer overran
   */
  receive(options?: ReceiveOptions): ReceivedMessage | undefined;

  /**
   * Sets a socket option. C twin: `setsockopt` with an `int`.
   *
   * @param level - `SOL_NETLINK` (270) or `SOL_SOCKET` (1)
   * @param name - such as `NETLINK_ADD_MEMBERSHIP`, `NETLINK_EXT_ACK`, `SO_RCVBUF`
   * @param value - the integer; 0 and 1 for switches
   * @throws KernelError `ENOPROTOOPT`: no such option; `EINVAL`, `EPERM`: the value is refused
   */
  setOption(level: number, name: number, value: number): void;

  /**
   * Reads a socket option. C twin: `getsockopt` of an `int`.
   *
   * @param level - `SOL_NETLINK` (270) or `SOL_SOCKET` (1)
   * @param name - the option; the list of memberships is {@link getMemberships}
   * @throws KernelError `ENOPROTOOPT`: no such option
   */
  getOption(level: number, name: number): number;

  /**
   * The groups that the socket is in: bit `g - 1` of the words together is group `g`.
   *
   * C twin: `NETLINK_LIST_MEMBERSHIPS`.
   */
  getMemberships(): Uint32Array;

  /** Whether {@link receive} has something to give: a datagram or a pending error. */
  readonly readable: boolean;

  /**
   * Waits until the socket is {@link readable}.
   *
   * @param signal - ends the wait
   * @throws KernelError `EBADF`: the socket was closed meanwhile; or the signal's reason once it is aborted
   */
  waitReadable(signal?: AbortSignalLike): Promise<void>;

  /** Closes the socket and ends a dump under way. A second call does nothing; any other call then throws `EBADF`. */
  close(): void;
}
