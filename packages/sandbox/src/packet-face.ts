import {
  AF_PACKET,
  MSG_CMSG_CLOEXEC,
  PACKET_AUXDATA,
  PACKET_HDRLEN,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_VERSION,
  SOCK_RAW,
  SOL_PACKET,
  TPACKET_V1,
  TPACKET_V2,
  sockaddr_ll,
  tpacket2_hdr,
  tpacket_auxdata,
} from '@netdevkit/bindings';
import { KernelError, isKernelError } from '@netdevkit/errno';
import type { PacketSocket, SockaddrLl, UserMemory } from '@netdevkit/kernel';
import { word, type ControlMessage } from './message-header.ts';
import { PacketRing, readRingLayout, type RingLayout } from './packet-ring.ts';
import type { SharedMemory } from './shared-memory.unsafe.ts';
import type { Datagram, Ring, SocketFace } from './socket-face.ts';

/** Where an address's octets begin in `struct sockaddr_ll`. */
const ADDRESS_AT = 12;
const INT_MAX = 0x7fff_ffff;

/** A packet socket's ring, in memory that is shared. */
class SharedRing implements Ring {
  readonly shared: SharedMemory;
  readonly #socket: PacketSocket;
  readonly #ring: PacketRing;

  constructor(socket: PacketSocket, shared: SharedMemory, layout: RingLayout) {
    this.#socket = socket;
    this.shared = shared;
    this.#ring = new PacketRing(shared.memory.bytes, layout, socket.type === SOCK_RAW);
  }

  get readable(): boolean {
    return this.#ring.readable;
  }

  get pending(): boolean {
    return this.#socket.queued > 0;
  }

  fill(): void {
    while (this.#socket.queued > 0 && this.#ring.hasRoom) {
      try {
        const packet = this.#socket.receive();
        if (packet !== undefined) this.#ring.write(packet);
      } catch (error) {
        // An error that is pending comes before the packets. Whoever reads a ring is told of it by poll(2) alone, and pipes
        // do not tell that.
        if (!isKernelError(error)) throw error;
      }
    }
  }
}

/** A packet socket as the system calls see it. net/packet/af_packet.c. */
export class PacketFace implements SocketFace {
  readonly #socket: PacketSocket;
  readonly #share: (length: number) => SharedMemory;
  #ring: SharedRing | undefined;
  #version: number = TPACKET_V1;
  #reserve = 0;

  /** @param share - makes memory that programs can map */
  constructor(socket: PacketSocket, share: (length: number) => SharedMemory) {
    this.#socket = socket;
    this.#share = share;
  }

  get ring(): Ring | undefined {
    return this.#ring;
  }

  get receiveTimeout(): number {
    return this.#socket.receiveTimeout;
  }

  get readable(): boolean {
    return this.#socket.readable;
  }

  usedBy(): void {
    // A packet socket is nobody's in particular.
  }

  bind(address: Uint8Array): void {
    const { protocol, ifindex } = readAddress(address, 'bind');
    this.#socket.bind({ protocol, ifindex });
  }

  connect(): void {
    throw new KernelError('EOPNOTSUPP', undefined, { op: 'connect' });
  }

  getsockname(): Uint8Array {
    const name = this.#socket.getsockname();
    return writeAddress(name, ADDRESS_AT + name.address.length);
  }

  getpeername(): Uint8Array {
    throw new KernelError('EOPNOTSUPP', undefined, { op: 'getpeername' });
  }

  send(bytes: Uint8Array, address: Uint8Array | undefined): number {
    return this.#socket.send(bytes, address === undefined ? {} : { to: readAddress(address, 'sendmsg') });
  }

  receive(room: Uint8Array, flags: number): Datagram | undefined {
    const packet = this.#socket.receive({ buffer: room, flags: flags & ~MSG_CMSG_CLOEXEC });
    if (packet === undefined) return undefined;
    const control: ControlMessage[] = [];
    if (packet.auxdata !== undefined) {
      const { status, length, snaplen, mac, net } = packet.auxdata;
      const view = new DataView(new ArrayBuffer(tpacket_auxdata.SIZE));
      tpacket_auxdata.set_tp_status(view, 0, status);
      tpacket_auxdata.set_tp_len(view, 0, length);
      tpacket_auxdata.set_tp_snaplen(view, 0, snaplen);
      tpacket_auxdata.set_tp_mac(view, 0, mac);
      tpacket_auxdata.set_tp_net(view, 0, net);
      control.push({ level: SOL_PACKET, type: PACKET_AUXDATA, bytes: new Uint8Array(view.buffer) });
    }
    return { bytes: packet.bytes, length: packet.length, flags: packet.flags, address: writeAddress(packet.from, sockaddr_ll.SIZE), control };
  }

  setsockopt(level: number, name: number, value: Uint8Array, memory: UserMemory): void {
    if (level !== SOL_PACKET || !this.#setRingOption(name, value)) this.#socket.setsockopt(level, name, value, memory);
  }

  getsockopt(level: number, name: number, length: number, asked: () => number): { readonly bytes: Uint8Array; readonly length: number } {
    const value = level === SOL_PACKET ? this.#ringOption(name, length, asked) : undefined;
    if (value !== undefined) return { bytes: word(value).subarray(0, length), length: Math.min(length, 4) };
    return this.#socket.getsockopt(level, name, length);
  }

  onWake(listener: () => void): () => void {
    return this.#socket.onWake(listener);
  }

  close(): void {
    this.#socket.close();
    this.#ring?.shared[Symbol.dispose]();
    this.#ring = undefined;
  }

  // From net/packet/af_packet.c:packet_setsockopt.
  #setRingOption(name: number, value: Uint8Array): boolean {
    switch (name) {
      case PACKET_VERSION:
      case PACKET_RESERVE: {
        if (value.length !== 4) throw invalid();
        const number = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
        // Version 2 is all there is: a program that asks which there are is told so.
        if (name === PACKET_VERSION ? number !== TPACKET_V1 && number !== TPACKET_V2 : number > INT_MAX) throw invalid();
        if (this.#ring !== undefined) throw new KernelError('EBUSY', undefined, { op: 'setsockopt' });
        if (name === PACKET_VERSION) this.#version = number;
        else this.#reserve = number;
        return true;
      }
      case PACKET_RX_RING: {
        const layout = readRingLayout(value, this.#reserve);
        if (layout === undefined) {
          this.#ring?.shared[Symbol.dispose]();
          this.#ring = undefined;
          return true;
        }
        if (this.#ring !== undefined) throw new KernelError('EBUSY', undefined, { op: 'setsockopt' });
        if (this.#version !== TPACKET_V2) throw invalid();
        this.#ring = new SharedRing(this.#socket, this.#share(layout.blockSize * layout.blocks), layout);
        return true;
      }
      default:
        return false;
    }
  }

  // From net/packet/af_packet.c:packet_getsockopt.
  #ringOption(name: number, length: number, asked: () => number): number | undefined {
    switch (name) {
      case PACKET_VERSION:
        return this.#version;
      case PACKET_RESERVE:
        return this.#reserve;
      case PACKET_HDRLEN:
        if (length < 4 || asked() !== TPACKET_V2) throw invalid();
        return tpacket2_hdr.SIZE;
      default:
        return undefined;
    }
  }
}

function invalid(): KernelError {
  return new KernelError('EINVAL', undefined, { op: 'sockopt' });
}

// From net/packet/af_packet.c:packet_bind and packet_snd.
function readAddress(address: Uint8Array, op: string): { protocol: number; ifindex: number; address: Uint8Array } {
  if (address.length < sockaddr_ll.SIZE) throw new KernelError('EINVAL', undefined, { op });
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  const length = sockaddr_ll.sll_halen(view, 0);
  if (op === 'bind' && sockaddr_ll.sll_family(view, 0) !== AF_PACKET) throw new KernelError('EINVAL', undefined, { op });
  if (op !== 'bind' && address.length < ADDRESS_AT + length) throw new KernelError('EINVAL', undefined, { op });
  return {
    protocol: view.getUint16(2, false),
    ifindex: sockaddr_ll.sll_ifindex(view, 0),
    address: address.slice(ADDRESS_AT, ADDRESS_AT + length),
  };
}

/** @param size - how much of the record is shown */
function writeAddress(from: SockaddrLl, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, ADDRESS_AT + from.address.length));
  const view = new DataView(new ArrayBuffer(sockaddr_ll.SIZE));
  sockaddr_ll.set_sll_family(view, 0, AF_PACKET);
  view.setUint16(2, from.protocol, false);
  sockaddr_ll.set_sll_ifindex(view, 0, from.ifindex);
  sockaddr_ll.set_sll_hatype(view, 0, from.hatype);
  sockaddr_ll.set_sll_pkttype(view, 0, from.pktType);
  sockaddr_ll.set_sll_halen(view, 0, from.address.length);
  bytes.set(new Uint8Array(view.buffer, 0, Math.min(bytes.length, sockaddr_ll.SIZE)));
  bytes.set(from.address, ADDRESS_AT);
  return bytes;
}
