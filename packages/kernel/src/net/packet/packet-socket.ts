import { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, TP_STATUS_USER } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { KernelError, kernelError, toResult } from '@netdevkit/errno';
import type { AbortSignalLike, ReceiveOptions } from '@netdevkit/netlink';
import type { Transmit } from '../core/dev-xmit.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Rtnl } from '../core/rtnl.ts';
import { intBytes, readInt, type OptionValue } from '../core/sock-option-value.ts';
import { timeoutMilliseconds } from '../core/sock-time.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { UserMemory } from '../../user-memory.ts';
import { addMembership, dropMembership, type DeviceRequests } from './packet-membership.ts';
import { packetSend } from './packet-snd.ts';
import { senderAddress, type PacketSock } from './packet-sock.ts';
import { packetGetsockopt, packetSetsockopt, takeStatistics } from './packet-sockopt.ts';
import type {
  PacketDestination,
  PacketHandler,
  PacketInfo,
  PacketMembership,
  PacketStatistics,
  ReceivedPacket,
  SockaddrLl,
  TransmitTimestamp,
} from './packet-types.ts';

/** What {@link PacketSocket} stands on. */
export interface PacketSocketDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly devices: DeviceRequests;
  readonly rtnl: Rtnl;
  /** `packet_do_bind`. */
  readonly bind: (sock: PacketSock, protocol: number, ifindex: number) => number;
  /** `packet_release`. */
  readonly release: (sock: PacketSock) => void;
}

/** The record behind {@link PacketInfo}. */
class Info implements PacketInfo {
  sec = 0;
  nsec = 0;
  protocol = 0;
  pktType = 0;
  ifindex = 0;
  hatype = 0;
  origLength = 0;
}

/**
 * A packet socket of an embedded kernel: sees what devices send and receive, and sends through them.
 *
 * C twin: a descriptor of `socket(AF_PACKET, SOCK_RAW, htons(protocol))`; protocols are host order here. Calls never block.
 *
 * @example
 * ```ts
 * using capture = kernel.packetSocket(SOCK_RAW);
 * capture.bind({ protocol: ETH_P_ALL, ifindex });
 * await capture.waitReadable();
 * capture.drain((bytes, offset, length, info) => writer.write(bytes, offset, length, info));
 * ```
 */
export class PacketSocket implements Disposable {
  readonly #sock: PacketSock;
  readonly #deps: PacketSocketDeps;
  readonly #info = new Info();

  constructor(sock: PacketSock, deps: PacketSocketDeps) {
    this.#sock = sock;
    this.#deps = deps;
  }

  /** The namespace whose devices it sees. */
  get namespace(): Net {
    return this.#sock.namespace;
  }

  /** Whether {@link receive} has something to give: a packet or a pending error. */
  get readable(): boolean {
    return this.#sock.closed || this.#sock.readable;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#sock.closed;
  }

  /** How many packets found no room since the socket was made; {@link statistics} counts since it was last read. */
  get drops(): number {
    return this.#sock.drops;
  }

  /** How many packets wait. */
  get queued(): number {
    return this.#sock.queued;
  }

  /**
   * Chooses protocol and device. On a device that is down the next {@link receive} fails with `ENETDOWN`, and packets
   * come once it is up.
   *
   * @param address - protocol, 0 or none for the one that the socket has; index, 0 or none for every device
   * @throws KernelError `ENODEV`: no such device
   */
  bind(address: { readonly protocol?: number; readonly ifindex?: number } = {}): void {
    const { protocol = 0, ifindex = 0 } = address;
    const sock = this.#open('bind');
    this.#leave(this.#deps.bind(sock, protocol, ifindex), 'bind');
  }

  /** What the socket is bound to; index -1 once the device has gone. */
  getsockname(): SockaddrLl {
    const { num, ifindex, namespace } = this.#open('getsockname');
    const dev = namespace.byIndex(ifindex);
    return {
      protocol: num,
      ifindex,
      hatype: dev?.type ?? 0,
      pktType: 0,
      address: dev?.dev_addr.slice(0, dev.addr_len) ?? new Uint8Array(0),
    };
  }

  /**
   * Sends one packet: a whole frame through a raw socket; through others what follows the header, which the device makes.
   *
   * @param bytes - the packet; the socket keeps no reference to it
   * @param options - device, protocol and receiver; by default those that the socket is bound to
   * @returns how many octets were sent: all
   * @throws KernelError `ENXIO`: no device; `ENETDOWN`: it is down; `EMSGSIZE`: its MTU is less; `EINVAL`: no octets, or
   * less than a header; `ENOBUFS`: memory is short
   */
  send(bytes: Uint8Array, options: { readonly to?: PacketDestination } = {}): number {
    const sock = this.#open('sendmsg');
    return this.#leave(packetSend(sock, bytes, options.to, this.#deps.skbs, this.#deps.xmit), 'sendmsg');
  }

  /**
   * Takes the next packet.
   *
   * @param options - where it goes; `MSG_PEEK` leaves it in the queue
   * @returns the packet, or `undefined` when none is queued
   * @throws KernelError a pending error, once: `ENETDOWN` when the device went down; `EINVAL`: other flags
   */
  receive(options: ReceiveOptions = {}): ReceivedPacket | undefined {
    const { buffer, flags = 0 } = options;
    const sock = this.#open('recvmsg');
    if ((flags & ~(MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC)) !== 0) throw new KernelError('EINVAL', undefined, { op: 'recvmsg' });
    this.#throwPending(sock);
    const peeked = (flags & MSG_PEEK) !== 0;
    const skb = peeked ? sock.peek() : sock.dequeue();
    if (skb === null) return undefined;
    const packet = describe(sock, skb, buffer);
    if (!peeked) this.#deps.skbs.consume(skb);
    this.#deps.rtnl.runWork();
    return packet;
  }

  /**
   * Takes all packets that are queued now, without allocating anything.
   *
   * @param handler - called for each; what it is given is good until it returns
   * @returns how many there were
   * @throws KernelError a pending error, once, before any packet
   */
  drain(handler: PacketHandler): number {
    const sock = this.#open('recvmsg');
    this.#throwPending(sock);
    const count = sock.queued;
    for (let taken = 0; taken < count; taken++) {
      const skb = sock.dequeue();
      // The handler may read the socket itself.
      if (skb === null) return taken;
      try {
        this.#show(skb, handler);
      } finally {
        this.#deps.skbs.consume(skb);
      }
    }
    return count;
  }

  /**
   * Takes the next packet that this socket sent and that has left, with the time at which it did: of drivers that stamp
   * what they transmit, once `SO_TIMESTAMPING` asks for it.
   *
   * C twin: `recvmsg` with `MSG_ERRQUEUE`.
   *
   * @returns the packet, or `undefined` when none has left
   */
  receiveTimestamp(): TransmitTimestamp | undefined {
    const skb = this.#open('recvmsg').errorQueue.shift();
    if (skb === undefined) return undefined;
    const stamp = { bytes: skb.head?.bytes.slice(skb.data, skb.tail) ?? new Uint8Array(0), sec: skb.tstamp_sec, nsec: skb.tstamp_nsec };
    this.#deps.skbs.consume(skb);
    return stamp;
  }

  /**
   * Asks something of a device as long as the socket lives, such as promiscuity.
   *
   * @throws KernelError `ENODEV`: no such device; `EINVAL`: an address of another length than the device's
   */
  addMembership(membership: PacketMembership): void {
    const sock = this.#open('setsockopt');
    const { rtnl, devices } = this.#deps;
    rtnl.lock();
    const error = addMembership(sock, membership, devices);
    rtnl.unlock();
    this.#leave(error, 'setsockopt');
  }

  /** Takes {@link addMembership} back; what the socket never asked for changes nothing. */
  dropMembership(membership: PacketMembership): void {
    const sock = this.#open('setsockopt');
    const { rtnl, devices } = this.#deps;
    rtnl.lock();
    const error = dropMembership(sock, membership, devices);
    rtnl.unlock();
    this.#leave(error, 'setsockopt');
  }

  /** What was counted since it was read last. C twin: `PACKET_STATISTICS`. */
  statistics(): PacketStatistics {
    return takeStatistics(this.#open('getsockopt'));
  }

  /**
   * Sets an option that is an `int`.
   *
   * @param level - SOL_PACKET (263) or SOL_SOCKET (1)
   * @throws KernelError `ENOPROTOOPT`: no such option; `EINVAL`, `EPERM`: the value is refused
   */
  setOption(level: number, name: number, value: number): void {
    this.setsockopt(level, name, intBytes(value));
  }

  /**
   * Reads an option that is an `int`.
   *
   * @throws KernelError `ENOPROTOOPT`: no such option
   */
  getOption(level: number, name: number): number {
    return readInt(this.getsockopt(level, name, 4).bytes);
  }

  /**
   * Sets an option by the octets of its value, as the system call does.
   *
   * @param memory - where pointers in the value lead: that of SO_ATTACH_FILTER's `struct sock_fprog`
   * @throws KernelError as {@link setOption}; `EFAULT`: a pointer leads nowhere
   */
  setsockopt(level: number, name: number, bytes: Uint8Array, memory: UserMemory | null = null): void {
    const sock = this.#open('setsockopt');
    this.#leave(packetSetsockopt(sock, level, name, bytes, { devices: this.#deps.devices, rtnl: this.#deps.rtnl, memory }), 'setsockopt');
  }

  /** Reads an option as octets, as the system call does; `length` is that of the caller's buffer. */
  getsockopt(level: number, name: number, length: number): OptionValue {
    const value = packetGetsockopt(this.#open('getsockopt'), level, name, length);
    if (typeof value === 'number') throw kernelError(value, 'getsockopt');
    return value;
  }

  /**
   * Calls back whenever a packet is queued, an error becomes pending, or the socket is closed.
   *
   * C twin: `sk_data_ready`. It is called inside the kernel, so it may take note and must not call the kernel.
   *
   * @returns ends it
   */
  onWake(listener: () => void): () => void {
    return this.#sock.waiters.listen(listener);
  }

  /** How long a receive may wait, in milliseconds: `SO_RCVTIMEO`. Calls here never wait; it is for whoever waits for others. */
  get receiveTimeout(): number {
    return timeoutMilliseconds(this.#sock.settings.receiveTimeout);
  }

  /** What kind of socket it is: `SOCK_RAW` or `SOCK_DGRAM`. */
  get type(): number {
    return this.#sock.type;
  }

  /**
   * Waits until the socket is {@link readable}.
   *
   * @param signal - ends the wait
   * @throws KernelError `EBADF`: the socket was closed meanwhile; or the signal's reason once it is aborted
   */
  async waitReadable(signal?: AbortSignalLike): Promise<void> {
    signal?.throwIfAborted();
    // Somebody else may have read what this was woken for.
    while (!this.#open('poll').readable) await this.#sock.waiters.wait(signal);
  }

  /** Closes the socket. A second call does nothing; any other call then throws `EBADF`. */
  close(): void {
    if (this.#sock.closed) return;
    this.#deps.release(this.#sock);
    this.#deps.rtnl.runWork();
  }

  /** Closes the socket, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #show(skb: sk_buff, handler: PacketHandler): void {
    const info = this.#info;
    const { head } = skb;
    if (head === null) return;
    info.sec = skb.tstamp_sec;
    info.nsec = skb.tstamp_nsec;
    info.protocol = skb.protocol;
    info.pktType = skb.pkt_type;
    info.ifindex = skb.cb_portid;
    info.hatype = skb.cb_dst_group;
    info.origLength = skb.cb_nsid;
    handler(head.bytes, skb.data, skb.len, info);
  }

  #open(op: string): PacketSock {
    if (this.#sock.closed) throw new KernelError('EBADF', undefined, { op });
    return this.#sock;
  }

  #throwPending(sock: PacketSock): void {
    const error = sock.takeError();
    if (error !== 0) throw kernelError(error, 'recvmsg');
  }

  /** The kernel is left: what waits for that runs now. */
  #leave(result: number, op: string): number {
    this.#deps.rtnl.runWork();
    return toResult(result, op);
  }
}

/** What `recvmsg` leaves in its message header, and the octets. */
function describe(sock: PacketSock, skb: sk_buff, buffer: Uint8Array | undefined): ReceivedPacket {
  const length = skb.len;
  const fits = buffer === undefined ? length : Math.min(length, buffer.length);
  const bytes = buffer === undefined ? new Uint8Array(length) : buffer.subarray(0, fits);
  if (skb.head !== null) bytes.set(skb.head.bytes.subarray(skb.data, skb.data + fits));
  const from: SockaddrLl = {
    protocol: skb.protocol,
    ifindex: skb.cb_portid,
    hatype: skb.cb_dst_group,
    pktType: skb.pkt_type,
    address: senderAddress(skb),
  };
  const auxdata = { status: TP_STATUS_USER, length: skb.cb_nsid, snaplen: length, mac: 0, net: skb.network_header - skb.data };
  return {
    bytes,
    length,
    flags: fits < length ? MSG_TRUNC : 0,
    from,
    sec: skb.tstamp_sec,
    nsec: skb.tstamp_nsec,
    networkOffset: skb.network_header - skb.data,
    ...(sock.auxdata ? { auxdata } : {}),
  };
}
