import { AF_NETLINK, AF_UNSPEC, MSG_TRUNC, NETLINK_LISTEN_ALL_NSID, NETLINK_LIST_MEMBERSHIPS, NETLINK_PKTINFO, SOL_NETLINK, sockaddr_nl } from '@netdevkit/bindings';
import { errno, KernelError, kernelError, toResult } from '@netdevkit/errno';
import type { Descriptor } from '@netdevkit/libc/unsafe';
import type { NetlinkSocket, ReceiveOptions, ReceivedMessage, SendOptions, SockaddrNl } from '@netdevkit/netlink';
import { controlMessages } from './control-messages.ts';
import { viewOf } from './octets.ts';
import { HostSocket } from './socket.unsafe.ts';
import { LONGEST_DATAGRAM, type System } from './system.unsafe.ts';

/** Longer than any list of memberships. */
const ANY_LENGTH = 0x1000;

// From net/netlink/af_netlink.c:netlink_bind, netlink_sendmsg. Some protocols let anybody; audit asks for CAP_AUDIT_READ.
const LISTENING = 'listening to groups of this protocol needs CAP_NET_ADMIN, or of audit CAP_AUDIT_READ';
const SENDING = 'sending to groups or other programs needs CAP_NET_ADMIN with this protocol';

/**
 * A netlink socket of the host's kernel.
 *
 * C twin: a descriptor of `socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)`. Calls never block: a receive gives
 * `undefined` and a send throws `EAGAIN` where a blocking socket would wait.
 *
 * @remarks
 * # Invariants
 * What is received is copied out of the host's scratch memory before anything else runs. Addresses of senders are read from there.
 *
 * @example
 * ```ts sketch
 * using host = new Host();
 * using socket = host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
 * socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
 * ```
 */
export class HostNetlinkSocket extends HostSocket implements NetlinkSocket {
  readonly protocol: number;
  /** Whether the kernel was asked for more than a datagram and its sender. */
  #hasControl = false;

  constructor(system: System, descriptor: Descriptor, protocol: number) {
    super(system, descriptor);
    this.protocol = protocol;
  }

  bind(address: Partial<SockaddrNl> = {}): void {
    checked(this.system.bind(this.open('bind'), sockaddr(address)), 'bind', LISTENING);
  }

  connect(address: Partial<SockaddrNl>): void {
    checked(this.system.connect(this.open('connect'), sockaddr(address)), 'connect', SENDING);
  }

  /** Takes {@link connect} back: C's connect to an address of family AF_UNSPEC. */
  disconnect(): void {
    const address = sockaddr({});
    sockaddr_nl.set_nl_family(viewOf(address), 0, AF_UNSPEC);
    toResult(this.system.connect(this.open('connect'), address), 'connect');
  }

  getsockname(): SockaddrNl {
    const address = new Uint8Array(sockaddr_nl.SIZE);
    toResult(this.system.getsockname(this.open('getsockname'), address), 'getsockname');
    return readSockaddr(viewOf(address), 0);
  }

  /** The peer that {@link connect} set; zeros without one. */
  getpeername(): SockaddrNl {
    const address = new Uint8Array(sockaddr_nl.SIZE);
    toResult(this.system.getpeername(this.open('getpeername'), address), 'getpeername');
    return readSockaddr(viewOf(address), 0);
  }

  send(bytes: Uint8Array, options: SendOptions = {}): number {
    const { to } = options;
    return checked(this.system.send(this.open('sendmsg'), bytes, to === undefined ? undefined : sockaddr(to)), 'sendmsg', SENDING);
  }

  receive(options: ReceiveOptions = {}): ReceivedMessage | undefined {
    const { buffer, flags = 0 } = options;
    const { system } = this;
    if (this.#hasControl) return this.#receiveWithControl(buffer, flags);
    // MSG_TRUNC makes the result the whole length.
    const length = system.recvfrom(this.open('recvmsg'), buffer, flags | MSG_TRUNC);
    if (length === -errno.EAGAIN) return undefined;
    toResult(length, 'recvmsg');
    const bytes = buffer === undefined ? system.bytes.slice(system.data, system.data + Math.min(length, LONGEST_DATAGRAM)) : buffer.subarray(0, length);
    return { bytes, length, flags: bytes.length < length ? MSG_TRUNC : 0, from: this.#from(system.nameLength) };
  }

  override setsockopt(level: number, name: number, bytes: Uint8Array): void {
    super.setsockopt(level, name, bytes);
    if (level === SOL_NETLINK && (name === NETLINK_PKTINFO || name === NETLINK_LISTEN_ALL_NSID)) this.#hasControl = true;
  }

  getMemberships(): Uint32Array {
    const { bytes } = this.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, ANY_LENGTH);
    return new Uint32Array(bytes.slice().buffer);
  }

  #receiveWithControl(buffer: Uint8Array | undefined, flags: number): ReceivedMessage | undefined {
    const { system } = this;
    const result = system.recvmsg(this.open('recvmsg'), buffer?.length ?? LONGEST_DATAGRAM, flags | MSG_TRUNC);
    if (result === -errno.EAGAIN) return undefined;
    toResult(result, 'recvmsg');
    const { length, nameLength, controlLength } = system.received;
    const data = system.bytes.subarray(system.data, system.data + Math.min(length, buffer?.length ?? LONGEST_DATAGRAM));
    buffer?.set(data);
    const bytes = buffer === undefined ? data.slice() : buffer.subarray(0, data.length);
    return { bytes, length, flags: bytes.length < length ? MSG_TRUNC : 0, from: this.#from(nameLength), ...this.#control(controlLength) };
  }

  /** Who sent what was received. */
  #from(nameLength: number): SockaddrNl {
    return nameLength >= sockaddr_nl.SIZE ? readSockaddr(this.system.view, this.system.name) : { pid: 0, groups: 0 };
  }

  #control(length: number): { group?: number; nsid?: number } {
    const { view, control } = this.system;
    const found: { group?: number; nsid?: number } = {};
    controlMessages(view, control, length, (level, type, at, size) => {
      if (level !== SOL_NETLINK || size < 4) return;
      // C: struct nl_pktinfo { __u32 group; } and an int.
      if (type === NETLINK_PKTINFO) found.group = view.getUint32(at, true);
      else if (type === NETLINK_LISTEN_ALL_NSID) found.nsid = view.getInt32(at, true);
    });
    return found;
  }
}

/** A result, or the error that says what is missing where the kernel only says EPERM. */
function checked(result: number, op: string, needs: string): number {
  if (result === -errno.EPERM) throw new KernelError('EPERM', needs, { op, cause: kernelError(result, op) });
  return toResult(result, op);
}

function sockaddr({ pid = 0, groups = 0 }: Partial<SockaddrNl>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sockaddr_nl.SIZE);
  const view = viewOf(bytes);
  sockaddr_nl.set_nl_family(view, 0, AF_NETLINK);
  sockaddr_nl.set_nl_pid(view, 0, pid);
  sockaddr_nl.set_nl_groups(view, 0, groups);
  return bytes;
}

function readSockaddr(view: DataView, at: number): SockaddrNl {
  return { pid: sockaddr_nl.nl_pid(view, at), groups: sockaddr_nl.nl_groups(view, at) };
}
