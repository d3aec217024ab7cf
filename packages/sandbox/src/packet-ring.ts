import { TPACKET2_HDRLEN, TPACKET_ALIGNMENT, TP_STATUS_KERNEL, TP_STATUS_USER, sockaddr_ll, tpacket2_hdr, tpacket_req } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import type { ReceivedPacket } from '@netdevkit/kernel';

/** A page of memory, of which blocks are whole numbers. */
const PAGE = 4096;
/** No program needs more; a hostile one would like to. */
const LARGEST = 1 << 28;
/** From net/packet/af_packet.c:tpacket_rcv: the least room for a hardware header. */
const HEADER_ROOM = 16;

/** How a ring is laid out: `struct tpacket_req`. */
export interface RingLayout {
  readonly blockSize: number;
  readonly blocks: number;
  readonly frameSize: number;
  readonly frames: number;
  /** PACKET_RESERVE: octets between the header and the packet that are the program's. */
  readonly reserve: number;
}

/**
 * Reads what PACKET_RX_RING asks for. From net/packet/af_packet.c:packet_set_ring.
 *
 * @returns the layout; `undefined` for no ring
 * @throws KernelError `EINVAL`; `ENOMEM`: more than a quarter of a GiB
 */
export function readRingLayout(value: Uint8Array, reserve: number): RingLayout | undefined {
  if (value.length < tpacket_req.SIZE) throw invalid();
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const blockSize = tpacket_req.tp_block_size(view, 0);
  const blocks = tpacket_req.tp_block_nr(view, 0);
  const frameSize = tpacket_req.tp_frame_size(view, 0);
  const frames = tpacket_req.tp_frame_nr(view, 0);
  if (blocks === 0) {
    if (frames !== 0) throw invalid();
    return undefined;
  }
  if (blockSize === 0 || blockSize > 0x7fff_ffff || blockSize % PAGE !== 0) throw invalid();
  if (frameSize < TPACKET2_HDRLEN + reserve || frameSize % TPACKET_ALIGNMENT !== 0) throw invalid();
  const perBlock = Math.floor(blockSize / frameSize);
  if (perBlock === 0 || perBlock * blocks !== frames) throw invalid();
  if (blockSize * blocks > LARGEST) throw new KernelError('ENOMEM', undefined, { op: 'setsockopt' });
  return { blockSize, blocks, frameSize, frames, reserve };
}

/**
 * A ring of packets in memory that a program shares, version 2.
 *
 * C twin: PACKET_RX_RING with TPACKET_V2 (include/uapi/linux/if_packet.h).
 *
 * ```
 *  block 0                                  block 1
 * ┌─────────┬─────────┬─────────┬─────────┐┌────────
 * │ frame 0 │ frame 1 │ frame 2 │ (rest)  ││ frame 3   tp_status says whose a frame is
 * └─────────┴─────────┴─────────┴─────────┘└────────
 * ```
 */
export class PacketRing {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #layout: RingLayout;
  /** Whether headers of the hardware are in front: not on SOCK_DGRAM. */
  readonly #raw: boolean;
  #next = 0;

  /** @param memory - as long as all blocks, zeroed */
  constructor(memory: Uint8Array, layout: RingLayout, raw: boolean) {
    this.#bytes = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.length);
    this.#layout = layout;
    this.#raw = raw;
  }

  /** Whether the next frame is the kernel's. */
  get hasRoom(): boolean {
    return this.#status(this.#next) === TP_STATUS_KERNEL;
  }

  /** Whether the program has yet to look at the frame that was written last: what poll(2) asks. */
  get readable(): boolean {
    return this.#status((this.#next + this.#layout.frames - 1) % this.#layout.frames) !== TP_STATUS_KERNEL;
  }

  /** Writes a packet into the next frame, which must be the kernel's, and gives it to the program. */
  write(packet: ReceivedPacket): void {
    const { frameSize, frames, reserve } = this.#layout;
    const at = this.#offset(this.#next);
    const header = this.#raw ? Math.max(packet.networkOffset, 0) : 0;
    const network = aligned(TPACKET2_HDRLEN) + HEADER_ROOM + reserve;
    const net = this.#raw ? aligned(TPACKET2_HDRLEN + Math.max(header, HEADER_ROOM)) + reserve : network;
    const mac = net - header;
    const view = this.#view;
    const snaplen = Math.max(Math.min(packet.bytes.length, frameSize - mac), 0);
    this.#bytes.set(packet.bytes.subarray(0, snaplen), at + mac);
    tpacket2_hdr.set_tp_len(view, at, packet.length);
    tpacket2_hdr.set_tp_snaplen(view, at, snaplen);
    tpacket2_hdr.set_tp_mac(view, at, mac);
    tpacket2_hdr.set_tp_net(view, at, net);
    tpacket2_hdr.set_tp_sec(view, at, packet.sec);
    tpacket2_hdr.set_tp_nsec(view, at, packet.nsec);
    tpacket2_hdr.set_tp_vlan_tci(view, at, 0);
    tpacket2_hdr.set_tp_vlan_tpid(view, at, 0);
    this.#writeAddress(at + aligned(tpacket2_hdr.SIZE), packet);
    this.#next = (this.#next + 1) % frames;
    // Last, and as one: from here on the program may look.
    Atomics.store(new Int32Array(this.#view.buffer, this.#view.byteOffset + at, 1), 0, TP_STATUS_USER);
  }

  #writeAddress(at: number, { from }: ReceivedPacket): void {
    const view = this.#view;
    sockaddr_ll.set_sll_family(view, at, 17);
    sockaddr_ll.set_sll_protocol(view, at, from.protocol);
    sockaddr_ll.set_sll_ifindex(view, at, from.ifindex);
    sockaddr_ll.set_sll_hatype(view, at, from.hatype);
    sockaddr_ll.set_sll_pkttype(view, at, from.pktType);
    sockaddr_ll.set_sll_halen(view, at, from.address.length);
    this.#bytes.set(from.address, at + sockaddr_ll.FIELDS.sll_addr.offset);
  }

  #status(frame: number): number {
    return Atomics.load(new Int32Array(this.#view.buffer, this.#view.byteOffset + this.#offset(frame), 1), 0);
  }

  #offset(frame: number): number {
    const { blockSize, frameSize } = this.#layout;
    const perBlock = Math.floor(blockSize / frameSize);
    return Math.floor(frame / perBlock) * blockSize + (frame % perBlock) * frameSize;
  }
}

function aligned(length: number): number {
  return (length + TPACKET_ALIGNMENT - 1) & ~(TPACKET_ALIGNMENT - 1);
}

function invalid(): KernelError {
  return new KernelError('EINVAL', undefined, { op: 'setsockopt' });
}
