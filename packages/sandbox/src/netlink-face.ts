import { AF_NETLINK, AF_UNSPEC, NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO, SOL_NETLINK, SOL_SOCKET, sockaddr_nl } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import type { EmbeddedNetlinkSocket, UserMemory } from '@netdevkit/kernel';
import type { SockaddrNl } from '@netdevkit/netlink';
import { word, type ControlMessage } from './message-header.ts';
import type { Datagram, SocketFace, SocketUser } from './socket-face.ts';

/** Not in the headers of the kernel's user interface. */
const SCM_CREDENTIALS = 2;

/** A netlink socket as the system calls see it. net/netlink/af_netlink.c. */
export class NetlinkFace implements SocketFace {
  readonly ring: undefined;
  readonly #socket: EmbeddedNetlinkSocket;

  constructor(socket: EmbeddedNetlinkSocket) {
    this.#socket = socket;
  }

  get readable(): boolean {
    return this.#socket.readable;
  }

  get receiveTimeout(): number {
    return this.#socket.receiveTimeout;
  }

  usedBy(user: SocketUser): void {
    // A bound socket keeps its port, and finding out the process costs.
    this.#socket.usedBy(this.#socket.bound ? this.#socket.getsockname().pid : user.tgid(), user);
  }

  bind(address: Uint8Array): void {
    this.#socket.bind(readAddress(address, 'bind'));
  }

  connect(address: Uint8Array): void {
    // From net/netlink/af_netlink.c:netlink_connect.
    if (address.length < 2) throw new KernelError('EINVAL', undefined, { op: 'connect' });
    if (familyOf(address) === AF_UNSPEC) this.#socket.disconnect();
    else this.#socket.connect(readAddress(address, 'connect'));
  }

  getsockname(): Uint8Array {
    return writeAddress(this.#socket.getsockname());
  }

  getpeername(): Uint8Array {
    return writeAddress(this.#socket.getpeername());
  }

  send(bytes: Uint8Array, address: Uint8Array | undefined): number {
    return this.#socket.send(bytes, address === undefined ? {} : { to: readAddress(address, 'sendmsg') });
  }

  receive(room: Uint8Array, flags: number): Datagram | undefined {
    const message = this.#socket.receive({ buffer: room, flags });
    if (message === undefined) return undefined;
    const control: ControlMessage[] = [];
    if (message.group !== undefined) control.push({ level: SOL_NETLINK, type: NETLINK_PKTINFO, bytes: word(message.group) });
    if (message.nsid !== undefined) control.push({ level: SOL_NETLINK, type: NETLINK_LISTEN_ALL_NSID, bytes: word(message.nsid) });
    const sender = this.#socket.senderCredentials;
    if (sender !== undefined) {
      // C: struct ucred { int pid, uid, gid; }
      const bytes = new Uint8Array(Int32Array.of(sender.pid, sender.uid, sender.gid).buffer);
      control.push({ level: SOL_SOCKET, type: SCM_CREDENTIALS, bytes });
    }
    return { bytes: message.bytes, length: message.length, flags: message.flags, address: writeAddress(message.from), control };
  }

  setsockopt(level: number, name: number, value: Uint8Array, memory: UserMemory): void {
    this.#socket.setsockopt(level, name, value, memory);
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

function familyOf(address: Uint8Array): number {
  return (address[0] ?? 0) | ((address[1] ?? 0) << 8);
}

function readAddress(address: Uint8Array, op: string): SockaddrNl {
  if (address.length < sockaddr_nl.SIZE || familyOf(address) !== AF_NETLINK) throw new KernelError('EINVAL', undefined, { op });
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  return { pid: sockaddr_nl.nl_pid(view, 0), groups: sockaddr_nl.nl_groups(view, 0) };
}

function writeAddress({ pid, groups }: SockaddrNl): Uint8Array {
  const view = new DataView(new ArrayBuffer(sockaddr_nl.SIZE));
  sockaddr_nl.set_nl_family(view, 0, AF_NETLINK);
  sockaddr_nl.set_nl_pid(view, 0, pid);
  sockaddr_nl.set_nl_groups(view, 0, groups);
  return new Uint8Array(view.buffer);
}
