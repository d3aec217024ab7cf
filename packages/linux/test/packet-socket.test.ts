import {
  AF_PACKET,
  ETH_P_ALL,
  IFF_UP,
  MSG_PEEK,
  PACKET_FANOUT_LB,
  PACKET_MR_PROMISC,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SKF_AD_OFF,
  SKF_AD_PROTOCOL,
  SOL_SOCKET,
  SO_RCVBUF,
} from '@netdevkit/bindings';
import { expect, it, vi } from 'vitest';
import { assemble, type HostPacketSocket, type RingOptions } from '../src/index.ts';
import { HostRig } from './host-rig.ts';
import { describeInNamespace } from './private-namespace.ts';

const code = (name: string): object => expect.objectContaining({ code: name });
const LO = 1;
const IPV4 = 0x0800;
const HEADER = 14;
const PATIENCE = 60_000;

/** A host, and a namespace whose `lo` is up. */
class Rig extends HostRig {
  constructor() {
    super();
    this.ip.link.set('lo', { up: true });
    expect(this.ip.link.show('lo').flags & IFF_UP).toBe(IFF_UP);
  }

  packets(type: number = SOCK_RAW, protocol = 0): HostPacketSocket {
    return this.host.socket(AF_PACKET, type, protocol, { namespace: this.namespace });
  }

  /** A socket with a ring for what comes in. */
  ring(options: RingOptions): HostPacketSocket {
    const socket = this.packets();
    socket.openRing(options);
    socket.bind({ protocol: 0x88b5, ifindex: LO });
    socket.ignoreOutgoing();
    return socket;
  }
}

/** An Ethernet frame to nobody with a number in it. */
function frame(number: number, length = 60, protocol = 0x88b5): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xee);
  bytes.fill(0, 0, 12);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, protocol);
  view.setUint32(HEADER, number);
  return bytes;
}

/** The number in a frame. */
function numberOf(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + HEADER);
}

/** Notes the numbers of frames, and throws at one of them. */
function objectTo(objectionable: number): { readonly seen: readonly number[]; readonly look: (bytes: Uint8Array, offset: number) => void } {
  const seen: number[] = [];
  const look = (bytes: Uint8Array, offset: number): void => {
    const number = numberOf(bytes, offset);
    seen.push(number);
    if (number === objectionable) throw new Error('not this one');
  };
  return { seen, look };
}

const to = { ifindex: LO, protocol: 0x88b5 };

// Without the right to make namespaces there is none to try things in.
describeInNamespace('HostPacketSocket', () => {
  it('receives what is sent, with its sender and its time', async () => {
    using rig = new Rig();
    using receiver = rig.packets();
    receiver.bind({ protocol: ETH_P_ALL, ifindex: LO });
    receiver.ignoreOutgoing();
    expect(receiver.receive()).toBeUndefined();
    const before = Date.now() / 1000;
    expect(receiver.send(frame(7), { to })).toBe(60);
    await receiver.waitReadable();
    expect(receiver.receive({ buffer: new Uint8Array(20), flags: MSG_PEEK })).toMatchObject({ length: 60, flags: 0x20 });
    const packet = receiver.receive();
    expect(packet?.bytes).toEqual(frame(7));
    expect(packet).toMatchObject({ length: 60, flags: 0, from: { protocol: 0x88b5, ifindex: LO, hatype: 772 } });
    expect(packet?.sec).toBeGreaterThan(before - 5);
    expect(packet?.sec).toBeLessThan(Date.now() / 1000 + 5);
    expect(receiver.receive()).toBeUndefined();
    expect(receiver.getsockname()).toMatchObject({ protocol: ETH_P_ALL, ifindex: LO, hatype: 772 });
  });

  it('says what is wrong', () => {
    using rig = new Rig();
    using socket = rig.packets();
    expect(() => socket.bind({ protocol: ETH_P_ALL, ifindex: 999 })).toThrow(code('ENODEV'));
    expect(() => socket.send(frame(1))).toThrow(code('ENXIO'));
    expect(() => socket.receive({ flags: 0x1000_0000 })).toThrow(code('EINVAL'));
    expect(() => socket.attachFilter(new Uint8Array(7))).toThrow(RangeError);
    expect(() => socket.attachFilter(new Uint8Array(8).fill(0xff))).toThrow(code('EINVAL'));
    expect(() => socket.openRing({ blockSize: 5000 })).toThrow(RangeError);
    expect(() => socket.openRing({ size: 2 ** 40 })).toThrow(RangeError);
    socket.openRing({ size: 1 << 20, blockSize: 1 << 16 });
    expect(() => socket.openRing()).toThrow(code('EBUSY'));
    socket.close();
    expect(() => socket.receive()).toThrow(code('EBADF'));
    expect(() => socket.drain(() => {})).toThrow(code('EBADF'));
    expect(() => rig.host.socket(AF_PACKET, SOCK_STREAM, 0)).toThrow(code('ESOCKTNOSUPPORT'));
  });

  it('lets the kernel filter', () => {
    using rig = new Rig();
    using receiver = rig.packets();
    receiver.attachFilter(
      assemble([
        { op: 'load', size: 2, at: SKF_AD_OFF + SKF_AD_PROTOCOL },
        { op: 'jump', test: 'eq', value: IPV4, otherwise: 'no' },
        { op: 'return', length: 20 },
        { op: 'label', label: 'no' },
        { op: 'return', length: 0 },
      ]),
    );
    receiver.bind({ protocol: ETH_P_ALL, ifindex: LO });
    receiver.ignoreOutgoing();
    receiver.send(frame(1), { to });
    receiver.send(frame(2, 60, IPV4), { to: { ifindex: LO, protocol: IPV4 } });
    expect(receiver.receive()).toMatchObject({ length: 20, from: { protocol: IPV4 } });
    expect(receiver.receive()).toBeUndefined();
    receiver.detachFilter();
    receiver.send(frame(3), { to });
    expect(receiver.receive()?.length).toBe(60);
  });

  it('drains its queue, and counts what had no room', () => {
    using rig = new Rig();
    using receiver = rig.packets();
    using sender = rig.packets();
    receiver.setOption(SOL_SOCKET, SO_RCVBUF, 8192);
    receiver.bind({ protocol: 0x88b5, ifindex: LO });
    for (let number = 0; number < 100; number += 1) sender.send(frame(number), { to });
    const numbers: number[] = [];
    while (receiver.drain((bytes, offset) => numbers.push(numberOf(bytes, offset))) > 0);
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(receiver.drops).toBe(100 - numbers.length);
    expect(receiver.totals()).toEqual({ packets: 100, drops: 100 - numbers.length });
    expect(receiver.statistics()).toEqual({ packets: 0, drops: 0 });
  });

  it('asks devices for what it is told to', () => {
    using rig = new Rig();
    using socket = rig.packets();
    const membership = { ifindex: LO, type: PACKET_MR_PROMISC };
    socket.addMembership(membership);
    socket.dropMembership(membership);
    expect(() => socket.addMembership({ ...membership, ifindex: 999 })).toThrow(code('ENODEV'));
    expect(() => socket.addMembership({ ...membership, address: new Uint8Array(33) })).toThrow(RangeError);
  });

  it('sends what follows the header through a datagram socket', () => {
    using rig = new Rig();
    using receiver = rig.packets(SOCK_DGRAM, 0x88b5);
    using sender = rig.packets(SOCK_DGRAM);
    sender.send(Uint8Array.of(1, 2, 3), { to: { ...to, address: new Uint8Array(6) } });
    expect(receiver.receive()?.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('tells that the device went', async () => {
    using rig = new Rig();
    using receiver = rig.packets();
    receiver.openRing({ size: 1 << 20, blockSize: 1 << 16 });
    receiver.bind({ protocol: ETH_P_ALL, ifindex: LO });
    const waiting = receiver.waitReadable();
    rig.ip.link.set('lo', { up: false });
    await waiting;
    expect(() => receiver.drain(() => {})).toThrow(code('ENETDOWN'));
    expect(receiver.drain(() => {})).toBe(0);
  });
});

describeInNamespace('a ring', () => {
  it('shows every packet once, in order, across blocks and around its end', async () => {
    using rig = new Rig();
    using receiver = rig.packets();
    using sender = rig.packets();
    expect(receiver.openRing({ size: 1 << 18, blockSize: 1 << 16, timeout: 5, headroom: 16 })).toBe(1 << 18);
    receiver.bind({ protocol: 0x88b5, ifindex: LO });
    const numbers: number[] = [];
    const take = (): void => {
      receiver.drain((bytes, offset, length, info) => {
        const at = numberOf(bytes, offset);
        expect(length).toBe(60 + (at % 1000));
        expect(info).toMatchObject({ protocol: 0x88b5, ifindex: LO, origLength: length, hatype: 772 });
        expect(info.sec).toBeGreaterThan(1_600_000_000);
        // The headroom is the handler's.
        bytes.fill(0xaa, offset - 16, offset);
        numbers.push(at);
      });
    };
    const COUNT = 3000;
    for (let number = 0; number < COUNT; ) {
      for (let burst = 0; burst < 100; burst += 1) {
        sender.send(frame(number, 60 + (number % 1000)), { to });
        number += 1;
        // A slow machine fills no block in its time: there are as many as there are turns of the timer.
        if (receiver.readable) take();
      }
      while (numbers.length < number) {
        await receiver.waitReadable();
        take();
      }
    }
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(receiver.totals()).toEqual({ packets: COUNT, drops: 0 });
  });

  it('counts what had no room: sent is shown plus dropped', async () => {
    using rig = new Rig();
    using receiver = rig.packets();
    using sender = rig.packets();
    receiver.openRing({ size: 1 << 17, blockSize: 1 << 16, timeout: 5 });
    receiver.bind({ protocol: 0x88b5, ifindex: LO });
    const COUNT = 2000;
    for (let number = 0; number < COUNT; number += 1) sender.send(frame(number, 300), { to });
    let shown = 0;
    // The last block is handed over when its time is over.
    await vi.waitFor(() => {
      receiver.drain(() => (shown += 1));
      expect(shown + receiver.drops).toBe(COUNT);
    }, PATIENCE);
    expect(receiver.drops).toBeGreaterThan(0);
  });

  it('goes on after a handler that threw', async () => {
    using rig = new Rig();
    // A block is handed over when it is full, and not by its time, in which a slow machine may not get to send all that is to be in it.
    using receiver = rig.ring({ size: 1 << 17, blockSize: 1 << 16, timeout: PATIENCE });
    for (let number = 0; number < 6; number += 1) receiver.send(frame(number, 12_000), { to });
    await receiver.waitReadable();
    const { seen, look } = objectTo(2);
    expect(() => receiver.drain(look)).toThrow('not this one');
    expect(receiver.readable).toBe(true);
    expect(receiver.drain(look)).toBe(2);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('does not show a block again whose last packet was too much for the handler', async () => {
    using rig = new Rig();
    using receiver = rig.ring({ size: 1 << 18, blockSize: 1 << 16, timeout: 5 });
    for (let number = 0; number < 3; number += 1) receiver.send(frame(number), { to });
    const { seen, look } = objectTo(2);
    // The last may be in a block of its own, which is handed over later.
    await vi.waitFor(() => {
      expect(() => receiver.drain(look)).toThrow('not this one');
    }, PATIENCE);
    expect(receiver.drain(look)).toBe(0);
    receiver.send(frame(3), { to });
    await receiver.waitReadable();
    expect(receiver.drain(look)).toBe(1);
    expect(seen).toEqual([0, 1, 2, 3]);
    // Nor does a handler get at packets behind the ring's back.
    receiver.send(frame(4), { to });
    await receiver.waitReadable();
    let inner: unknown;
    const count = receiver.drain(() => {
      try {
        receiver.drain(() => expect.fail('shown twice'));
      } catch (error) {
        inner = error;
      }
    });
    expect(count).toBe(1);
    expect(inner).toMatchObject({ code: 'EBUSY' });
  });

  it('is left alone for a while when blocks are full, and not when a wait is given up', async () => {
    using rig = new Rig();
    using receiver = rig.ring({ size: 1 << 20, blockSize: 1 << 16, timeout: 20 });
    const takeFull = async (): Promise<void> => {
      for (let sent = 0; sent < 1 << 16; sent += 1000) {
        receiver.send(frame(sent, 1000), { to });
        // 16 blocks of 6 ms each: an eighth is 12 ms.
        if (sent === 1000) for (const end = performance.now() + 6; performance.now() < end; );
      }
      await receiver.waitReadable();
      while (receiver.drain(() => {}) > 0);
    };
    // A slow machine may need more than a block's time to fill it.
    await vi.waitFor(async () => {
      await takeFull();
      const start = performance.now();
      const waiting = receiver.waitReadable();
      for (let sent = 0; sent < 1 << 16; sent += 1000) receiver.send(frame(sent, 1000), { to });
      expect(receiver.readable).toBe(true);
      await waiting;
      expect(performance.now() - start).toBeGreaterThan(10);
    }, PATIENCE);
    await vi.waitFor(async () => {
      await takeFull();
      const given = new AbortController();
      // Unless what came behind the full block is handed over just then.
      const waiting = receiver.waitReadable(given.signal);
      given.abort(new Error('given up'));
      await expect(waiting).rejects.toThrow('given up');
    }, PATIENCE);
  });

  it('is cut where the filter says, and is gone with its socket', async () => {
    using rig = new Rig();
    using receiver = rig.packets();
    receiver.attachFilter(assemble([{ op: 'return', length: 30 }]));
    receiver.openRing({ size: 1 << 17, blockSize: 1 << 16, timeout: 5 });
    receiver.bind({ protocol: 0x88b5, ifindex: LO });
    receiver.ignoreOutgoing();
    receiver.send(frame(1, 100), { to });
    await receiver.waitReadable();
    let kept: Uint8Array | undefined;
    receiver.drain((bytes, _offset, length, info) => {
      kept = bytes;
      expect([length, info.origLength]).toEqual([30, 100]);
      // A handler may end it all.
      receiver.close();
    });
    expect(kept?.length).toBe(0);
  });

  it('shares the packets of a group', async () => {
    using rig = new Rig();
    using sender = rig.packets();
    const sockets = [0, 1].map(() => {
      const socket = rig.packets();
      socket.openRing({ size: 1 << 17, blockSize: 1 << 16, timeout: 5 });
      socket.bind({ protocol: 0x88b5, ifindex: LO });
      socket.fanout(4711, PACKET_FANOUT_LB);
      return socket;
    });
    expect(() => sender.fanout(70_000, 0)).toThrow(RangeError);
    const counts = [0, 0];
    const drain = (): void => {
      for (const [at, socket] of sockets.entries()) socket.drain(() => (counts[at] = (counts[at] ?? 0) + 1));
    };
    for (let number = 0; number < 100; number += 1) {
      sender.send(frame(number), { to });
      // Two blocks, each handed over after its time, full or not: on a slow machine both would be before all is sent.
      drain();
    }
    await vi.waitFor(() => {
      drain();
      expect(counts).toEqual([50, 50]);
    }, PATIENCE);
    for (const socket of sockets) socket.close();
  });
});
