import { TP_STATUS_BLK_TMO, TP_STATUS_USER } from '@netdevkit/bindings';
import { Memory } from '@netdevkit/libc/unsafe';
import { describe, expect, it } from 'vitest';
import { PacketRing } from '../src/packet-ring.unsafe.ts';

const BLOCK = 4096;
const BLOCKS = 16;
const TIMEOUT = 20;
/** Where the first packet of a block is. */
const FIRST = 48;
const STRIDE = 128;
const MAC = 96;

/** A ring that nobody but the test writes to. */
class Rig {
  readonly memory: Memory = new Memory({ address: 0, buffer: new ArrayBuffer(BLOCK * BLOCKS), unmap: () => 0 });
  readonly ring: PacketRing;

  constructor(timeout: number = TIMEOUT) {
    this.ring = new PacketRing(this.memory, BLOCK, BLOCKS, timeout);
  }

  /** Hands a block over: C twin struct tpacket_block_desc, with packets of 20 octets. */
  give(number: number, packets: number, options: { readonly status?: number; readonly milliseconds?: number } = {}): void {
    const { status = TP_STATUS_USER, milliseconds = 0 } = options;
    const { view } = this.memory;
    const base = number * BLOCK;
    view.setUint32(base + 8, status, true);
    view.setUint32(base + 12, packets, true);
    view.setUint32(base + 16, FIRST, true);
    view.setUint32(base + 32, 1_700_000_000, true);
    view.setUint32(base + 36, 999_000_000, true);
    const last = 999_000_000 + milliseconds * 1_000_000;
    view.setUint32(base + 40, 1_700_000_000 + Math.floor(last / 1e9), true);
    view.setUint32(base + 44, last % 1e9, true);
    for (let i = 0; i < packets; i += 1) {
      const at = base + FIRST + i * STRIDE;
      view.setUint32(at, i === packets - 1 ? 0 : STRIDE, true);
      view.setUint32(at + 12, 20, true);
      // tp_net is no part of tp_mac.
      view.setUint16(at + 24, MAC, true);
      view.setUint16(at + 26, 0xffff, true);
    }
  }

  status(number: number): number {
    return this.memory.view.getUint32(number * BLOCK + 8, true);
  }
}

describe('PacketRing', () => {
  it('shows packets where they are, and gives each block back', () => {
    const rig = new Rig();
    rig.give(0, 3);
    rig.give(1, 1);
    const seen: number[][] = [];
    expect(rig.ring.drain((_bytes, offset, length) => seen.push([offset, length]))).toBe(4);
    expect(seen).toEqual([
      [FIRST + MAC, 20],
      [FIRST + STRIDE + MAC, 20],
      [FIRST + 2 * STRIDE + MAC, 20],
      [BLOCK + FIRST + MAC, 20],
    ]);
    expect([rig.status(0), rig.status(1), rig.ring.readable]).toEqual([0, 0, false]);
  });

  it('refuses packets that are not in their block, and goes on with the next', () => {
    for (const spoil of [
      (view: DataView) => view.setUint32(FIRST + 12, BLOCK, true),
      (view: DataView) => view.setUint32(FIRST + 12, 0xffff_ffff, true),
      (view: DataView) => view.setUint32(FIRST, 0xffff_fff8, true),
      (view: DataView) => view.setUint32(FIRST, BLOCK, true),
      (view: DataView) => view.setUint32(16, BLOCK * BLOCKS, true),
      (view: DataView) => view.setUint32(16, 0x8000_0000, true),
    ]) {
      const rig = new Rig();
      rig.give(0, 2);
      rig.give(1, 1);
      spoil(rig.memory.view);
      let shown = 0;
      expect(() => rig.ring.drain(() => (shown += 1))).toThrow(/expected a packet inside its block/);
      expect(shown).toBe(0);
      expect(rig.status(0)).toBe(0);
      expect(rig.ring.drain(() => (shown += 1))).toBe(1);
    }
  });

  it('needs nobody to look as long as an eighth of it takes, at most a block’s time', () => {
    const after = (milliseconds: number, options: { readonly status?: number; readonly timeout?: number } = {}): number => {
      const rig = new Rig(options.timeout);
      rig.give(0, 2, { milliseconds, status: options.status ?? TP_STATUS_USER });
      rig.ring.drain(() => {});
      const rest = rig.ring.rest();
      // Asked again, nothing has come since.
      expect(rig.ring.rest()).toBe(0);
      return rest;
    };
    expect(after(5)).toBe(10);
    expect(after(8)).toBe(16);
    expect(after(15)).toBe(20);
    expect(after(4, { timeout: 6 })).toBe(6);
    // It would be looked at more often than it is handed over.
    expect(after(15, { timeout: 6 })).toBe(0);
    // Too fast for a timer, too slow to fill a block; and a clock that was set back.
    expect(after(0.4)).toBe(0);
    expect(after(20, { status: TP_STATUS_USER | TP_STATUS_BLK_TMO })).toBe(0);
    expect(after(-500)).toBe(0);
  });

  it('is not left alone while there is something to read', () => {
    const rig = new Rig();
    rig.give(0, 2, { milliseconds: 8 });
    rig.give(1, 2, { milliseconds: 8 });
    rig.ring.drain(() => {}, 1);
    expect(rig.ring.rest()).toBe(0);
  });
});
