import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions, type LogLine, type NetNamespace, type PacketSocket } from '@netdevkit/kernel';
import type { Module } from '@netdevkit/module';

/** Lines of the log at this level and below tell of a defect. */
const LOG_WARNING = 4;

/** 2023-11-14T22:13:20Z: some time, the same for every test. */
const START = 1_700_000_000;

/** What a {@link TestKernel} is made from; `trackLeaks` and the clock are its own. */
export interface TestKernelOptions extends Omit<KernelOptions, 'trackLeaks' | 'clock' | 'modules'> {
  /** The drivers under test and those they need: they load when something asks for an alias of theirs. */
  readonly modules?: readonly Module[];
  /** Warnings of the log that are expected; any other fails the test. */
  readonly expectedWarnings?: readonly RegExp[];
}

/** Thrown when a {@link TestKernel} ends and its log has warnings that nobody expected. */
export class UnexpectedWarnings extends Error {
  /** The warnings that nobody expected: at least one. */
  readonly lines: readonly LogLine[];

  constructor(lines: readonly LogLine[]) {
    super(`the kernel warned:\n${lines.map(({ text }) => `  ${text}`).join('\n')}`);
    this.name = 'UnexpectedWarnings';
    this.lines = lines;
  }
}

/**
 * A kernel for one test: its clock stands still until the test moves it, it remembers where everything was made, and ending
 * it fails when something was left over or the kernel warned of something.
 *
 * @example
 * ```ts
 * import nlmon from '@netdevkit/nlmon';
 * import { TestKernel } from '@netdevkit/testing';
 *
 * using test = new TestKernel({ modules: [nlmon] });
 * test.ip.link.add({ kind: 'nlmon', up: true });
 * ```
 */
export class TestKernel implements Disposable {
  /** The kernel itself: leaks are tracked, and {@link clock} is its time. Ended with the test, not by itself. */
  readonly kernel: Kernel;
  /** The time; it moves with `clock.advance(nanoseconds)`. */
  readonly clock: ManualClock = new ManualClock(START);
  /** A client of the initial namespace. */
  readonly ip: IpRoute;
  readonly #expectedWarnings: readonly RegExp[];
  readonly #owned: Disposable[] = [];

  constructor(options: TestKernelOptions = {}) {
    const { expectedWarnings = [], ...rest } = options;
    this.#expectedWarnings = expectedWarnings;
    this.kernel = new Kernel({ ...rest, trackLeaks: true, clock: this.clock });
    this.ip = this.client();
  }

  /**
   * A client of a namespace; it ends with the test.
   *
   * @param namespace - by default the initial one
   */
  client(namespace: NetNamespace = this.kernel.initialNamespace): IpRoute {
    return this.#own(new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace })));
  }

  /**
   * Makes a namespace and a client of it. It ends with the test, if not before.
   *
   * @throws KernelError `EEXIST`
   */
  namespace(name: string): { readonly namespace: NetNamespace; readonly ip: IpRoute } {
    const namespace = this.#own(this.kernel.createNamespace(name));
    return { namespace, ip: this.client(namespace) };
  }

  /**
   * A packet socket on a device, to capture what passes it or to send through it; it ends with the test. As on Linux a
   * socket does not see leave what it sends itself.
   *
   * @param device - its name; without one the socket sees every device of the namespace, and sends through none
   * @throws KernelError `ENODEV`
   */
  packets(device?: string, namespace: NetNamespace = this.kernel.initialNamespace): PacketSocket {
    const ifindex = device === undefined ? 0 : this.ifindex(device, namespace);
    const socket = this.#own(this.kernel.socket(AF_PACKET, SOCK_RAW, device === undefined ? ETH_P_ALL : 0, { namespace }));
    // Protocol 0 sees nothing: a socket that is to see one device never sees others.
    if (device !== undefined) socket.bind({ protocol: ETH_P_ALL, ifindex });
    return socket;
  }

  /**
   * A device's index.
   *
   * @throws KernelError `ENODEV`
   */
  ifindex(device: string, namespace: NetNamespace = this.kernel.initialNamespace): number {
    using ip = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    return ip.link.show(device).index;
  }

  /**
   * Ends clients, sockets and namespaces, the last made first, then the kernel.
   *
   * @throws LeakError: something was left over
   * @throws UnexpectedWarnings
   */
  [Symbol.dispose](): void {
    for (const owned of this.#owned.reverse()) owned[Symbol.dispose]();
    this.kernel.close();
    const unexpected = this.kernel.dmesg().filter(({ level, text }) => level <= LOG_WARNING && !this.#expectedWarnings.some((pattern) => pattern.test(text)));
    if (unexpected.length > 0) throw new UnexpectedWarnings(unexpected);
  }

  #own<T extends Disposable>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }
}

/**
 * Takes all packets that wait in a socket, whether or not its device went down meanwhile.
 *
 * @returns their octets, the oldest first, and what kind of packet each is
 */
export function takePackets(socket: PacketSocket): TakenPacket[] {
  const taken: TakenPacket[] = [];
  for (;;) {
    try {
      socket.drain((bytes, offset, length, { protocol, pktType, ifindex }) => {
        taken.push({ bytes: bytes.slice(offset, offset + length), protocol, pktType, ifindex });
      });
      return taken;
    } catch (error) {
      // The error stands before what was captured up to then.
      if (!isKernelError(error, 'ENETDOWN')) throw error;
    }
  }
}

/** A packet that a socket captured. */
export interface TakenPacket {
  /** All of it, with its link-layer header; the caller's to keep. */
  readonly bytes: Uint8Array;
  /** The Ethertype in host order; of netlink packets the netlink protocol. */
  readonly protocol: number;
  /** `PACKET_*`: whose packet it is. */
  readonly pktType: number;
  /** The device that it came in at or left through. */
  readonly ifindex: number;
}
