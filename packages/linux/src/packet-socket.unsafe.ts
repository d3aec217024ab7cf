/// <reference types="node" />
import { clearTimeout, setTimeout } from 'node:timers';
import {
  AF_PACKET,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  PACKET_ADD_MEMBERSHIP,
  PACKET_DROP_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_IGNORE_OUTGOING,
  PACKET_STATISTICS,
  SOL_PACKET,
  SOL_SOCKET,
  SO_ERROR,
  SO_ATTACH_FILTER,
  SO_DETACH_FILTER,
  SO_TIMESTAMPNS_NEW,
  packet_mreq,
  sock_filter,
  sock_fprog,
  sockaddr_ll,
  tpacket_stats,
  tpacket_stats_v3,
} from '@netdevkit/bindings';
import { KernelError, errno, kernelError, toResult } from '@netdevkit/errno';
import type { AbortSignalLike, ReceiveOptions } from '@netdevkit/netlink';
import { controlMessages } from './control-messages.ts';
import { viewOf } from './octets.ts';
import { openRing, type PacketRing } from './packet-ring.unsafe.ts';
import type {
  PacketDestination,
  PacketHandler,
  PacketInfo,
  PacketMembership,
  PacketStatistics,
  ReceivedPacket,
  RingOptions,
  SockaddrLl,
} from './packet-types.ts';
import { HostSocket } from './socket.unsafe.ts';
import { LONGEST_DATAGRAM } from './system.unsafe.ts';

const ADDRESS_ROOM = sockaddr_ll.FIELDS.sll_addr.size;
const RECEIVE_FLAGS = MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC;
/** How many packets one {@link HostPacketSocket.drain} without a ring takes. */
const DRAIN = 256;

/**
 * A packet socket of the host's kernel: sees what devices send and receive, and sends through them.
 *
 * C twin: a descriptor of `socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(protocol))`; protocols are host order here.
 * Calls never block.
 *
 * @remarks
 * # Invariants
 * The ring's mapping ends before the descriptor does.
 *
 * @example
 * ```ts sketch
 * using host = new Host();
 * using capture = host.socket(AF_PACKET, SOCK_RAW, 0);
 * capture.openRing();
 * capture.bind({ protocol: ETH_P_ALL, ifindex });
 * await capture.waitReadable();
 * capture.drain((bytes, offset, length, info) => writer.write(bytes, offset, length, info));
 * ```
 */
export class HostPacketSocket extends HostSocket {
  #ring: PacketRing | undefined;
  #isStamped = false;
  readonly #totals = { packets: 0, drops: 0 };

  override get readable(): boolean {
    return this.#ring?.readable === true || super.readable;
  }

  /** How many packets found no room since the socket was made. */
  override get drops(): number {
    this.statistics();
    return this.#totals.drops;
  }

  /**
   * Waits until the socket is {@link readable}. Where packets fill the blocks of a ring, for as long as a block has time: then they are
   * read many at once, and are no later than where there are few.
   *
   * @param signal - ends the wait
   * @throws KernelError `EBADF`: the socket was closed meanwhile; or the signal's reason once it is aborted
   */
  override async waitReadable(signal?: AbortSignalLike): Promise<void> {
    signal?.throwIfAborted();
    const rest = this.#ring?.rest() ?? 0;
    if (rest > 0) await pause(rest, signal);
    await super.waitReadable(signal);
  }

  /**
   * Chooses protocol and device.
   *
   * @param address - protocol, 0 or none for the one that the socket has; index, 0 or none for every device
   * @throws KernelError `ENODEV`: no such device; `ENETDOWN`: it is down, but for a later receive to say
   */
  bind(address: { readonly protocol?: number; readonly ifindex?: number } = {}): void {
    const { protocol = 0, ifindex = 0 } = address;
    toResult(this.system.bind(this.open('bind'), sockaddr({ ifindex, protocol })), 'bind');
  }

  /** What the socket is bound to; index -1 once the device has gone. */
  getsockname(): SockaddrLl {
    const address = new Uint8Array(sockaddr_ll.SIZE);
    toResult(this.system.getsockname(this.open('getsockname'), address), 'getsockname');
    return readSockaddr(viewOf(address), 0);
  }

  /**
   * Sends one packet: a whole frame through a raw socket; through others what follows the header, which the device makes.
   *
   * @param bytes - the packet
   * @param options - device, protocol and receiver; by default those that the socket is bound to
   * @returns how many octets were sent: all
   * @throws KernelError `ENXIO`, `ENODEV`: no device; `ENETDOWN`: it is down; `EMSGSIZE`: its MTU is less; `EINVAL`
   */
  send(bytes: Uint8Array, options: { readonly to?: PacketDestination } = {}): number {
    const { to } = options;
    return toResult(this.system.send(this.open('sendmsg'), bytes, to === undefined ? undefined : sockaddr(to)), 'sendmsg');
  }

  /**
   * Takes the next packet. With a ring there is none: {@link drain} has them.
   *
   * @param options - where it goes; `MSG_PEEK` leaves it in the queue
   * @returns the packet, or `undefined` when none is queued
   * @throws KernelError a pending error, once: `ENETDOWN` when the device went down; `EINVAL`: other flags
   */
  receive(options: ReceiveOptions = {}): ReceivedPacket | undefined {
    const { buffer, flags = 0 } = options;
    if ((flags & ~RECEIVE_FLAGS) !== 0) throw new KernelError('EINVAL', undefined, { op: 'recvmsg' });
    if (!this.#receive(buffer?.length ?? LONGEST_DATAGRAM, flags)) return undefined;
    const { system } = this;
    const { length, nameLength } = system.received;
    const fits = Math.min(length, buffer?.length ?? LONGEST_DATAGRAM);
    const data = system.bytes.subarray(system.data, system.data + fits);
    const bytes = buffer === undefined ? data.slice() : buffer.subarray(0, fits);
    if (buffer !== undefined) buffer.set(data);
    const from = nameLength > sockaddr_ll.FIELDS.sll_addr.offset ? readSockaddr(system.view, system.name) : NOWHERE;
    return { bytes, length, flags: fits < length ? MSG_TRUNC : 0, from, ...this.#time() };
  }

  /**
   * Takes packets that are there now: all that the ring has, without copying or allocating anything; or some of the queue.
   *
   * @param handler - called for each; what it is given is good until it returns
   * @param blocks - of the ring, how many blocks at most; by default all
   * @returns how many there were
   * @throws KernelError a pending error, once: `ENETDOWN` when the device went down; `EBUSY`: it is the handler of a ring that asks
   */
  drain(handler: PacketHandler, blocks?: number): number {
    const descriptor = this.open('recvmsg');
    const ring = this.#ring;
    if (ring === undefined) return this.#drainQueue(handler);
    const count = ring.drain(handler, blocks);
    if (count > 0 || descriptor.closed) return count;
    // With a ring, an error is all that a receive can give. It is asked for as a value: a receive would fail whenever there is none,
    // and what Node does before errno is read may change it.
    const error = this.getOption(SOL_SOCKET, SO_ERROR);
    if (error !== 0) throw kernelError(-error, 'recvmsg');
    return 0;
  }

  /**
   * Makes a ring that packets go to from now on. It is made before the socket is bound, so that none goes to the queue.
   *
   * C twin: `PACKET_RX_RING` with `TPACKET_V3`.
   *
   * @returns how many octets it has
   * @throws KernelError `ENOMEM`: there is not so much memory; `EBUSY`: there is one; `EINVAL`: too small for the headroom
   */
  openRing(options: RingOptions = {}): number {
    const descriptor = this.open('PACKET_RX_RING');
    if (this.#ring !== undefined) throw new KernelError('EBUSY', 'the socket has a ring', { op: 'PACKET_RX_RING' });
    this.#ring = openRing(this.system, descriptor, options);
    return this.#ring.size;
  }

  /**
   * Lets the kernel pass on only packets that a filter wants. What is queued already stays: a filter comes before
   * {@link bind}.
   *
   * C twin: `SO_ATTACH_FILTER`.
   *
   * @param program - `struct sock_filter`s in a row, such as {@link assemble} makes
   * @throws KernelError `EINVAL`: the kernel does not take the program; `ENOMEM`
   */
  attachFilter(program: Uint8Array): void {
    if (program.length === 0 || program.length % sock_filter.SIZE !== 0) {
      throw new RangeError(`program: expected instructions of ${String(sock_filter.SIZE)} octets, got ${String(program.length)} octets`);
    }
    const { system } = this;
    using memory = system.libc.map({ length: program.length });
    memory.bytes.set(program);
    const record = new Uint8Array(sock_fprog.SIZE);
    const view = viewOf(record);
    sock_fprog.set_len(view, 0, program.length / sock_filter.SIZE);
    sock_fprog.set_filter(view, 0, BigInt(memory.at(0, program.length)));
    // The kernel copies the program before it returns.
    toResult(system.setsockopt(this.open('setsockopt'), SOL_SOCKET, SO_ATTACH_FILTER, record), 'SO_ATTACH_FILTER');
  }

  /** Takes {@link attachFilter} back. */
  detachFilter(): void {
    this.setOption(SOL_SOCKET, SO_DETACH_FILTER, 0);
  }

  /** Whether to leave out what this host sends: on `lo` everything is seen twice otherwise. C twin: `PACKET_IGNORE_OUTGOING`. */
  ignoreOutgoing(isIgnored: boolean = true): void {
    this.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, isIgnored ? 1 : 0);
  }

  /**
   * Shares the packets with the other sockets of a group: each packet goes to one of them.
   *
   * C twin: `PACKET_FANOUT`. The socket must be bound.
   *
   * @param group - the number that they agree on, up to 65535
   * @param mode - `PACKET_FANOUT_*`, with its flags
   */
  fanout(group: number, mode: number): void {
    if (!Number.isInteger(group) || group < 0 || group > 0xffff) throw new RangeError(`group: expected 0 to 65535, got ${String(group)}`);
    this.setOption(SOL_PACKET, PACKET_FANOUT, group | (mode << 16));
  }

  /** Asks something of a device as long as the socket lives, such as promiscuity. */
  addMembership(membership: PacketMembership): void {
    this.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, mreq(membership));
  }

  /** Takes {@link addMembership} back. */
  dropMembership(membership: PacketMembership): void {
    this.setsockopt(SOL_PACKET, PACKET_DROP_MEMBERSHIP, mreq(membership));
  }

  /** What was counted since it was read last. C twin: `PACKET_STATISTICS`. */
  statistics(): PacketStatistics {
    const { bytes } = this.getsockopt(SOL_PACKET, PACKET_STATISTICS, tpacket_stats_v3.SIZE);
    const view = viewOf(bytes);
    const since = { packets: tpacket_stats.tp_packets(view, 0), drops: tpacket_stats.tp_drops(view, 0) };
    this.#totals.packets += since.packets;
    this.#totals.drops += since.drops;
    return since;
  }

  /** What was counted since the socket was made. */
  totals(): PacketStatistics {
    this.statistics();
    return { ...this.#totals };
  }

  override close(): void {
    // INVARIANT: the ring first.
    this.#ring?.close();
    this.#ring = undefined;
    super.close();
  }

  #drainQueue(handler: PacketHandler): number {
    const { system } = this;
    let count = 0;
    for (; count < DRAIN && !this.closed && this.#receive(LONGEST_DATAGRAM, 0); count += 1) {
      const { length } = system.received;
      const info: PacketInfo = { ...readSockaddr(system.view, system.name), ...this.#time(), origLength: length, vlan: 0 };
      // The handler may use the host's sockets, which share the scratch memory.
      const bytes = system.bytes.slice(system.data, system.data + Math.min(length, LONGEST_DATAGRAM));
      handler(bytes, 0, bytes.length, info);
    }
    return count;
  }

  #receive(room: number, flags: number): boolean {
    const descriptor = this.open('recvmsg');
    if (!this.#isStamped) {
      this.setOption(SOL_SOCKET, SO_TIMESTAMPNS_NEW, 1);
      this.#isStamped = true;
    }
    const result = this.system.recvmsg(descriptor, room, flags | MSG_TRUNC);
    if (result === -errno.EAGAIN) return false;
    toResult(result, 'recvmsg');
    return true;
  }

  /** When the packet came; of what came before stamps were asked for, when it was read. */
  #time(): { readonly sec: number; readonly nsec: number } {
    const { view, control, received } = this.system;
    let sec = 0;
    let nsec = 0;
    controlMessages(view, control, received.controlLength, (level, type, at) => {
      if (level !== SOL_SOCKET || type !== SO_TIMESTAMPNS_NEW) return;
      // C: struct __kernel_timespec { long long tv_sec; long long tv_nsec; }
      sec = Number(view.getBigInt64(at, true));
      nsec = Number(view.getBigInt64(at + 8, true));
    });
    return { sec, nsec };
  }
}

async function pause(milliseconds: number, signal: AbortSignalLike | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });
}

const NOWHERE: SockaddrLl = { protocol: 0, ifindex: 0, hatype: 0, pktType: 0, address: new Uint8Array(0) };

function sockaddr({ ifindex, protocol, address = new Uint8Array(0) }: PacketDestination): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sockaddr_ll.SIZE);
  const view = viewOf(bytes);
  sockaddr_ll.set_sll_family(view, 0, AF_PACKET);
  sockaddr_ll.set_sll_protocol(view, 0, protocol);
  sockaddr_ll.set_sll_ifindex(view, 0, ifindex);
  sockaddr_ll.set_sll_halen(view, 0, Math.min(address.length, ADDRESS_ROOM));
  bytes.set(address.subarray(0, ADDRESS_ROOM), sockaddr_ll.FIELDS.sll_addr.offset);
  return bytes;
}

function readSockaddr(view: DataView, at: number): SockaddrLl {
  return {
    protocol: sockaddr_ll.sll_protocol(view, at),
    ifindex: sockaddr_ll.sll_ifindex(view, at),
    hatype: sockaddr_ll.sll_hatype(view, at),
    pktType: sockaddr_ll.sll_pkttype(view, at),
    address: sockaddr_ll.sll_addr(view, at).slice(0, Math.min(sockaddr_ll.sll_halen(view, at), ADDRESS_ROOM)),
  };
}

function mreq({ ifindex, type, address = new Uint8Array(0) }: PacketMembership): Uint8Array<ArrayBuffer> {
  const room = packet_mreq.FIELDS.mr_address.size;
  if (address.length > room) throw new RangeError(`address: expected at most ${String(room)} octets, got ${String(address.length)}`);
  const bytes = new Uint8Array(packet_mreq.SIZE);
  const view = viewOf(bytes);
  packet_mreq.set_mr_ifindex(view, 0, ifindex);
  packet_mreq.set_mr_type(view, 0, type);
  packet_mreq.set_mr_alen(view, 0, address.length);
  bytes.set(address, packet_mreq.FIELDS.mr_address.offset);
  return bytes;
}
