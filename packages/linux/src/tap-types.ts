import type { HostNamespace } from './network-namespace.unsafe.ts';

/** What a TAP interface is made from. */
export interface TapOptions {
  /**
   * The interface's name, or a template with one `%d` for a number that is free.
   *
   * @defaultValue `tap%d`, of a TUN interface `tun%d`
   */
  readonly name?: string;
  /**
   * Where it is made.
   *
   * @defaultValue the namespace that this thread is in
   */
  readonly namespace?: HostNamespace;
  /**
   * How many queues it has: 1 to 256. With several, the host chooses one by the flow that a frame belongs to.
   *
   * @defaultValue 1
   */
  readonly queues?: number;
}

/** What a TUN interface is made from. */
export interface TunOptions extends TapOptions {
  /**
   * What its packets are: `ARPHRD_*`.
   *
   * @defaultValue `ARPHRD_NONE`: IP packets
   */
  readonly type?: number;
}

/**
 * Takes what the host transmits through the interface.
 *
 * @param queue - which queue it came from
 * @param bytes - what holds the frame: it is good until the handler returns
 * @param offset - where the frame starts in it
 * @param length - octets
 * @param protocol - of a TUN interface the packet's Ethertype, in host order; of a TAP interface 0, since the frame has it
 */
export type TapHandler = (queue: number, bytes: Uint8Array, offset: number, length: number, protocol: number) => void;

/** How many went one way. */
export interface TapTraffic {
  /** How many, whole ones. */
  readonly packets: number;
  /** Their octets together, with the link-layer headers that they have. */
  readonly octets: number;
}

/** What passed an interface since it was made. */
export interface TapCounters {
  /** What the host transmitted, and was read. */
  readonly fromHost: TapTraffic;
  /** What the host was given. */
  readonly toHost: TapTraffic;
  /**
   * What the host did not take, by what it said: `EIO` when the interface was down, `EAGAIN` when the send buffer was full,
   * `EINVAL` for a frame without a whole header, `EMSGSIZE` for more than 512 KiB.
   */
  readonly refused: Readonly<Record<string, number>>;
}
