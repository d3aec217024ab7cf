import { IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_LINKINFO, NLM_F_REQUEST, RTM_NEWLINK, ifinfomsg } from '@netdevkit/bindings';
import { Message, MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLink,
  isMemberOfKind,
  isOfKind,
  parseLink,
  setLink,
  type AttributeObject,
  type Link,
  type LinkDataByKind,
  type MemberDataByKind,
  type Request,
} from '../src/index.ts';

/** The message that a request is. */
function messageOf(request: Pick<Request<unknown>, 'encode' | 'flags' | 'type'>): Message {
  const writer = new MessageWriter();
  writer.begin(request.type, NLM_F_REQUEST | request.flags, 1, 0);
  request.encode(writer);
  writer.end();
  return new Message(writer.toBytes());
}

/** What a link would be told that says of itself what was asked for: requests and links have the same form. */
function asked(request: Request<unknown>): Link {
  const link = parseLink(messageOf(request));
  if (link === undefined) throw new Error('no link');
  return link;
}

function octets(request: Request<unknown>): Uint8Array {
  return messageOf(request).payload.slice();
}

const geneve = { id: 7, remote: '192.0.2.1', ttl: 64, port: 6081, df: 'inherit', 'port-range': { low: 1000, high: 2000 } } as const;
const gre = { link: 2, iflags: ['key'], oflags: ['key', 'csum'], ikey: 5, okey: 6, local: '192.0.2.1', remote: '192.0.2.2', 'encap-type': 'fou' } as const;
const gre6 = { iflags: ['key'], okey: 0xffff_ffff, local: '2001:db8::1', remote: '2001:db8::2', flags: ['ign-encap-limit'], 'collect-metadata': true } as const;
const iptun = { local: '192.0.2.1', remote: '192.0.2.2', ttl: 9, proto: 'ipip', '6rd-prefix': '2002::', '6rd-prefixlen': 16 } as const;
const macvlan = { mode: 'source', flags: ['nopromisc'], 'macaddr-mode': 'set', 'macaddr-data': { macaddr: ['02:00:00:00:00:01', '02:00:00:00:00:02'] } } as const;
const ipvlan = { mode: 'l3s', flags: ['private'] } as const;

/** Something of every kind: the type asks for all that the schema has. */
const SAMPLES: LinkDataByKind = {
  bond: { mode: '802.3ad', miimon: 100, 'arp-ip-target': ['192.0.2.1', '192.0.2.2'], 'ns-ip6-target': ['2001:db8::1'], 'xmit-hash-policy': 'layer3+4', 'ad-actor-system': '02:00:00:00:00:01' },
  bridge: { 'forward-delay': 400, 'vlan-filtering': 1, 'vlan-protocol': '8021ad', 'group-addr': '01:80:c2:00:00:01', 'mcast-router': 'perm', 'mcast-query-intvl': 12_500, 'fdb-flush': true, 'multi-boolopt': { optval: ['mst-enable'], optmask: ['no-ll-learn', 'mst-enable'] } },
  erspan: { ...gre, 'erspan-ver': 2, 'erspan-hwid': 9 },
  gre,
  gretap: { ...gre, 'ignore-df': 1 },
  ip6gre: gre6,
  ip6gretap: gre6,
  ip6erspan: gre6,
  geneve,
  ovs_geneve: geneve,
  hsr: { slave1: 2, slave2: 3, 'multicast-spec': 5, version: 1, protocol: 0, interlink: 4 },
  ipip: iptun,
  ip6tnl: { local: '2001:db8::1', remote: '2001:db8::2', 'encap-limit': 4, flags: ['mip6-dev'], proto: 'ipv6' },
  sit: { ...iptun, flags: ['isatap'], '6rd-relay-prefix': '192.0.2.0' },
  tun: { owner: 1000, type: 'tap', pi: 0, 'multi-queue': 1 },
  vlan: { id: 5, protocol: '8021ad', flags: { flags: ['reorder-hdr', 'gvrp'], mask: 3 }, 'egress-qos': { mapping: [{ from: 1, to: 2 }, { from: 3, to: 4 }] } },
  vrf: { table: 10 },
  vti: { link: 3, ikey: 1, okey: 2, local: '192.0.2.1', remote: '192.0.2.2', fwmark: 7 },
  vti6: { local: '2001:db8::1', remote: '2001:db8::2' },
  netkit: { policy: 'blackhole', mode: 'l2', scrub: 'none', 'peer-info': { ifname: 'nk1' } },
  ovpn: { mode: 'mp' },
  macvlan,
  macvtap: macvlan,
  ipvlan,
  ipvtap: ipvlan,
  macsec: { port: 1, encrypt: 1, validation: 'strict', offload: 'mac' },
  rmnet: { 'mux-id': 1, flags: { flags: ['ingress-deaggregation'], mask: 1 } },
  ipoib: { pkey: 0x8001, mode: 'connected', umcast: 1 },
  veth: { peer: { ifname: 'v1', mtu: 9000, address: '02:00:00:00:00:03', 'num-tx-queues': 2 } },
  vxcan: { peer: { ifname: 'c1' } },
  caif: { 'ipv4-connid': 1, loopback: 1 },
  dsa: { conduit: 2 },
  batadv: { 'algo-name': 'BATMAN_V' },
  wwan: { 'link-id': 3 },
  ppp: { 'dev-fd': 4 },
  can: { bittiming: { bitrate: 500_000, 'sample-point': 875, tq: 0, 'prop-seg': 0, 'phase-seg1': 0, 'phase-seg2': 0, sjw: 1, brp: 0 }, ctrlmode: { mask: ['loopback', 'fd'], flags: ['loopback'] }, 'restart-ms': 100, termination: 120 },
  vxlan: { id: 42, group: '239.1.1.1', local: '192.0.2.1', ttl: 5, port: 4789, 'port-range': { low: 10, high: 20 }, gbp: true, df: 'set', label: 0x12345 },
  bareudp: { port: 6635, ethertype: 0x8847, 'multiproto-mode': true },
  gtp: { fd0: 5, role: 'sgsn', 'pdp-hashsize': 131_072 },
  amt: { mode: 'relay', 'relay-port': 2268, 'local-ip': '192.0.2.1' },
  xfrm: { link: 2, 'if-id': 77 },
};

const MEMBERS: MemberDataByKind = {
  bridge: { cost: 5, priority: 8, state: 'forwarding', guard: 1, 'multicast-router': 'temp-query', 'group-fwd-mask': 8, flush: true },
  bond: { 'queue-id': 3, prio: -1 },
  vrf: { table: 10 },
};

const kinds = Object.entries<AttributeObject>({ ...SAMPLES });

/** The header of a link comes back whole. */
function expected(data: AttributeObject): AttributeObject {
  const header = { 'ifi-family': 'unspec', 'ifi-type': 0, 'ifi-index': 0, 'ifi-flags': [], 'ifi-change': 0 };
  const whole = Object.entries(data).map(([name, value]) => [name, name.startsWith('peer') ? Object.assign({}, header, value) : value] as const);
  return Object.fromEntries(whole);
}

describe('data', () => {
  it.each(kinds)('says and is told by name what a %s has', (kind, data) => {
    const link = asked(addLink({ kind, data }));
    expect(link.info).toMatchObject({ kind, data: expected(data) });
    expect(Object.keys(link.info?.data ?? {})).toEqual(Object.keys(data));
  });

  it.each(Object.entries<AttributeObject>({ ...MEMBERS }))('says and is told by name what a member of a %s has', (slaveKind, slaveData) => {
    const { info } = asked(setLink('eth0', { slaveKind, slaveData }));
    expect(info).toMatchObject({ kind: undefined, data: undefined, slaveKind, slaveData });
  });

  it('is written as the kernel reads it', () => {
    const byHand = (fill: (writer: MessageWriter) => void): Uint8Array =>
      messageOf({
        type: RTM_NEWLINK,
        flags: 0,
        encode(writer) {
          writer.reserve(ifinfomsg.SIZE);
          writer.putNested(IFLA_LINKINFO, () => fill(writer));
        },
      }).payload;
    const vlan = byHand((writer) => {
      writer.putString(IFLA_INFO_KIND, 'vlan');
      writer.putNested(IFLA_INFO_DATA, () => {
        writer.putU16(1, 5);
        writer.putBe16(5, 0x88a8);
        writer.putBytes(2, Uint8Array.of(3, 0, 0, 0, 3, 0, 0, 0));
      });
    });
    expect(octets(addLink({ kind: 'vlan', data: { id: 5, protocol: '8021ad', flags: { flags: ['reorder-hdr', 'gvrp'], mask: 3 } } }))).toEqual(vlan);
    expect(octets(addLink({ kind: 'vlan', data: { id: 5, protocol: 0x88a8, '#2': '0300000003000000' } }))).toEqual(vlan);
    expect(
      octets(
        addLink({
          kind: 'vlan',
          data: (writer) => {
            writer.putU16(1, 5);
            writer.putBe16(5, 0x88a8);
            writer.putBytes(2, Uint8Array.of(3, 0, 0, 0, 3, 0, 0, 0));
          },
        }),
      ),
    ).toEqual(vlan);
    const port = byHand((writer) => {
      writer.putString(IFLA_INFO_SLAVE_KIND, 'bridge');
      writer.putNested(IFLA_INFO_SLAVE_DATA, () => writer.putU32(3, 5));
    });
    expect(octets(setLink(1, { slaveKind: 'bridge', slaveData: { cost: 5 } })).subarray(ifinfomsg.SIZE)).toEqual(port.subarray(ifinfomsg.SIZE));
  });

  it('goes by number where no schema has the kind, or the attribute', () => {
    const { info } = asked(addLink({ kind: 'paint', data: { '#1': '03', '#7': '00000001ff' } }));
    expect(info).toMatchObject({ kind: 'paint', data: { '#1': '03', '#7': '00000001ff' } });
    expect(asked(addLink({ kind: 'vlan', data: { id: 1, '#99': 'ff' } })).info?.data).toEqual({ id: 1, '#99': 'ff' });
    expect(asked(addLink({ kind: 'vlan', data: { '#1': '05' } })).info?.data).toEqual({ '#1': '05' });
  });

  it('is empty, or not there', () => {
    expect(asked(addLink({ kind: 'bridge', data: {} })).info).toMatchObject({ kind: 'bridge', data: {}, dataOctets: new Uint8Array(0) });
    expect(asked(addLink({ kind: 'bridge' })).info).toEqual({ kind: 'bridge', data: undefined, dataOctets: undefined, slaveKind: undefined, slaveData: undefined, xstats: undefined });
  });

  it.each<readonly [AttributeObject, RegExp]>([
    [{ idx: 5 }, /^data: linkinfo-vlan-attrs has no "idx"$/],
    [{ id: 'five' }, /^data: id: expected a number, got "five"$/],
    [{ id: 65_536 }, /^data: id: 65536 does not fit 2 octets$/],
    [{ id: -1 }, /^data: id: -1 does not fit 2 octets$/],
    [{ protocol: '802.1q' }, /^data: protocol: expected a number, got "802\.1q"$/],
    [{ flags: { flags: ['gvrpx'], mask: 1 } }, /^data: flags: no bit is called "gvrpx"$/],
    [{ flags: 'gvrp' }, /^data: expected hexadecimal digits, got "gvrp"$|^data: flags: /],
    [{ 'egress-qos': { mapping: 1 } }, /^data: mapping: expected a list, got 1$/],
    [{ '#9': 'zz' }, /^data: .*expected hexadecimal digits, got "zz"$/],
    [{ '#9': 'aa'.repeat(70_000) }, /^data: an attribute of 70004 octets is too long$/],
  ])('names what is wrong: %j', (data, message) => {
    const request = addLink<string>({ kind: 'vlan', data });
    expect(() => messageOf(request)).toThrow(RangeError);
    expect(() => messageOf(request)).toThrow(message);
  });

  it('names the attribute that an address does not fit', () => {
    expect(() => messageOf(addLink({ kind: 'vxlan', data: { group: '2001:db8::1' } }))).toThrow('data: group: expected an IPv4 address, got "2001:db8::1"');
  });

  it('wants the kind that says what it means', () => {
    expect(() => messageOf(setLink('eth0', { data: { id: 1 } }))).toThrow(new TypeError('data: expected a kind beside it, got none'));
    expect(() => messageOf(setLink('eth0', { slaveData: { cost: 1 } }))).toThrow(new TypeError('slaveData: expected a slaveKind beside it, got none'));
  });

  it('is told of whatever octets there are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.map(([kind]) => kind), 'paint'), fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 40 }), (kind, data, slave) => {
        const writer = new MessageWriter();
        writer.begin(RTM_NEWLINK, 0, 0, 0);
        writer.reserve(ifinfomsg.SIZE);
        writer.putNested(IFLA_LINKINFO, () => {
          writer.putString(IFLA_INFO_KIND, kind);
          writer.putBytes(IFLA_INFO_DATA, data);
          writer.putString(IFLA_INFO_SLAVE_KIND, 'bridge');
          writer.putBytes(IFLA_INFO_SLAVE_DATA, slave);
        });
        writer.end();
        const info = parseLink(new Message(writer.toBytes()))?.info;
        expect(info?.kind).toBe(kind);
        expect(info?.dataOctets).toEqual(data);
        expect(info?.data).toBeTypeOf('object');
        expect(info?.slaveData).toBeTypeOf('object');
      }),
      { numRuns: 300 },
    );
  });
});

describe('isOfKind, isMemberOfKind', () => {
  it('tell links by kind', () => {
    const link: Link = asked(addLink({ kind: 'vlan', data: { id: 5 }, slaveKind: 'bridge', slaveData: { cost: 3 } }));
    expect([isOfKind(link, 'vlan'), isOfKind(link, 'bridge'), isMemberOfKind(link, 'bridge'), isMemberOfKind(link, 'bond')]).toEqual([true, false, true, false]);
    if (isOfKind(link, 'vlan')) expect(link.info?.data?.id).toBe(5);
    if (isMemberOfKind(link, 'bridge')) expect(link.info?.slaveData?.cost).toBe(3);
  });
});
