import { isKernelError, type ErrnoCode } from '@netdevkit/errno';
import { PACKET_HOST, PACKET_OUTGOING } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { arp, ethernet, icmp, ipv4, octets } from './packets.ts';
import { Rig } from './rig.ts';

const ALL = new Uint8Array(6).fill(0xff);
const ECHO = octets([0x12, 0x34, 0, 7], new Uint8Array(56));

function addresses(rig: Rig, name = 'echo0'): { readonly me: Uint8Array; readonly host: Uint8Array } {
  const { address = '' } = rig.ip.link.show(name);
  const me = Uint8Array.from(address.split(':').map((text) => Number.parseInt(text, 16)));
  const host = me.slice();
  host[5] = (host[5] ?? 0) ^ 1;
  return { me, host };
}

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe('an echo device', () => {
  it('answers ARP, then pings, and counts both ways', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using socket = rig.packets('echo0');
    const question = ethernet(ALL, me, 0x0806, arp(1, me, '10.77.0.1', new Uint8Array(6), '10.77.0.2'));
    socket.send(question);
    const answer = socket.receive();
    expect(answer?.bytes).toEqual(ethernet(me, host, 0x0806, arp(2, host, '10.77.0.2', me, '10.77.0.1')));
    expect(answer?.from).toMatchObject({ pktType: PACKET_HOST, protocol: 0x0806, address: host });
    socket.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))));
    expect(socket.receive()?.bytes).toEqual(ethernet(me, host, 0x0800, ipv4('10.77.0.2', '10.77.0.1', 1, icmp(0, 0, ECHO))));
    expect(rig.ip.link.show('echo0').stats).toMatchObject({ txPackets: 2n, txBytes: 140n, rxPackets: 2n, rxBytes: 140n, txDropped: 0n, rxDropped: 0n });
  });

  it('answers after the request has been seen going out', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using watcher = rig.packets('echo0');
    using sender = rig.packets('echo0', 0);
    sender.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))));
    expect([watcher.receive()?.from.pktType, watcher.receive()?.from.pktType, watcher.receive()]).toEqual([PACKET_OUTGOING, PACKET_HOST, undefined]);
  });

  it('drops what is not in order, by reason', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using socket = rig.packets('echo0', 0);
    socket.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO), { flags: 0x2000 })));
    socket.send(ethernet(ALL, me, 0x88b5, new Uint8Array(46)));
    socket.send(ethernet(me, me, 0x0800, new Uint8Array(46)));
    expect(rig.kernel.skbs().dropped).toEqual({ FRAG_TOO_FAR: 1, UNHANDLED_PROTO: 1, OTHERHOST: 1 });
    expect(rig.ip.link.show('echo0').stats).toMatchObject({ txPackets: 0n, txDropped: 3n, rxPackets: 0n });
  });

  it('gets another address, and its host with it', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    rig.ip.link.set('echo0', { address: '00:00:00:00:00:01' });
    using socket = rig.packets('echo0');
    const me = Uint8Array.of(0, 0, 0, 0, 0, 1);
    socket.send(ethernet(ALL, me, 0x0806, arp(1, me, '10.77.0.1', new Uint8Array(6), '10.77.0.2')));
    expect(socket.receive()?.from.address).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0));
    expect(() => {
      rig.ip.link.set('echo0', { address: '01:00:00:00:00:01' });
    }).toThrow(code('EADDRNOTAVAIL'));
    expect(() => {
      rig.ip.link.add({ kind: 'echo', address: new Uint8Array(3).fill(2) });
    }).toThrow(code('EINVAL'));
  });

  it('answers ten thousand pings, one by one', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using socket = rig.packets('echo0');
    let answered = 0;
    for (let i = 0; i < 10_000; i++) {
      const body = octets([0, 1, i >> 8, i & 0xff], new Uint8Array(i % 1400));
      socket.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, body))));
      const reply = socket.receive();
      if (reply?.bytes[40] === i >> 8 && reply.bytes[41] === (i & 0xff)) answered++;
    }
    expect(answered).toBe(10_000);
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('says that its link is there', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo' });
    expect(rig.kernel.linkDetected('echo0')).toBe(false);
    rig.ip.link.set('echo0', { up: true });
    expect(rig.kernel.linkDetected('echo0')).toBe(true);
  });
});

describe('the life of echo', () => {
  /** Each step may fail with an errno and nothing else. */
  function live(rig: Rig): ErrnoCode[] {
    const codes: ErrnoCode[] = [];
    const step = (action: () => unknown): void => {
      try {
        action();
      } catch (error) {
        if (!isKernelError(error)) throw error;
        codes.push(error.code);
      }
    };
    step(() => {
      rig.ip.link.add({ kind: 'echo', up: true });
    });
    step(() => {
      const { me, host } = addresses(rig);
      using socket = rig.packets('echo0');
      for (let i = 0; i < 5; i++) step(() => socket.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO)))));
    });
    step(() => {
      rig.ip.link.set('echo0', { up: false, address: '02:00:00:00:00:09' });
    });
    step(() => {
      rig.ip.link.delete('echo0');
    });
    step(() => {
      rig.kernel.rmmod('echo');
    });
    return codes;
  }

  it('has no failure when nothing fails, and is clean whichever allocation fails', () => {
    const counting = new Rig();
    expect(live(counting)).toEqual([]);
    const { allocations } = counting.kernel.faults;
    counting[Symbol.dispose]();
    let hits = 0;
    for (let nth = 1; nth <= allocations; nth++) {
      // Closing the rig throws when anything is left over.
      using rig = new Rig();
      using fault = rig.kernel.faults.failAllocation({ nth });
      live(rig);
      hits += fault.hits;
    }
    expect(hits).toBeGreaterThan(30);
  });

  it('counts an answer that there was no memory for', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me } = addresses(rig);
    using socket = rig.packets('echo0', 0);
    using fault = rig.kernel.faults.failAllocation({ nth: 2, site: 'alloc_skb' });
    socket.send(ethernet(ALL, me, 0x0806, arp(1, me, '10.77.0.1', new Uint8Array(6), '10.77.0.2')));
    expect(fault.hits).toBe(1);
    expect(rig.ip.link.show('echo0').stats).toMatchObject({ txPackets: 1n, rxPackets: 0n, rxDropped: 1n });
  });

  it('answers a ping that is seen by others even if there is no memory to turn it around', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using socket = rig.packets('echo0');
    using watcher = rig.packets('echo0');
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'skb_copy' });
    socket.send(ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))));
    expect(fault.hits).toBe(1);
    expect(watcher.receive()?.bytes.subarray(0, 6)).toEqual(host);
    expect(watcher.receive()?.bytes).toEqual(ethernet(me, host, 0x0800, ipv4('10.77.0.2', '10.77.0.1', 1, icmp(0, 0, ECHO))));
  });

  it('leaves the padding of a short frame behind', () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'echo', up: true });
    const { me, host } = addresses(rig);
    using socket = rig.packets('echo0');
    const request = ethernet(host, me, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, octets([0, 1, 0, 2]))));
    const padded = new Uint8Array(60).fill(0xaa);
    padded.set(request);
    socket.send(padded);
    expect(socket.receive()?.bytes).toEqual(ethernet(me, host, 0x0800, ipv4('10.77.0.2', '10.77.0.1', 1, icmp(0, 0, octets([0, 1, 0, 2])))));
    expect(rig.ip.link.show('echo0').stats).toMatchObject({ txBytes: 60n, rxBytes: BigInt(request.length) });
  });
});
