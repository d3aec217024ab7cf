import { Block, PCAP_MAGIC_MICRO, PCAP_MAGIC_NANO } from './block-types.ts';
import type { CaptureFormat } from './capture-format.ts';
import { PacketView, type CaptureEnd, type CaptureHandler } from './packet-view.ts';
import { PcapFormat } from './pcap-format.ts';
import { PcapngFormat } from './pcapng-format.ts';

const NOTHING = new Uint8Array(0);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a capture that is not compressed.
 *
 * Packets are passed on where they stand in the chunk. Only a block that goes over the end of a chunk is copied, so memory does
 * not grow with the file, nor with the lengths that a hostile file claims.
 */
export class BlockReader {
  readonly #handler: CaptureHandler;
  readonly #packet: PacketView = new PacketView();
  #format: CaptureFormat | undefined;
  #pending: Uint8Array = NOTHING;
  #pendingLength = 0;
  #needed = 4;
  #skip = 0;
  #whole = 0;
  #malformed: string | undefined;

  /**
   * @param handler - told what is found; what it throws comes out of {@link feed}
   */
  constructor(handler: CaptureHandler) {
    this.#handler = handler;
  }

  /**
   * Takes the next octets of the file.
   *
   * @param chunk - they are the caller's again when this returns
   * @returns whether more are wanted: `false` once the file is malformed
   */
  feed(chunk: Uint8Array): boolean {
    let at = this.#skipOver(chunk);
    while (this.#pendingLength > 0 && at < chunk.length && this.#malformed === undefined) at = this.#complete(chunk, at);
    if (at < chunk.length && this.#malformed === undefined) this.#walk(chunk, at);
    return this.#malformed === undefined;
  }

  /**
   * Says how the capture ended, once all octets were fed.
   */
  end(): CaptureEnd {
    const offset = this.#whole;
    if (this.#malformed !== undefined) return { kind: 'malformed', offset, message: this.#malformed };
    const missing = this.#skip > 0 ? this.#skip : this.#needed - this.#pendingLength;
    if (this.#skip > 0 || this.#pendingLength > 0 || offset === 0) {
      return { kind: 'truncated', offset, message: `at least ${String(missing)} octets are missing` };
    }
    return { kind: 'complete', offset };
  }

  /** Goes over what remains of a block that nobody wants. */
  #skipOver(chunk: Uint8Array): number {
    if (this.#skip === 0) return 0;
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    this.#whole += this.#skip === 0 ? this.#skipped : 0;
    return skipped;
  }

  // The length of the block that is being skipped.
  #skipped = 0;

  /** Adds to a block that began in an earlier chunk, no more than it needs. Gives where the chunk goes on. */
  #complete(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#needed - this.#pendingLength);
    this.#keep(chunk, at, end);
    if (this.#pendingLength < this.#needed) return end;
    const length = this.#step(this.#pending, viewOf(this.#pending), 0, this.#pendingLength);
    if (length === 0) return end;
    const had = this.#pendingLength;
    this.#pendingLength = 0;
    if (length < 0) return end;
    // A block ends where its need ended, or it is to be skipped.
    if (length > had) return end + this.#begin(length, had, chunk.length - end);
    this.#whole += length;
    return end;
  }

  /** Passes on the blocks that stand in the chunk as a whole, and keeps what is left. */
  #walk(chunk: Uint8Array, start: number): void {
    const view = viewOf(chunk);
    let at = start;
    while (at < chunk.length) {
      const available = chunk.length - at;
      const length = this.#step(chunk, view, at, available);
      if (length < 0) return;
      if (length === 0) {
        this.#keep(chunk, at, chunk.length);
        return;
      }
      if (length > available) {
        this.#begin(length, available, 0);
        return;
      }
      at += length;
      this.#whole += length;
    }
  }

  /** Starts to skip a block of which some octets are gone already. Gives how many of the chunk's are skipped. */
  #begin(length: number, gone: number, available: number): number {
    const rest = length - gone;
    const skipped = Math.min(rest, available);
    this.#skip = rest - skipped;
    this.#skipped = length;
    if (this.#skip === 0) this.#whole += length;
    return skipped;
  }

  #step(bytes: Uint8Array, view: DataView, at: number, available: number): number {
    const format = (this.#format ??= this.#detect(view, at, available));
    if (format === undefined) return this.#malformed === undefined ? 0 : -1;
    const length = format.step(bytes, view, at, available);
    if (length === 0) this.#needed = format.needed;
    else if (length < 0) this.#malformed = format.message;
    else this.#needed = 4;
    return length;
  }

  #detect(view: DataView, at: number, available: number): CaptureFormat | undefined {
    this.#needed = 4;
    if (available < 4) return undefined;
    for (const little of [true, false]) {
      const magic = view.getUint32(at, little);
      if (magic === Block.SECTION_HEADER) return new PcapngFormat(this.#handler, this.#packet);
      if (magic === PCAP_MAGIC_MICRO || magic === PCAP_MAGIC_NANO) {
        return new PcapFormat(this.#handler, this.#packet, little, magic === PCAP_MAGIC_NANO);
      }
    }
    this.#malformed = 'neither pcapng nor pcap';
    return undefined;
  }

  /** Appends to the octets of the block that is not whole yet: room grows with what has come, not with what is claimed. */
  #keep(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#pendingLength + end - start;
    if (length > this.#pending.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#pending.length, 4096));
      larger.set(this.#pending.subarray(0, this.#pendingLength));
      this.#pending = larger;
    }
    this.#pending.set(chunk.subarray(start, end), this.#pendingLength);
    this.#pendingLength = length;
  }
}
