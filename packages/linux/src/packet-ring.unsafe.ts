import {
  ETH_P_8021Q,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_VERSION,
  SOL_PACKET,
  TPACKET_V3,
  TP_STATUS_BLK_TMO,
  TP_STATUS_USER,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
  sockaddr_ll,
  tpacket3_hdr,
  tpacket_block_desc,
  tpacket_hdr_v1,
  tpacket_hdr_variant1,
  tpacket_req3,
} from '@netdevkit/bindings';
import { KernelError, kernelError } from '@netdevkit/errno';
import type { Descriptor, Memory } from '@netdevkit/libc/unsafe';
import { octetsOfInt } from './octets.ts';
import type { PacketHandler, PacketInfo, RingOptions } from './packet-types.ts';
import type { System } from './system.unsafe.ts';

const MIB = 1 << 20;
const PAGE = 4096;
/** The kernel counts frames, though version 3 packs them without regard to their size. */
const FRAME = 2048;

const BH = tpacket_block_desc.FIELDS.bh1.offset;
const STATUS_AT = BH + tpacket_hdr_v1.FIELDS.block_status.offset;
const COUNT_AT = BH + tpacket_hdr_v1.FIELDS.num_pkts.offset;
const FIRST_AT = BH + tpacket_hdr_v1.FIELDS.offset_to_first_pkt.offset;
const FIRST_TIME_AT = BH + tpacket_hdr_v1.FIELDS.ts_first_pkt.offset;
const LAST_TIME_AT = BH + tpacket_hdr_v1.FIELDS.ts_last_pkt.offset;
/** `TPACKET_ALIGN(sizeof(struct tpacket3_hdr))`: where a packet's `sockaddr_ll` is. */
const ADDRESS_AT = tpacket3_hdr.SIZE;
const VLAN_AT = tpacket3_hdr.FIELDS.hv1.offset;
// Of a packet's header, in words of 32 bits: from net/packet/af_packet.c:prb_fill_curr_block, each begins at a multiple of 8.
const NEXT = tpacket3_hdr.FIELDS.tp_next_offset.offset >>> 2;
const LENGTH = tpacket3_hdr.FIELDS.tp_snaplen.offset >>> 2;
/** `tp_mac` is the lower half of it. */
const MAC = tpacket3_hdr.FIELDS.tp_mac.offset >>> 2;
/** The part of a ring that may be filled while nobody looks. */
const SHARE = 8;
/** The shortest and the longest time that nobody looks, in milliseconds: what a timer can do, and what nobody minds. */
const REST = { least: 1, most: 20 };

/** What the kernel wrote in front of a packet, read when it is asked for. */
class Info implements PacketInfo {
  readonly #view: DataView;
  /** Where the packet's `tpacket3_hdr` is. */
  at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  get sec(): number {
    return tpacket3_hdr.tp_sec(this.#view, this.at);
  }

  get nsec(): number {
    return tpacket3_hdr.tp_nsec(this.#view, this.at);
  }

  get origLength(): number {
    return tpacket3_hdr.tp_len(this.#view, this.at);
  }

  get vlan(): number {
    const view = this.#view;
    const status = tpacket3_hdr.tp_status(view, this.at);
    if ((status & TP_STATUS_VLAN_VALID) === 0) return 0;
    const at = this.at + VLAN_AT;
    const tpid = (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : tpacket_hdr_variant1.tp_vlan_tpid(view, at);
    return ((tpid << 16) | tpacket_hdr_variant1.tp_vlan_tci(view, at)) >>> 0;
  }

  get protocol(): number {
    return sockaddr_ll.sll_protocol(this.#view, this.at + ADDRESS_AT);
  }

  get ifindex(): number {
    return sockaddr_ll.sll_ifindex(this.#view, this.at + ADDRESS_AT);
  }

  get hatype(): number {
    return sockaddr_ll.sll_hatype(this.#view, this.at + ADDRESS_AT);
  }

  get pktType(): number {
    return sockaddr_ll.sll_pkttype(this.#view, this.at + ADDRESS_AT);
  }
}

/**
 * The ring of a packet socket, version 3: blocks of packets that the kernel hands over one by one and gets back when they
 * were read. No call, no copy and no allocation for a packet.
 *
 * ```
 *   block_desc | tpacket3_hdr sockaddr_ll  headroom packet | tpacket3_hdr … |   next block …
 *              ^ offset_to_first_pkt                ^ tp_mac ^ tp_next_offset
 * ```
 *
 * @remarks
 * # Invariants
 * A block is read only while its status says TP_STATUS_USER, and given back once, after its last packet. The kernel's
 * offsets are taken as they are but for one thing: a packet must lie inside its block.
 */
export class PacketRing {
  readonly #memory: Memory;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #blockSize: number;
  readonly #blocks: number;
  readonly #info: Info;
  #block = 0;
  /** Where the next packet is in a block that was begun, and how many there are left. */
  #next = 0;
  #left = 0;
  #isShowing = false;
  #closed = false;
  readonly #mostRest: number;
  /** Of the blocks since {@link rest} was asked for last: how long the last full one took to be filled, in milliseconds. */
  #filling: number | undefined;

  /**
   * @param memory - the mapping, which is this object's from now on
   * @param blockSize - octets of a block
   * @param blocks - how many there are
   * @param timeout - after how many milliseconds a block is handed over that is not full
   */
  constructor(memory: Memory, blockSize: number, blocks: number, timeout: number) {
    this.#memory = memory;
    this.#bytes = memory.bytes;
    this.#words = new Int32Array(memory.bytes.buffer);
    this.#info = new Info(memory.view);
    this.#blockSize = blockSize;
    this.#blocks = blocks;
    this.#mostRest = Math.min(REST.most, timeout);
  }

  /** How many octets it has. */
  get size(): number {
    return this.#blockSize * this.#blocks;
  }

  /** Whether there is a packet to read. */
  get readable(): boolean {
    return this.#left > 0 || this.#isMine();
  }

  /**
   * For how many milliseconds nobody needs to look, given what came since this was asked for last.
   *
   * @remarks
   * A block that was full before its time means that the next will be, too, and to be woken for each costs more than to read it. Whoever
   * looks after a block's time has several at once, no later than where packets are few; but never so many that the ring may overflow.
   */
  rest(): number {
    const filling = this.#filling;
    this.#filling = undefined;
    if (filling === undefined || this.readable) return 0;
    const rest = Math.min(this.#mostRest, (filling * this.#blocks) / SHARE);
    return rest < Math.max(REST.least, filling) ? 0 : rest;
  }

  /**
   * Shows packets, in order.
   *
   * @param handler - told of each; when it throws, that packet counts as read
   * @param blocks - how many blocks at most
   * @returns how many packets there were
   * @throws KernelError `EBUSY`: it is the handler that asks
   */
  drain(handler: PacketHandler, blocks: number = this.#blocks): number {
    if (this.#isShowing) throw new KernelError('EBUSY', 'packets are being shown', { op: 'recvmsg' });
    let count = 0;
    for (let done = 0; done < blocks && !this.#closed; done += 1) {
      if (this.#left === 0 && !this.#begin()) break;
      count += this.#showBlock(handler);
    }
    return count;
  }

  /** Ends the mapping; the socket closes the ring. */
  close(): void {
    this.#left = 0;
    this.#closed = true;
    this.#memory.close();
  }

  #isMine(): boolean {
    // Atomics: what the kernel wrote before the status must not be read before it.
    return (Atomics.load(this.#words, (this.#block * this.#blockSize + STATUS_AT) >>> 2) & TP_STATUS_USER) !== 0;
  }

  #begin(): boolean {
    if (!this.#isMine()) return false;
    const base = this.#block * this.#blockSize;
    this.#left = this.#words[(base + COUNT_AT) >>> 2] ?? 0;
    if (((this.#words[(base + STATUS_AT) >>> 2] ?? 0) & TP_STATUS_BLK_TMO) === 0) this.#filling = this.#timeAt(base + LAST_TIME_AT) - this.#timeAt(base + FIRST_TIME_AT);
    this.#next = base + (this.#words[(base + FIRST_AT) >>> 2] ?? 0);
    return true;
  }

  /** A time of a block's header, in milliseconds. */
  #timeAt(at: number): number {
    return (this.#words[at >>> 2] ?? 0) * 1000 + (this.#words[(at >>> 2) + 1] ?? 0) / 1e6;
  }

  #giveBack(): void {
    Atomics.store(this.#words, (this.#block * this.#blockSize + STATUS_AT) >>> 2, 0);
    this.#block = (this.#block + 1) % this.#blocks;
  }

  /**
   * Shows what is left of a block, and gives it back. For a packet nothing but the handler is called, and what else is known of it is
   * read by whoever asks: most of the time goes by waiting for memory.
   */
  #showBlock(handler: PacketHandler): number {
    const words = this.#words;
    const bytes = this.#bytes;
    const info = this.#info;
    const end = (this.#block + 1) * this.#blockSize;
    let at = this.#next;
    let left = this.#left;
    let count = 0;
    this.#isShowing = true;
    try {
      while (left > 0) {
        const word = at >>> 2;
        const next = at + (words[word + NEXT] ?? 0);
        const length = words[word + LENGTH] ?? 0;
        const offset = at + ((words[word + MAC] ?? 0) & 0xffff);
        left -= 1;
        // What is no such number of octets is negative here.
        if (offset < 0 || length < 0 || offset + length > end || (left > 0 && (next <= at || next >= end))) {
          left = 0;
          throw new RangeError(`ring: expected a packet inside its block, got ${String(length)} octets at ${String(offset)}`);
        }
        info.at = at;
        at = next;
        count += 1;
        handler(bytes, offset, length, info);
        if (this.#closed) left = 0;
      }
    } finally {
      this.#isShowing = false;
      this.#next = at;
      this.#left = left;
      // INVARIANT: also after a handler that threw. It may have closed the ring.
      if (left === 0 && !this.#closed) this.#giveBack();
    }
    return count;
  }
}

/**
 * Makes the ring of a packet socket that is not bound yet.
 *
 * C twin: `PACKET_RX_RING` and `mmap`.
 *
 * @throws KernelError `ENOMEM`: there is not so much memory in one piece; `EINVAL`: no such block size; `EBUSY`
 */
export function openRing(system: System, socket: Descriptor, options: RingOptions): PacketRing {
  const { size = 32 * MIB, blockSize = MIB / 4, timeout = 20, headroom = 0 } = options;
  if (!Number.isSafeInteger(blockSize) || blockSize < PAGE || (blockSize & (blockSize - 1)) !== 0) {
    throw new RangeError(`blockSize: expected a power of two from ${String(PAGE)} up, got ${String(blockSize)}`);
  }
  const blocks = Math.max(2, Math.ceil(size / blockSize));
  if (!Number.isSafeInteger(blocks) || blocks * blockSize > 0xffff_ffff) throw new RangeError(`size: expected less than 4 GiB, got ${String(size)}`);
  set(system, socket, PACKET_VERSION, octetsOfInt(TPACKET_V3), 'PACKET_VERSION');
  if (headroom > 0) set(system, socket, PACKET_RESERVE, octetsOfInt(headroom), 'PACKET_RESERVE');
  const request = new Uint8Array(tpacket_req3.SIZE);
  const view = new DataView(request.buffer);
  tpacket_req3.set_tp_block_size(view, 0, blockSize);
  tpacket_req3.set_tp_block_nr(view, 0, blocks);
  tpacket_req3.set_tp_frame_size(view, 0, FRAME);
  tpacket_req3.set_tp_frame_nr(view, 0, (blockSize / FRAME) * blocks);
  tpacket_req3.set_tp_retire_blk_tov(view, 0, timeout);
  set(system, socket, PACKET_RX_RING, request, 'PACKET_RX_RING');
  return new PacketRing(system.libc.map({ length: blockSize * blocks, fd: socket.fd }), blockSize, blocks, timeout);
}

function set(system: System, socket: Descriptor, name: number, value: Uint8Array, op: string): void {
  const result = system.setsockopt(socket, SOL_PACKET, name, value);
  if (result < 0) throw kernelError(result, op);
}
