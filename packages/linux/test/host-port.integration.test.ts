import { setImmediate as turn } from 'node:timers/promises';
import { AF_NETLINK, AF_PACKET, ARPHRD_ETHER, ARPHRD_IEEE80211, ARPHRD_NETLINK, ETH_P_ALL, IFA_F_NODAD, IFF_LOWER_UP, IFF_UP, NETLINK_ROUTE, RTM_GETLINK, SOCK_DGRAM, SOCK_RAW } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import { IpRoute } from '@netdevkit/iproute';
import { defineModule, type Module } from '@netdevkit/module';
import { PrivFlags, type Device, type DeviceRef, type DeviceSetup } from '@netdevkit/netdevice';
import { register, type Driver } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { describe, expect, it } from 'vitest';
import { ended, PortRig } from './port-rig.ts';
import { descriptorsOf, tunnels, until } from './tap-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

/** What a test's driver does, where it is not the plain thing; what it was asked is noted. */
interface Behaviour {
  open?: () => void;
  changeMtu?: (mtu: number) => void;
  setMacAddress?: (address: Uint8Array) => void;
  startXmit?: (skb: SkBuff, dev: Dev) => TxOutcome;
  setup?: (dev: DeviceSetup) => void;
}

type Dev = Device<'dstats'>;

/** A driver that notes what it is asked. */
class Noting implements Driver<object, 'dstats'> {
  readonly kind = 'noting';
  readonly pcpuStats = 'dstats';
  readonly asked: string[] = [];
  readonly behaviour: Behaviour;
  #ref: DeviceRef<'dstats'> | undefined;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
  }

  /** Its newest device. */
  get dev(): Dev | undefined {
    return this.#ref?.get();
  }

  createState(): object {
    return {};
  }
  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.setRandomAddress();
    dev.setMinMtu(0);
    dev.setMaxMtu(9000);
    dev.addPrivFlags(PrivFlags.LIVE_ADDR_CHANGE);
    this.behaviour.setup?.(dev);
  }
  init(dev: Dev): void {
    this.#ref = dev.ref();
  }
  open(): void {
    this.asked.push('open');
    this.behaviour.open?.();
  }
  stop(): void {
    this.asked.push('stop');
  }
  startXmit(skb: SkBuff, dev: Dev): TxOutcome {
    return this.behaviour.startXmit?.(skb, dev) ?? skb.consume();
  }
  changeMtu(_dev: Dev, mtu: number): void {
    this.behaviour.changeMtu?.(mtu);
  }
  setMacAddress(_dev: Dev, address: Uint8Array): void {
    this.behaviour.setMacAddress?.(address);
  }
  setRxMode(): void {}
}

function moduleOf(driver: Noting): Module {
  return defineModule({ name: 'noting', authors: [], description: '', license: 'MIT', alias: ['rtnl-link-noting'], init: (module) => register(module, driver) });
}

const flags = (rig: PortRig, name: string): number => rig.there.link.show(name).flags & (IFF_UP | IFF_LOWER_UP);

/**
 * Pings three times, and expects every answer. Each time by a ping of its own: one that has had an answer waits for the others
 * no longer than twice the time that this took, which a busy machine may well need.
 */
async function pings(rig: PortRig, destination: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const text = await rig.run('ping', ['-c', '1', '-W', '60', destination]);
    expect(text).toMatch(/1 packets transmitted, 1 (?:packets )?received, 0% packet loss/u);
  }
}

describe('the host port', () => {
  it.runIf(!tunnels.supported)('is not tested here', ({ skip }) => {
    skip(tunnels.reason);
  });
});

describe.runIf(tunnels.supported)('HostPort', () => {
  it('is an interface that is like the device', () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0', mtu: 1400, address: '02:00:00:00:00:42' });
    expect(rig.there.link.show('echo0')).toMatchObject({ index: port.index, type: ARPHRD_ETHER, mtu: 1400, address: '02:00:00:00:00:42' });
    expect(port.name).toBe('echo0');
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'echo0')).toThrow(code('EBUSY'));
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'echo1')).toThrow(code('ENODEV'));
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'lo')).toThrow(code('EINVAL'));
  });

  it('is up at once if the device is', async () => {
    const driver = new Noting({});
    using rig = new PortRig(moduleOf(driver));
    rig.here.link.add({ kind: 'noting', name: 'n0', up: true });
    using port = rig.host.plug(rig.kernel.initialNamespace, 'n0', { namespace: rig.namespace });
    expect(flags(rig, 'n0')).toBe(IFF_UP | IFF_LOWER_UP);
    for (let i = 0; i < 5; i++) await turn();
    expect(flags(rig, port.name)).toBe(IFF_UP | IFF_LOWER_UP);
    expect(driver.asked).toEqual(['open']);
  });

  it('answers pings of both families', async () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0' });
    rig.there.address.add({ index: port.index, address: '10.77.0.1/24' });
    rig.there.address.add({ index: port.index, address: 'fd77::1/64', flags: IFA_F_NODAD });
    rig.there.link.set('echo0', { up: true });
    for (const destination of ['10.77.0.2', 'fd77::2']) await pings(rig, destination);
    const { fromHost, toHost, dropped } = port.counters();
    const { stats } = rig.here.link.show('echo0');
    expect(dropped).toEqual({ fromHost: {}, toHost: {} });
    expect(BigInt(toHost.packets)).toBe(stats?.rxPackets);
    expect(BigInt(fromHost.packets)).toBe((stats?.txPackets ?? 0n) + (stats?.txDropped ?? 0n));
    expect(rig.there.link.show('echo0').stats).toMatchObject({ rxPackets: BigInt(toHost.packets), rxDropped: 0n, txDropped: 0n });
  });

  it('opens and stops the driver with the interface, each time', async () => {
    const driver = new Noting({});
    using rig = new PortRig(moduleOf(driver));
    using port = rig.plug({ kind: 'noting', name: 'n0' });
    expect(driver.asked).toEqual([]);
    rig.there.link.set('n0', { up: true });
    await until(() => driver.asked.includes('open'), 'open');
    expect(flags(rig, 'n0')).toBe(IFF_UP | IFF_LOWER_UP);
    // Down and up again before anybody could look.
    rig.there.link.set('n0', { up: false });
    rig.there.link.set('n0', { up: true });
    const opened = (): string => driver.asked.join(' ');
    await until(() => opened() === 'open stop open', 'stop and open');
    rig.there.link.set('n0', { up: false });
    await until(() => opened() === 'open stop open stop', 'stop');
    rig.there.link.set('n0', { up: true });
    await until(() => rig.here.link.show('n0').flags % 2 === 1, 'open');
    port.close();
    expect(opened()).toBe('open stop open stop open stop');
    expect(rig.errors).toEqual([]);
  });

  it('goes down again when the driver refuses to open, and says so', async () => {
    const driver = new Noting({
      open: () => {
        throw new KernelError('EBUSY', 'the hardware is not there');
      },
    });
    using rig = new PortRig(moduleOf(driver));
    using port = rig.plug({ kind: 'noting', name: 'n0' });
    rig.there.link.set('n0', { up: true });
    await until(() => rig.errors.length > 0, 'an error');
    expect(rig.errors).toEqual([code('EBUSY')]);
    expect(rig.errors[0]?.message).toMatch(/^the device refuses the state up: open: /u);
    expect(flags(rig, 'n0')).toBe(0);
    delete driver.behaviour.open;
    rig.there.link.set('n0', { up: true });
    await until(() => rig.here.link.show('n0').flags % 2 === 1, 'open');
    expect(rig.errors).toHaveLength(1);
    expect(port.isOver).toBe(false);
  });

  it('brings MTU and address to the driver, and puts back what it refuses', async () => {
    const driver = new Noting({});
    using rig = new PortRig(moduleOf(driver));
    using _ = rig.plug({ kind: 'noting', name: 'n0' });
    const { address } = rig.there.link.show('n0');
    rig.there.link.set('n0', { mtu: 2000 });
    await until(() => rig.here.link.show('n0').mtu === 2000, 'the MTU');
    rig.there.link.set('n0', { address: '02:00:00:00:00:07' });
    await until(() => rig.here.link.show('n0').address === '02:00:00:00:00:07', 'the address');
    expect(rig.errors).toEqual([]);
    driver.behaviour.changeMtu = () => {
      throw new KernelError('EINVAL', 'too much');
    };
    driver.behaviour.setMacAddress = () => {
      throw new KernelError('EADDRNOTAVAIL');
    };
    rig.there.link.set('n0', { mtu: 3000, address: '02:00:00:00:00:08' });
    await until(() => rig.errors.length === 2, 'two errors');
    expect(rig.errors).toEqual([code('EINVAL'), code('EADDRNOTAVAIL')]);
    expect(rig.there.link.show('n0')).toMatchObject({ mtu: 2000, address: '02:00:00:00:00:07' });
    // Beyond what the core lets a driver see.
    rig.there.link.set('n0', { mtu: 9001 });
    await until(() => rig.errors.length === 3, 'another error');
    expect(rig.errors[2]?.message).toMatch(/mtu greater than device maximum/u);
    expect(rig.there.link.show('n0').mtu).toBe(2000);
    await turn();
    await turn();
    expect(rig.errors).toHaveLength(3);
    expect(address).not.toBe('02:00:00:00:00:07');
  });

  it('tells the host what changes at the device', async () => {
    const driver = new Noting({});
    using rig = new PortRig(moduleOf(driver));
    using port = rig.plug({ kind: 'noting', name: 'n0' });
    rig.here.link.set('n0', { up: true });
    await until(() => flags(rig, 'n0') === (IFF_UP | IFF_LOWER_UP), 'up');
    rig.here.link.set('n0', { mtu: 1234, address: '02:00:00:00:00:09' });
    await until(() => rig.there.link.show('n0').address === '02:00:00:00:00:09', 'the address');
    expect(rig.there.link.show('n0').mtu).toBe(1234);
    driver.dev?.carrierOff();
    rig.here.link.show('n0');
    await until(() => flags(rig, 'n0') === IFF_UP, 'no carrier');
    driver.dev?.carrierOn();
    rig.here.link.show('n0');
    await until(() => flags(rig, 'n0') === (IFF_UP | IFF_LOWER_UP), 'a carrier');
    rig.here.link.set('n0', { up: false });
    await until(() => flags(rig, 'n0') === 0, 'down');
    rig.here.link.set('n0', { name: 'renamed0' });
    await until(() => port.name === 'renamed0', 'the name');
    // An MTU that the host's interface cannot have.
    rig.here.link.set('renamed0', { mtu: 60 });
    await until(() => rig.errors.length > 0, 'an error');
    expect(rig.errors[0]?.message).toMatch(/^the host's interface refuses the MTU 60: .*mtu less than device minimum/u);
    expect(rig.here.link.show('renamed0').mtu).toBe(1234);
    expect(rig.ends).toEqual([]);
  });

  it('brings promiscuity to the driver', async () => {
    using rig = new PortRig();
    using _ = rig.plug({ kind: 'echo', name: 'echo0' });
    const promiscuity = (): number | undefined => rig.here.link.show('echo0').promiscuity;
    expect(promiscuity()).toBe(0);
    rig.there.link.set('echo0', { promisc: true });
    await until(() => promiscuity() === 1, 'promiscuity');
    rig.there.link.set('echo0', { promisc: false });
    await until(() => promiscuity() === 0, 'none');
  });

  it('waits while the driver has stopped its queue, and loses nothing that the interface can hold', async () => {
    let isStopped = false;
    let taken = 0;
    const driver = new Noting({
      startXmit: (skb, dev) => {
        if (isStopped) {
          dev.stopQueue();
          return skb.busy();
        }
        taken++;
        return skb.consume();
      },
    });
    using rig = new PortRig(moduleOf(driver));
    using port = rig.plug({ kind: 'noting', name: 'n0' });
    rig.there.link.set('n0', { up: true });
    await until(() => driver.asked.includes('open'), 'open');
    isStopped = true;
    using socket = rig.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: rig.namespace });
    socket.bind({ ifindex: port.index, protocol: 0 });
    const frame = new Uint8Array(60).fill(2);
    const before = taken;
    for (let i = 0; i < 600; i++) {
      socket.send(frame, { to: { ifindex: port.index, protocol: 0x88b5 } });
      if (i % 50 === 0) await turn();
    }
    await until(() => rig.kernel.skbs().live >= 60, 'packets that wait');
    for (let i = 0; i < 20; i++) await turn();
    // The rest waits at the host.
    expect(rig.kernel.skbs().live).toBeLessThan(100);
    isStopped = false;
    driver.dev?.wakeQueue();
    await until(() => taken - before >= 600, 'all of them');
    expect(port.counters().dropped).toEqual({ fromHost: {}, toHost: {} });
    expect(rig.there.link.show('n0').stats?.txDropped).toBe(0n);
  });

  it('has as many queues as the device', async () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0', numTxQueues: 4 });
    expect(rig.there.link.show('echo0').numTxQueues).toBe(256);
    rig.there.address.add({ index: port.index, address: '10.77.0.1/24' });
    rig.there.link.set('echo0', { up: true });
    await Promise.all([2, 3, 4, 5].map((host) => pings(rig, `10.77.0.${String(host)}`)));
    expect(port.counters().dropped).toEqual({ fromHost: {}, toHost: {} });
  });

  it('ends when somebody deletes the interface', async () => {
    const driver = new Noting({});
    using rig = new PortRig(moduleOf(driver));
    const port = rig.plug({ kind: 'noting', name: 'n0' });
    rig.there.link.set('n0', { up: true });
    await until(() => driver.asked.includes('open'), 'open');
    rig.there.link.delete('n0');
    expect(await port.ended).toEqual({ reason: 'deleted' });
    expect(driver.asked.at(-1)).toBe('stop');
    expect(() => port.name).toThrow(code('EBADF'));
    // The device is free again.
    using again = rig.host.plug(rig.kernel.initialNamespace, 'n0', { namespace: rig.namespace });
    expect(again.name).toBe('n0');
  });

  it('ends when the device goes', async () => {
    using rig = new PortRig();
    const port = rig.plug({ kind: 'echo', name: 'echo0' });
    rig.here.link.delete('echo0');
    expect(await port.ended).toEqual({ reason: 'gone' });
    expect(rig.there.link.list().map(({ name }) => name)).toEqual(['lo']);
    const second = rig.plug({ kind: 'echo', name: 'echo0' });
    rig.here[Symbol.dispose]();
    rig.kernel.close();
    expect(await second.ended).toEqual({ reason: 'gone' });
    expect(rig.there.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('is refused for a device with a link layer that the host has no interface for', () => {
    using rig = new PortRig(moduleOf(new Noting({ setup: (dev) => { dev.setType(ARPHRD_IEEE80211); } })));
    expect(() => rig.plug({ kind: 'noting', name: 'n0' })).toThrow(code('EPFNOSUPPORT'));
    expect(rig.there.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('follows the interface to another namespace', async () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0' });
    rig.there.link.set('echo0', { up: true });
    await until(() => rig.here.link.show('echo0').flags % 2 === 1, 'up');
    using other = rig.host.createNamespace();
    using elsewhere = new IpRoute(() => rig.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: other }));
    rig.there.link.set('echo0', { netns: { fd: other.fd } });
    await until(() => rig.here.link.show('echo0').flags % 2 === 0, 'down');
    elsewhere.link.set('echo0', { mtu: 1300, up: true });
    await until(() => rig.here.link.show('echo0').mtu === 1300, 'the MTU');
    await until(() => rig.here.link.show('echo0').flags % 2 === 1, 'up');
    elsewhere.link.delete('echo0');
    expect(await port.ended).toEqual({ reason: 'deleted' });
    expect(rig.errors).toEqual([]);
  });

  it('shows the host what passes an embedded nlmon', () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'nlmon', name: 'nlmon0' });
    expect(rig.there.link.show('nlmon0')).toMatchObject({ type: ARPHRD_NETLINK, mtu: 3776 });
    rig.there.link.set('nlmon0', { up: true });
    using capture = rig.host.socket(AF_PACKET, SOCK_DGRAM, 0, { namespace: rig.namespace });
    capture.bind({ ifindex: port.index, protocol: ETH_P_ALL });
    using watch = rig.kernel.watchNetlink();
    rig.here.link.set('nlmon0', { up: true });
    rig.here.link.list();
    rig.here.link.add({ kind: 'echo', name: 'echo0' });
    const seen: Uint8Array[] = [];
    for (let packet; (packet = capture.receive()) !== undefined; ) {
      expect(packet.from).toMatchObject({ protocol: NETLINK_ROUTE, hatype: ARPHRD_NETLINK });
      seen.push(packet.bytes);
    }
    const said = watch.take().map(({ bytes }) => Buffer.from(bytes).toString('hex'));
    expect(seen.length).toBeGreaterThan(5);
    // What was said before the interface was up is not seen.
    expect(seen.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(said.slice(said.length - seen.length));
  });

  it('is an interface that tcpdump opens as link-type NETLINK', async () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'nlmon', name: 'nlmon0' });
    rig.there.link.set(port.index, { up: true });
    await until(() => rig.here.link.show('nlmon0').flags % 2 === 1, 'up');
    const child = rig.start('tcpdump', ['-i', 'nlmon0', '-U', '-c', '3', '-w', '-', '-Z', 'root']);
    const parts: Buffer[] = [];
    let said = '';
    child.stdout?.on('data', (part: Buffer) => parts.push(part));
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (said += part));
    // It says so in several pieces.
    await until(() => /listening on nlmon0.*\n/u.test(said), 'tcpdump');
    expect(said).toContain('link-type NETLINK (Linux netlink)');
    for (let i = 0; i < 3; i++) rig.here.link.show('lo');
    await ended(child);
    const file = Buffer.concat(parts);
    const LINKTYPE_NETLINK = 253;
    expect(file.readUInt32LE(20)).toBe(LINKTYPE_NETLINK);
    // A record's header, then that of the link type: what it is, whose address, and the protocol, in network order.
    expect([file.readUInt16BE(24 + 16 + 2), file.readUInt16BE(24 + 16 + 14)]).toEqual([ARPHRD_NETLINK, NETLINK_ROUTE]);
    expect(file.readUInt16LE(24 + 16 + 16 + 4)).toBe(RTM_GETLINK);
  });

  it('opens what it opens once, and closes it', async () => {
    using rig = new PortRig();
    const before = descriptorsOf('/dev/net/tun');
    for (let round = 0; round < 10; round++) {
      const port = rig.plug({ kind: 'echo', name: 'echo0', numTxQueues: 1 + (round % 2) });
      if (round % 3 === 0) rig.there.link.set('echo0', { up: true });
      if (round % 3 === 1) rig.there.link.delete('echo0');
      if (round % 4 !== 0) port.close();
      rig.here.link.delete('echo0');
      await port.ended;
    }
    expect(descriptorsOf('/dev/net/tun')).toBe(before);
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'echo0', { namespace: rig.namespace })).toThrow(code('ENODEV'));
    rig.here.link.add({ kind: 'echo', name: 'echo0' });
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'echo0', { namespace: rig.namespace, name: 'a/b' })).toThrow(code('EINVAL'));
    rig.here.link.set('echo0', { mtu: 65_535 });
    expect(() => rig.host.plug(rig.kernel.initialNamespace, 'echo0', { namespace: rig.namespace })).toThrow(/the host's interface cannot have the MTU 65535 .* of echo0: .*mtu greater than device maximum \(EINVAL\)$/u);
    // What failed holds nothing: it may be tried again.
    rig.here.link.set('echo0', { mtu: 1500 });
    rig.host.plug(rig.kernel.initialNamespace, 'echo0', { namespace: rig.namespace }).close();
  });
});
