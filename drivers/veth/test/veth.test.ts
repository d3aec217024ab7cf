import {
  AF_NETLINK,
  IFF_BROADCAST,
  IFF_MULTICAST,
  IFLA_IFNAME,
  IFLA_TARGET_NETNSID,
  IF_OPER_DOWN,
  IF_OPER_LOWERLAYERDOWN,
  IF_OPER_UP,
  NETLINK_GET_STRICT_CHK,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
  RTEXT_FILTER_SKIP_STATS,
  RTEXT_FILTER_VF,
  RTM_GETLINK,
  RTM_NEWLINK,
  SOCK_RAW,
  SOL_NETLINK,
  ifinfomsg,
} from '@netdevkit/bindings';
import { parseLink } from '@netdevkit/iproute';
import { messages, MessageWriter } from '@netdevkit/netlink';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectLink, getLink, measured } from './link-message.ts';
import { Rig } from './rig.ts';

let rig: Rig;

beforeEach(() => {
  // As many as the machine had that the golden messages are of.
  rig = new Rig({ cpus: 2 });
});

afterEach(() => {
  rig[Symbol.dispose]();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A frame to an address, with an Ethertype that nobody has. */
function frame(to: string, length = 60): Uint8Array {
  const octets = new Uint8Array(length);
  octets.set(to.split(':').map((text) => Number.parseInt(text, 16)));
  octets.set([2, 0, 0, 0, 0, 99, 0x88, 0xb5], 6);
  return octets;
}

/** The address in the golden, which was drawn by lot. */
function addressOf(what: string): string {
  const text = Buffer.from(measured(what).payload).toString('hex');
  // IFLA_ADDRESS: length 10, type 1.
  const at = text.indexOf('0a000100', 32) + 8;
  return text.slice(at, at + 12).match(/../g)?.join(':') ?? '';
}

describe('a veth pair', () => {
  it('is two devices that the C driver sets up', () => {
    rig.pair();
    for (const [name, other] of [['v0', 'v1'], ['v1', 'v0']] as const) {
      const link = rig.ip.link.show(name);
      expect(link).toMatchObject({
        flags: IFF_BROADCAST | IFF_MULTICAST,
        mtu: 1500,
        minMtu: 68,
        maxMtu: 65_535,
        qdisc: 'noop',
        operState: IF_OPER_DOWN,
        carrier: false,
        carrierDownCount: 1,
        tsoMaxSize: 524_280,
        link: rig.ip.link.show(other).index,
        info: { kind: 'veth', data: undefined },
      });
      expect(link.address).toMatch(/^.[26ae]:/);
    }
    expect(rig.ip.link.show('v0').address).not.toBe(rig.ip.link.show('v1').address);
  });

  it('has in its files the speed that ethtool tells, once it is up', () => {
    rig.pair();
    const read = (name: string): string => new TextDecoder().decode(rig.kernel.initialNamespace.readFile(`/sys/class/net/v0/${name}`));
    for (const name of ['speed', 'duplex']) expect(() => read(name)).toThrow(code('EINVAL'));
    rig.ip.link.set('v0', { up: true });
    expect([read('speed'), read('duplex')]).toEqual(['10000\n', 'full\n']);
    expect(() => rig.kernel.initialNamespace.readFile('/sys/class/net/lo/speed')).toThrow(code('EINVAL'));
  });

  it('has names of its own when nobody gives it any, and attributes of the first end', () => {
    rig.ip.link.add({ kind: 'veth', mtu: 2000, address: '02:00:00:00:00:01' });
    expect(rig.ip.link.list({ kind: 'veth' }).map(({ name, mtu }) => [name, mtu])).toEqual([['veth0', 2000], ['veth1', 2000]]);
    // The peer is made first; the address is not given twice.
    expect(rig.ip.link.show('veth1').address).toBe('02:00:00:00:00:01');
    expect(rig.ip.link.show('veth0').address).not.toBe('02:00:00:00:00:01');
  });

  it('takes what is asked of its other end', () => {
    rig.pair({ index: 50 }, { name: 'other', index: 40, address: Uint8Array.of(2, 0, 0, 0, 0, 7), mtu: 9000 });
    rig.ip.link.set('other', { up: true });
    expect(rig.ip.link.show('other')).toMatchObject({ index: 40, address: '02:00:00:00:00:07', mtu: 9000, operState: IF_OPER_LOWERLAYERDOWN });
    expect(rig.ip.link.show('v0')).toMatchObject({ index: 50, mtu: 1500 });
  });

  const settings = { '26.10.5': 'when the settings changed last, and a time drawn by lot' };
  const traffic = 'a multicast listener report was sent through it';
  it.each<[string, number, Readonly<Record<string, string>>]>([
    ['v0 down', RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS, settings],
    ['v1 down', RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS, settings],
  ])('says what a real one says: %s', (what, extMask, differs) => {
    rig.pair({ index: 4, address: addressOf('v0 down') }, { name: 'v1', index: 3, address: octetsOf(addressOf('v1 down')) });
    using socket = rig.route();
    expectLink(getLink(socket, what.slice(0, 2), extMask), measured(what), differs);
  });

  it('says what a real one says when both ends are up', () => {
    rig.pair({ index: 4, address: addressOf('v0 down') }, { name: 'v1', index: 3, address: octetsOf(addressOf('v1 down')) });
    rig.ip.link.set('v0', { up: true });
    rig.ip.link.set('v1', { up: true });
    using socket = rig.route();
    expectLink(getLink(socket, 'v0', RTEXT_FILTER_VF), measured('v0 up'), {
      ...settings,
      '23': traffic,
      '7': traffic,
      '26.10.3': traffic,
      '26.10.6': traffic,
    });
  });

  it('has a carrier while both ends are up', () => {
    rig.pair();
    rig.ip.link.set('v0', { up: true });
    expect(rig.ip.link.show('v0')).toMatchObject({ carrier: false, operState: IF_OPER_LOWERLAYERDOWN });
    expect(rig.kernel.linkDetected('v0')).toBe(false);
    rig.ip.link.set('v1', { up: true });
    expect([rig.ip.link.show('v0').operState, rig.ip.link.show('v1').operState]).toEqual([IF_OPER_UP, IF_OPER_UP]);
    expect(rig.kernel.linkDetected('v0')).toBe(true);
    rig.ip.link.set('v0', { up: false });
    expect(rig.ip.link.show('v1')).toMatchObject({ carrier: false, operState: IF_OPER_LOWERLAYERDOWN, carrierUpCount: 1, carrierDownCount: 2 });
    expect(() => {
      rig.ip.link.set('v1', { carrier: true });
    }).toThrow(code('EOPNOTSUPP'));
  });

  it.each([
    ['on the link', () => { rig.pair({ address: '01:00:00:00:00:01' }); }, 'EADDRNOTAVAIL'],
    ['on the peer', () => { rig.pair({}, { name: 'v1', address: new Uint8Array(6) }); }, 'EADDRNOTAVAIL'],
    ['short, on the peer', () => { rig.pair({}, { name: 'v1', address: Uint8Array.of(2, 1) }); }, 'EINVAL'],
    ['with too small an MTU', () => { rig.pair({ mtu: 67 }); }, 'EINVAL'],
    ['with too great an MTU on the peer', () => { rig.pair({}, { name: 'v1', mtu: 65_536 }); }, 'EINVAL'],
    ['with one name for both', () => { rig.pair({}, { name: 'v0' }); }, 'EEXIST'],
    ['with a peer that takes a name', () => { rig.pair({}, { name: 'lo' }); }, 'EEXIST'],
    ['with a peer that is to be up before it has an other end', () => { rig.pair({}, { name: 'v1', up: true }); }, 'ENOTCONN'],
    ['with a peer nowhere', () => { rig.pair({}, { name: 'v1', netnsFd: 12_345 }); }, 'EBADF'],
  ])('is refused %s, and nothing of it stays', (_what, make, errno) => {
    expect(make).toThrow(code(errno));
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('is refused when its peer attribute is too short for a header', () => {
    expect(() => {
      rig.ip.link.add({ kind: 'veth', data: (writer) => void writer.putBytes(1, new Uint8Array(15)) });
    }).toThrow(code('ERANGE'));
  });

  it('goes as a whole, whichever end is deleted', () => {
    for (const end of ['v0', 'v1']) {
      rig.pair();
      rig.ip.link.set('v0', { up: true });
      rig.ip.link.set('v1', { up: true });
      rig.ip.link.delete(end);
      expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    }
  });

  it('has the queues that are asked for, else one of those for each CPU', () => {
    using four = new Rig({ cpus: 4 });
    four.pair();
    expect(four.ip.link.show('v0')).toMatchObject({ numTxQueues: 4, numRxQueues: 4 });
    four.ip.link.delete('v0');
    four.pair({ numTxQueues: 2, numRxQueues: 3 });
    expect(four.ip.link.show('v0')).toMatchObject({ numTxQueues: 2, numRxQueues: 3 });
  });
});

describe('what a veth sends', () => {
  beforeEach(() => {
    rig.pair();
    rig.ip.link.set('v0', { up: true });
    rig.ip.link.set('v1', { up: true });
  });

  it('comes in at the other end, counted on both', () => {
    using sender = rig.packets('v0', 0);
    using receiver = rig.packets('v1');
    const { address = '' } = rig.ip.link.show('v1');
    const sent = [frame(address), frame('ff:ff:ff:ff:ff:ff', 100), frame('33:33:00:00:00:01'), frame('02:00:00:00:00:55')];
    for (const octets of sent) sender.send(octets);
    const seen = sent.map(() => receiver.receive());
    expect(seen.map((packet) => packet?.bytes)).toEqual(sent);
    expect(seen.map((packet) => packet?.from.pktType)).toEqual([PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST]);
    expect(rig.ip.link.show('v0').stats).toMatchObject({ txPackets: 4n, txBytes: 280n, rxPackets: 0n });
    expect(rig.ip.link.show('v1').stats).toMatchObject({ rxPackets: 4n, rxBytes: 280n, txPackets: 0n, rxDropped: 0n });
  });

  it('is dropped where nobody takes it, by reason', () => {
    using sender = rig.packets('v0', 0);
    sender.send(frame('ff:ff:ff:ff:ff:ff'));
    expect(rig.ip.link.show('v1').stats).toMatchObject({ rxPackets: 1n, rxDropped: 1n });
    expect(rig.kernel.skbs().dropped).toMatchObject({ UNHANDLED_PROTO: 1 });
  });

  it('is seen by a sender that also listens once, as what goes out', () => {
    using one = rig.packets('v0');
    one.send(frame('ff:ff:ff:ff:ff:ff'));
    expect(one.receive()).toBeUndefined();
    using two = rig.packets('v0');
    one.send(frame('ff:ff:ff:ff:ff:ff'));
    expect(two.receive()?.from.pktType).toBe(PACKET_OUTGOING);
    expect(two.receive()).toBeUndefined();
  });

  it('is too long for a smaller MTU at the other end: dropped there and counted here', () => {
    rig.ip.link.set('v1', { mtu: 100 });
    using sender = rig.packets('v0', 0);
    // MTU, header and a VLAN tag fit.
    sender.send(frame('ff:ff:ff:ff:ff:ff', 118));
    expect(() => sender.send(frame('ff:ff:ff:ff:ff:ff', 119))).toThrow(code('ENOBUFS'));
    expect(rig.ip.link.show('v0').stats).toMatchObject({ txPackets: 1n, txDropped: 1n });
    expect(rig.ip.link.show('v1').stats).toMatchObject({ rxPackets: 1n, rxDropped: 2n });
  });

  it('meets no carrier when the other end is down', () => {
    rig.ip.link.set('v1', { up: false });
    using sender = rig.packets('v0', 0);
    sender.send(frame('ff:ff:ff:ff:ff:ff'));
    expect(rig.ip.link.show('v0').stats).toMatchObject({ txPackets: 0n, txDropped: 1n });
  });

  it('goes back and forth between two that answer each other, without end and without holding the process', () => {
    using first = rig.packets('v0');
    using second = rig.packets('v1');
    let rounds = 0;
    first.send(frame('ff:ff:ff:ff:ff:ff'));
    for (let from = second, to = first; rounds < 100; rounds++) {
      for (let packet = from.receive(); packet !== undefined; packet = from.receive()) if (packet.from.pktType !== PACKET_OUTGOING) from.send(packet.bytes);
      [from, to] = [to, from];
    }
    expect(rig.ip.link.show('v0').stats?.txPackets).toBe(51n);
    expect(rig.kernel.skbs().live).toBe(1);
  });
});

describe('a pair across namespaces', () => {
  it('is made there, says where the other end is, and carries packets', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.pair({}, { name: 'inside', netnsFd: fd.fd });
    const there = rig.client(other);
    there.link.set('inside', { up: true });
    expect(rig.ip.link.show('v0').linkNetnsid).toBe(0);
    expect(there.link.show('inside').linkNetnsid).toBe(0);
    rig.ip.link.set('v0', { up: true });
    using sender = rig.packets('v0', 0);
    using receiver = rig.packets('inside', 3, other);
    sender.send(frame('ff:ff:ff:ff:ff:ff'));
    expect(receiver.receive()?.bytes).toEqual(frame('ff:ff:ff:ff:ff:ff'));
    expect(there.link.show('inside').stats).toMatchObject({ rxPackets: 1n, rxBytes: 60n });
  });

  // As on the host: who asks about another namespace is told by numbers of his own, even of himself.
  it('tells where the other end is in the words of who asks', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.pair({}, { name: 'inside', netnsFd: fd.fd });
    expect(rig.ip.link.show('v0').linkNetnsid).toBe(0);
    using socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    for (const dump of [false, true]) {
      const writer = new MessageWriter(256);
      writer.begin(RTM_GETLINK, dump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST, 1, 0);
      writer.reserve(ifinfomsg.SIZE);
      writer.putS32(IFLA_TARGET_NETNSID, 0);
      if (!dump) writer.putString(IFLA_IFNAME, 'inside');
      writer.end();
      socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
      socket.send(writer.bytes);
      const links = [...messages(socket.receive()?.bytes ?? new Uint8Array())].filter(({ type }) => type === RTM_NEWLINK).map((message) => parseLink(message));
      expect(links.find((link) => link?.name === 'inside')).toMatchObject({ linkNetnsid: 1, targetNetnsid: 0 });
    }
  });

  it('says what a real one says', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    const what = 'v0 down, its peer in another namespace';
    rig.pair({ index: 3, address: addressOf(what) }, { name: 'v1', index: 2, netnsFd: fd.fd });
    using socket = rig.route();
    expectLink(getLink(socket, 'v0', RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS), measured(what), {
      '26.10.5': 'when the settings changed last, and a time drawn by lot',
      '37': 'the number that this machine had given the namespace',
    });
  });

  it('is moved one end at a time', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.pair();
    rig.ip.link.set('v1', { netns: { fd: fd.fd } });
    const there = rig.client(other);
    there.link.set('v1', { up: true });
    rig.ip.link.set('v0', { up: true });
    expect(there.link.show('v1').operState).toBe(IF_OPER_UP);
    rig.ip.link.delete('v0');
    expect(there.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('goes with the namespace that has one end', () => {
    const other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.pair({ up: true }, { name: 'inside', netnsFd: fd.fd });
    fd[Symbol.dispose]();
    other[Symbol.dispose]();
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('goes with the module', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.pair({ up: true }, { name: 'inside', netnsFd: fd.fd });
    rig.client(other).link.set('inside', { up: true });
    rig.kernel.rmmod('veth');
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(rig.client(other).link.list().map(({ name }) => name)).toEqual(['lo']);
  });
});

function octetsOf(address: string): Uint8Array {
  return Uint8Array.from(address.split(':').map((text) => Number.parseInt(text, 16)));
}
