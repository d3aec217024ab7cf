import {
  AF_PACKET,
  MSG_CMSG_CLOEXEC,
  PACKET_AUXDATA,
  SOL_PACKET,
  sockaddr_ll,
  tpacket_auxdata,
} from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import type { PacketSocket, SockaddrLl } from '@netdevkit/kernel';
import type { ControlMessage } from './message-header.ts';
import type { Datagram, SocketFace } from './socket-face.ts';

/** Where an address's octets begin in `struct sockaddr_ll`. */
const ADDRESS_AT = 12;

/** A packet socket as the system calls see it. net/packet/af_packet.c. */
export class PacketFace implements SocketFace {
  readonly #socket: PacketSocket;

  constructor(socket: PacketSocket) {
    this.#socket = socket;
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

  setsockopt(level: number, name: number, value: Uint8Array): void {
    this.#socket.setsockopt(level, name, value);
  }

  getsockopt(level: number, name: number, length: number): { readonly bytes: Uint8Array; readonly length: number } {
    return this.#socket.getsockopt(level, name, length);
  }

  onWake(listener: () => void): () => void {
    return this.#socket.onWake(listener);
  }

  close(): void {
    this.#socket.close();
  }
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
