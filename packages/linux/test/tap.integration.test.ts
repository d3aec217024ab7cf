import { AF_NETLINK, AF_PACKET, ARPHRD_ETHER, ARPHRD_NETLINK, ARPHRD_NONE, ETH_P_ALL, ETH_P_IP, IFF_LOWER_UP, IFF_UP, NETLINK_ROUTE, SOCK_DGRAM, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { spawnSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Host, type HostPacketSocket, type HostTap } from '../src/index.ts';
import { HostRig } from './host-rig.ts';
import { canBeNobody, NOBODY } from './private-namespace.ts';
import { descriptorsOf, Reader, tunnels, until } from './tap-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

/** An Ethertype for experiments. */
const PROTOCOL = 0x88b5;

function frame(length: number, mark = 0, protocol = PROTOCOL): Uint8Array {
  const bytes = new Uint8Array(length).fill(mark);
  bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, mark, protocol >> 8, protocol & 0xff]);
  return bytes;
}

/** A UDP datagram of one of many flows: hosts choose a queue by addresses and ports. */
function datagram(flow: number): Uint8Array {
  const bytes = frame(60, 0, ETH_P_IP);
  bytes.set([0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x40, flow & 0xff, 0x50, flow >> 8, 0, 26], 14);
  return bytes;
}

function upTap(rig: HostRig, options: { readonly queues?: number; readonly name?: string } = {}): HostTap {
  const tap = rig.host.tap({ namespace: rig.namespace, ...options });
  tap.ip.link.set(tap.index, { up: true });
  return tap;
}

function socketOn(rig: HostRig, tap: HostTap, protocol: number, type: number = SOCK_RAW): HostPacketSocket {
  const socket = rig.host.socket(AF_PACKET, type, 0, { namespace: rig.namespace });
  socket.bind({ protocol, ifindex: tap.index });
  return socket;
}

const of = ({ frames }: Reader, protocol: number): Uint8Array[] =>
  frames.filter(({ bytes }) => bytes[12] === protocol >> 8 && bytes[13] === (protocol & 0xff)).map(({ bytes }) => bytes);

describe('TUN/TAP of the host', () => {
  it.runIf(!tunnels.supported)('is not tested here', ({ skip }) => {
    skip(tunnels.reason);
  });
});

describe.runIf(tunnels.supported)('HostTap', () => {
  it('is an interface with the name that was asked for, and goes with its end', () => {
    using rig = new HostRig();
    const tap = rig.host.tap({ namespace: rig.namespace, name: 'mine%d' });
    const { ip } = tap;
    expect([tap.name, tap.type, tap.queues, tap.isGone]).toEqual(['mine0', ARPHRD_ETHER, 1, false]);
    expect(ip.link.show('mine0')).toMatchObject({ index: tap.index, mtu: 1500, type: ARPHRD_ETHER, info: { kind: 'tun' } });
    using second = rig.host.tap({ namespace: rig.namespace, name: 'mine%d' });
    expect(second.name).toBe('mine1');
    using tun = rig.host.tun({ namespace: rig.namespace });
    expect([tun.name, tun.type]).toEqual(['tun0', ARPHRD_NONE]);
    tap.close();
    tap.close();
    expect([tap.closed, tap.isGone]).toEqual([true, true]);
    expect(second.ip.link.list().map(({ name }) => name)).toEqual(['lo', 'mine1', 'tun0']);
    for (const use of [(): unknown => tap.name, (): void => { tap.write(frame(60)); }, (): void => { tap.setCarrier(true); }, (): void => { tap.relocate(); }]) {
      expect(use).toThrow(code('EBADF'));
    }
  });

  it('outlives the namespace descriptor that it was made with', () => {
    using rig = new HostRig();
    const namespace = rig.host.namespace({ path: `/proc/self/fd/${String(rig.namespace.fd)}` });
    using tap = rig.host.tap({ namespace });
    namespace.close();
    tap.ip.link.set(tap.index, { mtu: 9000 });
    expect(tap.ip.link.show(tap.index).mtu).toBe(9000);
  });

  it('hands over what the host transmits, and gives it what is written', async () => {
    using rig = new HostRig();
    using tap = upTap(rig);
    const reader = new Reader(tap);
    using socket = socketOn(rig, tap, PROTOCOL);
    for (const length of [60, 127, 128, 129, 1514]) socket.send(frame(length, length & 0x7f), { to: { ifindex: tap.index, protocol: PROTOCOL } });
    await until(() => of(reader, PROTOCOL).length === 5, 'five frames');
    expect(of(reader, PROTOCOL)).toEqual([60, 127, 128, 129, 1514].map((length) => frame(length, length & 0x7f)));
    expect(reader.frames.every(({ queue, protocol }) => queue === 0 && protocol === 0)).toBe(true);
    for (const length of [14, 60, 128, 129, 1514]) tap.write(frame(length, 7));
    const padded = new Uint8Array(100);
    padded.set(frame(60, 9), 20);
    tap.write(padded, { offset: 20, length: 60 });
    const seen: Uint8Array[] = [];
    for (let packet; (packet = socket.receive()) !== undefined; ) seen.push(packet.bytes);
    expect(seen).toEqual([...[14, 60, 128, 129, 1514].map((length) => frame(length, 7)), frame(60, 9)]);
    const { fromHost, toHost, refused } = tap.counters();
    expect(fromHost.packets).toBe(reader.frames.length);
    expect(fromHost.octets).toBe(reader.frames.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect([toHost, refused]).toEqual([{ packets: 6, octets: 14 + 60 + 128 + 129 + 1514 + 60 }, {}]);
  });

  it('counts what the host does not take, by its reason', () => {
    using rig = new HostRig();
    using tap = rig.host.tap({ namespace: rig.namespace });
    expect(() => { tap.write(frame(60)); }).toThrow(code('EIO'));
    tap.ip.link.set(tap.index, { up: true });
    expect(() => { tap.write(frame(60).subarray(0, 13)); }).toThrow(code('EINVAL'));
    expect(() => { tap.write(new Uint8Array(0x8_0001)); }).toThrow(code('EMSGSIZE'));
    expect(() => { tap.write(frame(60), { offset: 1, length: 60 }); }).toThrow(RangeError);
    expect(() => { tap.write(frame(60), { queue: 1 }); }).toThrow(RangeError);
    expect(tap.tryWrite(3, frame(60), 0, 60, 0)).toBeLessThan(0);
    expect(tap.counters()).toMatchObject({ toHost: { packets: 0, octets: 0 }, refused: { EIO: 1, EINVAL: 1, EMSGSIZE: 1, EBADF: 1 } });
  });

  it('is a TUN interface of any type, whose packets have a protocol', async () => {
    using rig = new HostRig();
    using tun = rig.host.tun({ namespace: rig.namespace, name: 'nlmon0', type: ARPHRD_NETLINK });
    expect(tun.ip.link.show('nlmon0')).toMatchObject({ type: ARPHRD_NETLINK, address: undefined });
    tun.ip.link.set(tun.index, { up: true });
    const reader = new Reader(tun);
    using socket = socketOn(rig, tun, ETH_P_ALL, SOCK_DGRAM);
    const message = Uint8Array.from({ length: 40_000 }, (_, i) => i & 0xff);
    tun.write(message, { protocol: 16 });
    expect(socket.receive()).toMatchObject({ bytes: message, from: { protocol: 16, hatype: ARPHRD_NETLINK } });
    socket.send(Uint8Array.of(1, 2, 3), { to: { ifindex: tun.index, protocol: 4 } });
    await until(() => reader.frames.some(({ protocol }) => protocol === 4), 'a packet');
    expect(reader.frames.find(({ protocol }) => protocol === 4)?.bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(() => rig.host.tun({ type: ARPHRD_ETHER })).toThrow(TypeError);
    expect(() => rig.host.tun({ type: -1 })).toThrow(RangeError);
  });

  it('carries IP packets', async () => {
    using rig = new HostRig();
    using tun = rig.host.tun({ namespace: rig.namespace });
    tun.ip.link.set(tun.index, { up: true });
    tun.ip.address.add({ index: tun.index, address: '10.1.0.1/24' });
    const reader = new Reader(tun);
    using socket = socketOn(rig, tun, ETH_P_IP, SOCK_DGRAM);
    socket.send(Uint8Array.of(0x45, 0, 0, 20), { to: { ifindex: tun.index, protocol: ETH_P_IP } });
    await until(() => reader.frames.some(({ protocol }) => protocol === ETH_P_IP), 'a packet');
  });

  it('has a carrier or not', () => {
    using rig = new HostRig();
    using tap = upTap(rig);
    const flags = (): number => tap.ip.link.show(tap.index).flags & (IFF_UP | IFF_LOWER_UP);
    expect(flags()).toBe(IFF_UP | IFF_LOWER_UP);
    tap.setCarrier(false);
    expect(flags()).toBe(IFF_UP);
    tap.setCarrier(true);
    expect(flags()).toBe(IFF_UP | IFF_LOWER_UP);
  });

  it('has a send buffer', () => {
    using rig = new HostRig();
    using tap = upTap(rig);
    expect(tap.sendBuffer).toBe(0x7fff_ffff);
    tap.setSendBuffer(100_000);
    expect(tap.sendBuffer).toBe(100_000);
    expect(() => { tap.setSendBuffer(0); }).toThrow(code('EINVAL'));
    // What the host has taken in is in hand no more.
    for (let i = 0; i < 200; i++) tap.write(frame(1514));
  });

  it('lets a paused queue wait, and the kernel drop what is too much', async () => {
    using rig = new HostRig();
    using tap = upTap(rig);
    tap.ip.link.set(tap.index, { txQueueLen: 10 });
    const reader = new Reader(tap);
    using socket = socketOn(rig, tap, 0);
    const to = { ifindex: tap.index, protocol: PROTOCOL };
    tap.pause(0);
    await turn();
    for (let i = 0; i < 30; i++) socket.send(frame(60, i), { to });
    await turn();
    await turn();
    expect(of(reader, PROTOCOL)).toEqual([]);
    tap.resume(0);
    tap.resume(0);
    await until(() => of(reader, PROTOCOL).length > 0, 'what waited');
    // The host has things of its own to say, which take room too.
    const { length } = of(reader, PROTOCOL);
    expect(length).toBeLessThanOrEqual(10);
    expect(tap.ip.link.show(tap.index).stats?.txDropped).toBeGreaterThanOrEqual(20n);
    socket.send(frame(60, 77), { to });
    await until(() => of(reader, PROTOCOL).length > length, 'a frame after all');
  });

  it('gives every queue its turn, and the event loop too', async () => {
    using rig = new HostRig();
    using tap = upTap(rig, { queues: 4 });
    expect(tap.queues).toBe(4);
    const seen = [0, 0, 0, 0];
    let longest = 0;
    let run = 0;
    tap.start((queue, bytes, offset) => {
      if (bytes[offset + 12] === ETH_P_IP >> 8) seen[queue] = (seen[queue] ?? 0) + 1;
      longest = Math.max(longest, ++run);
    });
    using socket = socketOn(rig, tap, 0);
    for (let round = 0; round < 3; round++) {
      tap.pause(0);
      for (let flow = 0; flow < 800; flow++) {
        socket.send(datagram(flow), { to: { ifindex: tap.index, protocol: ETH_P_IP } });
      }
      tap.resume(0);
      while (seen.reduce((sum, count) => sum + count, 0) < 800 * (round + 1)) {
        run = 0;
        await turn();
      }
    }
    expect(seen.filter((count) => count > 0).length).toBeGreaterThan(1);
    expect(longest).toBeLessThanOrEqual(256 + 64);
  });

  it('detaches and attaches queues', async () => {
    using rig = new HostRig();
    using tap = upTap(rig, { queues: 2 });
    const reader = new Reader(tap);
    using socket = socketOn(rig, tap, 0);
    tap.detachQueue(1);
    expect(() => { tap.detachQueue(1); }).toThrow(code('EINVAL'));
    const send = (): void => {
      for (let flow = 0; flow < 100; flow++) socket.send(datagram(flow), { to: { ifindex: tap.index, protocol: ETH_P_IP } });
    };
    send();
    await until(() => of(reader, ETH_P_IP).length === 100, 'all frames');
    expect(new Set(reader.frames.map(({ queue }) => queue))).toEqual(new Set([0]));
    tap.attachQueue(1);
    send();
    await until(() => of(reader, ETH_P_IP).length === 200, 'all frames');
    expect(new Set(reader.frames.map(({ queue }) => queue))).toEqual(new Set([0, 1]));
    expect(() => { tap.attachQueue(1); }).toThrow(code('EINVAL'));
    expect(() => { tap.attachQueue(2); }).toThrow(RangeError);
    expect(reader.failures).toEqual([]);
  });

  it('says so when somebody deletes it', async () => {
    using rig = new HostRig();
    using tap = upTap(rig, { queues: 2 });
    const reader = new Reader(tap);
    tap.ip.link.delete(tap.index);
    await until(() => reader.failures.length > 0, 'the end');
    expect(reader.failures).toEqual([code('EBADFD')]);
    expect([tap.isGone, tap.closed]).toEqual([true, false]);
    for (const use of [(): unknown => tap.name, (): void => { tap.write(frame(60)); }, (): void => { tap.setCarrier(true); }, (): void => { tap.relocate(); }]) {
      expect(use).toThrow(code('EBADFD'));
    }
    expect(tap.counters().refused).toEqual({ EBADFD: 1 });
  });

  it('tells what its handler throws, and reads no more', async () => {
    using rig = new HostRig();
    using tap = upTap(rig);
    const failures: unknown[] = [];
    let calls = 0;
    tap.start(
      () => {
        calls++;
        throw new Error('no more');
      },
      (error) => failures.push(error),
    );
    expect(() => { tap.start(() => undefined); }).toThrow(code('EALREADY'));
    using socket = socketOn(rig, tap, 0);
    for (let i = 0; i < 5; i++) socket.send(frame(60), { to: { ifindex: tap.index, protocol: PROTOCOL } });
    await until(() => failures.length > 0, 'a failure');
    await turn();
    expect([calls, failures]).toEqual([1, [new Error('no more')]]);
  });

  it('may be closed by its handler', async () => {
    using rig = new HostRig();
    const tap = upTap(rig);
    let calls = 0;
    tap.start(() => {
      calls++;
      tap.close();
    });
    using socket = socketOn(rig, tap, 0);
    for (let i = 0; i < 5; i++) socket.send(frame(60), { to: { ifindex: tap.index, protocol: PROTOCOL } });
    await until(() => tap.closed, 'the end');
    await turn();
    expect(calls).toBe(1);
  });

  it('is found again where somebody has moved it', () => {
    using rig = new HostRig();
    using tap = rig.host.tap({ namespace: rig.namespace, name: 'mine0' });
    using other = rig.host.createNamespace();
    tap.ip.link.set(tap.index, { netns: { fd: other.fd } });
    expect(() => tap.ip.link.show(tap.index)).toThrow(code('ENODEV'));
    expect(tap.isGone).toBe(false);
    tap.relocate();
    tap.ip.link.set(tap.index, { name: 'yours0' });
    expect([tap.name, tap.ip.link.show(tap.index).name]).toEqual(['yours0', 'yours0']);
  });

  it('says what is wrong', () => {
    using rig = new HostRig();
    const { host, namespace } = rig;
    using taken = host.tap({ namespace, name: 'mine0' });
    expect(() => host.tap({ namespace, name: taken.name })).toThrow(/there is an interface mine0 already/u);
    expect(() => host.tap({ namespace, name: taken.name, queues: 2 })).toThrow(code('EBUSY'));
    for (const name of ['a/b', 'a b', '.', '%d%d', 'a:b']) expect(() => host.tap({ namespace, name })).toThrow(/is no name for an interface/u);
    for (const name of ['longer-than-fifteen', 'a\0b']) expect(() => host.tap({ namespace, name })).toThrow(RangeError);
    for (const queues of [0, 257, 1.5]) expect(() => host.tap({ namespace, queues })).toThrow(RangeError);
    expect(host.openDescriptors().filter(({ what }) => what === 'TUN queue')).toHaveLength(1);
  });

  it('names the capability that is missing', ({ skip }) => {
    if (!canBeNobody) skip('this user cannot become nobody');
    const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const text = `
      const { Host } = await import(${JSON.stringify(source)});
      const host = new Host();
      if (process.argv.length > 1) process.setuid(${String(NOBODY)});
      try { host.tap(); } catch (error) { console.log(error.code, error.message, host.openDescriptors().length); }`;
    const { stdout } = spawnSync(process.execPath, ['--conditions=@netdevkit/source', '--input-type=module', '--eval', text, 'x'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^(?:EPERM .*needs CAP_NET_ADMIN: run it as root|EACCES .*may not be opened)[^\n]* 0\n$/u);
  });

  it('leaves nothing behind, however often', async () => {
    using rig = new HostRig();
    const before = descriptorsOf('/dev/net/tun');
    for (let round = 0; round < 50; round++) {
      const tap = upTap(rig, { queues: 1 + (round % 3) });
      tap.start(() => undefined, (error) => {
        if (!isKernelError(error, 'EBADFD')) throw error;
      });
      tap.write(frame(60));
      if (round % 2 === 0) await turn();
      if (round % 5 === 0) tap.ip.link.delete(tap.index);
      tap.close();
    }
    expect(descriptorsOf('/dev/net/tun')).toBe(before);
    expect(rig.host.openDescriptors().map(({ what }) => what)).toEqual(['network namespace']);
  });

  it('is closed with its host', () => {
    const host = new Host();
    onTestFinished(() => { host.close(); });
    const tap = host.tap({ namespace: host.createNamespace() });
    host.close();
    expect(tap.closed).toBe(true);
    expect(() => host.tap()).toThrow(code('ESHUTDOWN'));
    expect(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)).toThrow(code('ESHUTDOWN'));
  });
});
