/** A datagram of a netlink socket between a traced program and the host's kernel. */
export interface TracedMessage {
  /** The caller's to keep: what the program sent, or as much as it received. */
  readonly bytes: Uint8Array;
  /** How long it is on the wire: more than `bytes` where the program's buffer was too small. */
  readonly length: number;
  /** The netlink protocol. */
  readonly protocol: number;
  /** Whether the program sent it; else it receives it. */
  readonly sent: boolean;
  /** The port id of the other end: 0 for the kernel. */
  readonly peer: number;
  /** The process, as this process numbers it. */
  readonly pid: number;
  /** Its thread. */
  readonly tid: number;
  /** The descriptor of the socket. */
  readonly fd: number;
  /** What the process is called: `/proc/PID/comm`. */
  readonly command: string;
  /** When: seconds since the epoch. */
  readonly sec: number;
  /** Nanoseconds of the second. */
  readonly nsec: number;
}

/** Something that is known of a socket, but has no message. */
export interface TraceRemark {
  /**
   * `overrun`: messages were lost, which the program is told by ENOBUFS; `untraced`: the program has a socket whose messages
   * cannot be seen, or, where there is a descriptor, of which those that it receives cannot: pidfd_getfd(2) is refused, and
   * the socket was not made by a traced program; `no-room`: messages of a socket cannot be seen, as the program's RLIMIT_NOFILE leaves none
   * of the numbers for sockets that are.
   */
  readonly kind: 'overrun' | 'untraced' | 'no-room';
  /** The process, as this process numbers it. */
  readonly pid: number;
  /** The descriptor of the socket; -1 for one that is about to be made. */
  readonly fd: number;
  /** What the process is called: `/proc/PID/comm`. */
  readonly command: string;
}

/** Who is told what was seen. It is called while the program waits, so it takes note and does its work later. */
export interface TraceObserver {
  /** A program sends a datagram or has received one; in the order in which that happened. */
  message(message: TracedMessage): void;
  /** Something else is known of a socket, such as that messages were lost. */
  remark?(remark: TraceRemark): void;
}
