import { AF_PACKET, ARPHRD_ETHER, ARPHRD_LOOPBACK, ARPHRD_NETLINK, ETH_P_ALL, IFF_UP, SOCK_RAW, SOL_SOCKET, SO_ERROR } from '@netdevkit/bindings';
import { LinkType, NETLINK_HEADER_LENGTH } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import type { Link } from '@netdevkit/iproute';
import { assemble, type Host, type HostNamespace, type HostPacketSocket, type PacketHandler } from '@netdevkit/linux';
import { Failure } from '../failure.ts';
import type { Source, SourceHandler } from './source.ts';

/** Octets of a block of the ring. A packet that is longer than a block is cut. */
const BLOCK = { least: 1 << 17, most: 1 << 18 };
/** A ring of fewer blocks is full while one is read. */
const BLOCKS = 8;
/** For how long a block is filled, in milliseconds: while somebody looks at what is printed, and else. */
const BLOCK_MS = { watched: 20, else: 100 };
/** How long packets are shown before signals and timers get a turn, to the end of a block. */
const TURN_MS = 10;
/** Of a VLAN tag, and where it is in an Ethernet frame. */
const TAG = 4;
const TAG_AT = 12;
/** Room for a tag in front of a frame, and so many more that frames are aligned, which makes copying short ones quicker. */
const ETHERNET_HEADROOM = TAG + 2;

/** What a {@link PacketSource} captures from, and how. */
export interface PacketSourceOptions {
  readonly link: Pick<Link, 'index' | 'name' | 'type'>;
  readonly namespace: HostNamespace | undefined;
  /** Octets of the ring. */
  readonly buffer: number;
  /** How many octets of a packet are kept. */
  readonly snaplen: number | undefined;
  /** Whether packets are to be shown at once. Else more of them find room while they are not read. */
  readonly isWatched: boolean;
  /** What the kernel is to filter by; it cuts packets to `snaplen` already. */
  readonly program: Uint8Array | undefined;
}

/** An interface, through a packet socket with a ring. */
export class PacketSource implements Source {
  readonly #socket: HostPacketSocket;
  readonly name: string;
  readonly description: string;
  readonly linkType: number;
  readonly headroom: number;
  readonly #snaplen: number;
  #shown = 0;

  /**
   * @param host - the kernel
   * @param options - what to capture from
   * @throws KernelError `EPERM`, `ENOMEM`: what the kernel says; Failure: packets of such an interface are not known
   */
  constructor(host: Host, options: PacketSourceOptions) {
    const { link, namespace, buffer, snaplen, program, isWatched } = options;
    const { name, index, type } = link;
    this.name = name;
    this.#snaplen = snaplen ?? Infinity;
    this.linkType = linkTypeOf(name, type);
    this.headroom = this.linkType === LinkType.NETLINK ? NETLINK_HEADER_LENGTH : 0;
    this.description = `${this.linkType === LinkType.NETLINK ? 'netlink monitor' : 'interface'} of Linux ${host.version.release}`;
    this.#socket = host.socket(AF_PACKET, SOCK_RAW, 0, namespace === undefined ? {} : { namespace });
    try {
      const filter = program ?? (snaplen === undefined ? undefined : assemble([{ op: 'return', length: snaplen }]));
      if (filter !== undefined) this.#socket.attachFilter(filter);
      // From drivers/net/loopback.c: what is sent is received, and would be seen twice.
      if (type === ARPHRD_LOOPBACK) this.#socket.ignoreOutgoing();
      this.#socket.openRing({ size: buffer, blockSize: blockSizeOf(buffer), timeout: isWatched ? BLOCK_MS.watched : BLOCK_MS.else, headroom: this.linkType === LinkType.ETHERNET ? ETHERNET_HEADROOM : this.headroom });
      this.#socket.bind({ protocol: ETH_P_ALL, ifindex: index });
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Forgets that the interface was down when this was made: it was brought up since. */
  forgetDown(): void {
    // From net/packet/af_packet.c:packet_do_bind: a device that is down leaves ENETDOWN behind, which reading takes.
    this.#socket.getOption(SOL_SOCKET, SO_ERROR);
  }

  get readable(): boolean {
    return this.#socket.readable;
  }

  get pending(): number {
    const { packets, drops } = this.#socket.totals();
    return packets - drops - this.#shown;
  }

  get drops(): number {
    return this.#socket.drops;
  }

  async waitReadable(signal: AbortSignal): Promise<void> {
    await this.#socket.waitReadable(signal);
  }

  drain(handler: SourceHandler): boolean {
    const show = this.linkType === LinkType.ETHERNET ? this.#tagged(handler) : handler;
    try {
      const end = performance.now() + TURN_MS;
      for (let count = -1; count !== 0 && performance.now() < end; this.#shown += count) count = this.#socket.drain(show, 1);
      return false;
    } catch (error) {
      // Down, or gone; what was captured before is still there.
      if (isKernelError(error, 'ENETDOWN')) return true;
      throw error;
    }
  }

  /** Puts VLAN tags back where the kernel, or the device, has taken them out. */
  #tagged(handler: SourceHandler): PacketHandler {
    return (bytes, offset, length, info) => {
      const { vlan } = info;
      if (vlan === 0 || length < TAG_AT) {
        handler(bytes, offset, length, info);
        return;
      }
      const start = offset - TAG;
      bytes.copyWithin(start, offset, offset + TAG_AT);
      for (let i = 0; i < TAG; i += 1) bytes[start + TAG_AT + i] = vlan >>> (8 * (TAG - 1 - i));
      const { sec, nsec, protocol, pktType, origLength } = info;
      handler(bytes, start, Math.min(length + TAG, this.#snaplen), { sec, nsec, protocol, pktType, origLength: origLength + TAG });
    };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/**
 * Checks that something can be captured from an interface.
 *
 * @throws Failure: it is down
 */
export function checkUp({ name, flags }: Pick<Link, 'name' | 'flags'>): void {
  if ((flags & IFF_UP) === 0) throw new Failure(`${name} is down, and sees nothing: ip link set ${name} up`);
}

function blockSizeOf(buffer: number): number {
  let size: number = BLOCK.most;
  while (size > BLOCK.least && size * BLOCKS > buffer) size /= 2;
  return size;
}

function linkTypeOf(name: string, type: number): number {
  switch (type) {
    case ARPHRD_NETLINK:
      return LinkType.NETLINK;
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK:
      return LinkType.ETHERNET;
    default:
      throw new Failure(`${name}: captures of interfaces of type ${String(type)} are not known; an nlmon interface has type ${String(ARPHRD_NETLINK)}`);
  }
}
