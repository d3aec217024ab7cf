import type { NetlinkSocket } from '@netdevkit/netlink';

/** A network namespace that a scenario has for itself. */
export interface BenchNamespace {
  /** A descriptor that leads to it, for `IFLA_NET_NS_FD`. */
  readonly fd: number;
  /** Opens a netlink socket in it: SOCK_RAW. */
  socket(protocol: number): NetlinkSocket;
  /** Lets go of it: it ends, unless something else holds it. */
  close(): void;
}

/** Where one scenario is played: a kernel, as far as it is that scenario's own. */
export interface Bench extends Disposable {
  /** Makes a namespace. Its `lo` is down. */
  namespace(): BenchNamespace;
  /** Lets time pass. */
  wait(milliseconds: number): Promise<void>;
  /**
   * Lets the kernel do what it does behind a request's back.
   *
   * @param isDone - whether everything that was expected has come
   * @param isSlow - whether it may take a second or two, as carriers of pairs do
   */
  settle(isDone: () => boolean, isSlow: boolean): Promise<void>;
}

/** A kernel that scenarios are played on. */
export interface TestedKernel extends Disposable {
  /** `uname -r`. */
  readonly release: string;
  /** How many CPUs it may have. */
  readonly cpus: number;
  /** The process whose sockets they are: what the first port of a protocol is. */
  readonly tgid: number;
  /** Whether there are links of a kind, or why not. */
  lacks(kind: string): string | undefined;
  open(): Bench;
}
