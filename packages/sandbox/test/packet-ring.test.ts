import { tpacket2_hdr, sockaddr_ll } from '@netdevkit/bindings';
import type { ReceivedPacket } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import { PacketRing, readRingLayout } from '../src/packet-ring.ts';

function request(blockSize: number, blocks: number, frameSize: number, frames: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(blockSize, blocks, frameSize, frames).buffer);
}

function packet(length: number, over: Partial<ReceivedPacket> = {}): ReceivedPacket {
  const from = { protocol: 0x0800, ifindex: 3, hatype: 1, pktType: 4, address: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  return { bytes: new Uint8Array(length).fill(0xab), length, flags: 0, from, sec: 5, nsec: 6, networkOffset: 14, ...over };
}

describe('readRingLayout', () => {
  it('takes what Linux takes', () => {
    expect(readRingLayout(request(4096, 2, 2048, 4), 0)).toMatchObject({ frames: 4 });
    expect(readRingLayout(request(4096, 1, 1360, 3), 0)).toMatchObject({ frames: 3 });
    expect(readRingLayout(request(0, 0, 0, 0), 0)).toBeUndefined();
  });

  it.each([
    ['no whole pages', request(4000, 1, 2000, 2)],
    ['frames of no multiple of 16', request(4096, 1, 2049, 1)],
    ['frames without room for a header', request(4096, 1, 48, 85)],
    ['another number of frames than fit', request(4096, 1, 2048, 3)],
    ['frames without blocks', request(4096, 0, 2048, 3)],
    ['a frame larger than a block', request(4096, 1, 8192, 0)],
    ['half a request', new Uint8Array(8)],
  ])('refuses %s', (_, value) => {
    expect(() => readRingLayout(value, 0)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('refuses what no program needs', () => {
    expect(() => readRingLayout(request(1 << 30, 4, 65536, 65536), 0)).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
  });
});

describe('PacketRing', () => {
  const layout = { blockSize: 4096, blocks: 2, frameSize: 1360, frames: 6, reserve: 0 };
  const ringOf = (raw: boolean, over = {}): { ring: PacketRing; view: DataView; bytes: Uint8Array } => {
    const bytes = new Uint8Array(8192);
    return { ring: new PacketRing(bytes, { ...layout, ...over }, raw), view: new DataView(bytes.buffer), bytes };
  };

  it('writes a header, an address and the packet', () => {
    const { ring, view, bytes } = ringOf(true);
    expect(ring.readable).toBe(false);
    ring.write(packet(100));
    expect(tpacket2_hdr.tp_status(view, 0)).toBe(1);
    expect([tpacket2_hdr.tp_len(view, 0), tpacket2_hdr.tp_snaplen(view, 0), tpacket2_hdr.tp_sec(view, 0), tpacket2_hdr.tp_nsec(view, 0)]).toEqual([100, 100, 5, 6]);
    // From net/packet/af_packet.c:tpacket_rcv, with 52 octets of header and 14 of Ethernet.
    expect([tpacket2_hdr.tp_mac(view, 0), tpacket2_hdr.tp_net(view, 0)]).toEqual([66, 80]);
    expect([sockaddr_ll.sll_ifindex(view, 32), sockaddr_ll.sll_halen(view, 32)]).toEqual([3, 6]);
    expect([bytes[65], bytes[66], bytes[165], bytes[166]]).toEqual([0, 0xab, 0xab, 0]);
    expect(ring.readable).toBe(true);
  });

  it('has no hardware header in front on SOCK_DGRAM, and leaves the program its room', () => {
    const { ring, view } = ringOf(false, { reserve: 32 });
    ring.write(packet(10));
    expect([tpacket2_hdr.tp_mac(view, 0), tpacket2_hdr.tp_net(view, 0)]).toEqual([112, 112]);
  });

  it('cuts what is longer than a frame', () => {
    const { ring, view, bytes } = ringOf(true);
    ring.write(packet(5000));
    expect([tpacket2_hdr.tp_len(view, 0), tpacket2_hdr.tp_snaplen(view, 0)]).toEqual([5000, 1360 - 66]);
    expect(bytes[1360]).toBe(0);
  });

  it('goes from block to block and round, and stops where the program has yet to read', () => {
    const { ring, view } = ringOf(true);
    const offsets = [0, 1360, 2720, 4096, 5456, 6816];
    for (const at of offsets) {
      expect(ring.hasRoom).toBe(true);
      ring.write(packet(1));
      expect(tpacket2_hdr.tp_status(view, at)).toBe(1);
    }
    expect(ring.hasRoom).toBe(false);
    tpacket2_hdr.set_tp_status(view, 0, 0);
    expect(ring.hasRoom).toBe(true);
    expect(ring.readable).toBe(true);
    tpacket2_hdr.set_tp_status(view, 6816, 0);
    expect(ring.readable).toBe(false);
  });
});
