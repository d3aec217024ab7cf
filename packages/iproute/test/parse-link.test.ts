import { readFileSync } from 'node:fs';
import {
  ARPHRD_NETLINK,
  IFF_LOWER_UP,
  IFF_NOARP,
  IFF_RUNNING,
  IFF_UP,
  IFLA_AF_SPEC,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_PROP_LIST,
  IFLA_STATS,
  IFLA_STATS64,
  IF_OPER_DOWN,
  IF_OPER_UNKNOWN,
  NLA_F_NESTED,
  RTM_NEWLINK,
  ifinfomsg,
} from '@netdevkit/bindings';
import { Message, MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributePath, parseLink, parseNamespaceId, parseStats, type Link } from '../src/index.ts';

interface Golden {
  readonly what: string;
  readonly hex: string;
}

// CAST: the file is part of the tests, and in this shape.
const goldens = JSON.parse(readFileSync(new URL('golden/newlink-6.12.json', import.meta.url), 'utf8')) as Golden[];

const octetsOf = ({ hex }: Golden): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

function golden(what: string): Link {
  const found = goldens.find((one) => one.what.endsWith(what));
  if (found === undefined) throw new Error(`no golden: ${what}`);
  const link = parseLink(new Message(octetsOf(found)));
  if (link === undefined) throw new Error(`no link: ${what}`);
  return link;
}

/** A message with a link of these attributes. */
function message(fill: (writer: MessageWriter) => void): Message {
  const writer = new MessageWriter();
  writer.begin(RTM_NEWLINK, 0, 0, 0);
  writer.reserve(ifinfomsg.SIZE);
  fill(writer);
  writer.end();
  return new Message(writer.toBytes());
}

describe('parseLink', () => {
  it('reads what Linux says of nlmon0', () => {
    expect(golden('nlmon0 up')).toMatchObject({
      type: ARPHRD_NETLINK,
      flags: IFF_UP | IFF_RUNNING | IFF_NOARP | IFF_LOWER_UP,
      change: 0,
      name: 'nlmon0',
      altNames: [],
      address: undefined,
      broadcast: undefined,
      mtu: 3776,
      minMtu: 16,
      maxMtu: 0,
      qdisc: 'noqueue',
      txQueueLen: 1000,
      operState: IF_OPER_UNKNOWN,
      linkMode: 0,
      group: 0,
      promiscuity: 0,
      allMulti: 0,
      numTxQueues: 1,
      numRxQueues: 1,
      carrier: true,
      carrierChanges: 0,
      protoDown: false,
      gsoMaxSegs: 65_535,
      gsoMaxSize: 65_536,
      tsoMaxSize: 65_536,
      map: { memStart: 0n, memEnd: 0n, baseAddr: 0n, irq: 0, dma: 0, port: 0 },
      xdp: { attached: 0, progId: undefined },
      info: { kind: 'nlmon', data: undefined, slaveKind: undefined },
      inet6: { addrGenMode: 0 },
    });
    expect(golden('nlmon0 down')).toMatchObject({ flags: IFF_NOARP, qdisc: 'noop', operState: IF_OPER_DOWN });
  });

  it('reads addresses and statistics', () => {
    const dummy = golden('dummy0 up');
    expect(dummy.address).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(dummy.broadcast).toBe('ff:ff:ff:ff:ff:ff');
    expect(typeof dummy.stats?.txPackets).toBe('bigint');
    expect(golden(': lo up').address).toBe('00:00:00:00:00:00');
  });

  it('knows every attribute of Linux 6.12 but those that it keeps whole', () => {
    // IFLA_DEVLINK_PORT 62 and IFLA_DPLL_PIN 65 are empty nests here.
    for (const one of goldens) {
      const link = parseLink(new Message(octetsOf(one)));
      expect(link?.others.map(({ type }) => type)).toEqual([IFLA_AF_SPEC, 62, 65]);
    }
  });

  it('keeps what it does not know', () => {
    const link = parseLink(message((writer) => writer.putBytes(999, Uint8Array.of(1, 2, 3))));
    expect(link?.others).toEqual([{ type: 999, bytes: Uint8Array.of(1, 2, 3) }]);
  });

  it('outlives the octets that it was read from, but for what is told as octets', () => {
    const bytes = message((writer) => {
      writer.putString(IFLA_IFNAME, 'eth0');
      writer.putBytes(999, Uint8Array.of(1, 2, 3));
      writer.putNested(IFLA_LINKINFO, () => {
        writer.putString(IFLA_INFO_KIND, 'paint');
        writer.putNested(IFLA_INFO_DATA, () => writer.putU8(9, 7));
      });
    });
    const link = parseLink(bytes);
    const octets = link?.others[0]?.bytes;
    expect([octets, link?.info?.dataOctets]).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(5, 0, 9, 0, 7, 0, 0, 0)]);
    bytes.bytes.fill(0xff);
    expect([octets, link?.name, link?.info?.data]).toEqual([Uint8Array.of(255, 255, 255), 'eth0', { '#9': '07' }]);
  });

  it('reads alternative names', () => {
    const link = parseLink(
      message((writer) => {
        writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
          writer.putString(53, 'one');
          writer.putString(53, 'two');
        });
      }),
    );
    expect(link?.altNames).toEqual(['one', 'two']);
  });

  it('takes an attribute that is too short for one that was not sent', () => {
    expect(parseLink(message((writer) => writer.putU16(IFLA_MTU, 1500)))?.mtu).toBeUndefined();
  });

  it('takes the wide counters, whichever order they come in', () => {
    const wide = new Uint8Array(200);
    wide[0] = 2;
    const narrow = new Uint8Array(96);
    narrow[0] = 1;
    const both = [
      message((writer) => {
        writer.putBytes(IFLA_STATS, narrow);
        writer.putBytes(IFLA_STATS64, wide);
      }),
      message((writer) => {
        writer.putBytes(IFLA_STATS64, wide);
        writer.putBytes(IFLA_STATS, narrow);
      }),
    ];
    for (const one of both) expect(parseLink(one)?.stats?.rxPackets).toBe(2n);
    expect(parseLink(message((writer) => writer.putBytes(IFLA_STATS, narrow)))?.stats?.rxPackets).toBe(1n);
  });

  it('takes the counters of an older kernel, which has fewer', () => {
    const old = new Uint8Array(184 + 3).fill(1);
    const stats = parseLink(message((writer) => writer.putBytes(IFLA_STATS64, old)))?.stats;
    expect(stats?.txCompressed).toBe(0x0101_0101_0101_0101n);
    expect(stats?.rxNohandler).toBe(0n);
    expect(stats?.rxOtherhostDropped).toBe(0n);
  });

  it('gives nothing for a message without a header', () => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, 0, 0, 0);
    writer.reserve(ifinfomsg.SIZE - 1);
    writer.end();
    expect(parseLink(new Message(writer.toBytes()))).toBeUndefined();
  });

  it('reads any octets without a throw', () => {
    const random = fc.uint8Array({ minLength: 16, maxLength: 400 });
    const mutated = fc.tuple(fc.constantFrom(...goldens), fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 8 })).map(([one, changes]) => {
      const bytes = octetsOf(one);
      for (const [at, octet] of changes) if (at >= 16 && at < bytes.length) bytes[at] = octet;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(random, mutated), fc.nat(2000), fc.nat(70), (octets, offset, missing) => {
        const bytes = octets.slice();
        new DataView(bytes.buffer).setUint32(0, bytes.length, true);
        const one = new Message(bytes);
        parseLink(one);
        parseStats(one);
        parseNamespaceId(one);
        for (const type of [16, 18, 88, 94, 1]) {
          new DataView(bytes.buffer).setUint16(4, type, true);
          attributePath(bytes, 0, offset);
          attributePath(bytes, 0, undefined, missing);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('attributePath', () => {
  const request = message((writer) => {
    writer.putString(IFLA_IFNAME, 'x');
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(1, 'vlan');
      writer.putNested(2, () => {
        writer.putU16(77, 5);
        writer.putU16(1, 5);
      });
    });
    writer.putU32(IFLA_MTU, 15);
  }).bytes;
  // 16 nlmsghdr, 16 ifinfomsg, 8 IFLA_IFNAME; in IFLA_LINKINFO: 12 IFLA_INFO_KIND, then IFLA_INFO_DATA.

  it.each([
    [32, 'IFLA_IFNAME'],
    [40, 'IFLA_LINKINFO'],
    [44, 'IFLA_LINKINFO.IFLA_INFO_KIND'],
    [56, 'IFLA_LINKINFO.IFLA_INFO_DATA'],
    [60, 'IFLA_LINKINFO.IFLA_INFO_DATA.#77'],
    [68, 'IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VLAN_ID'],
    [76, 'IFLA_MTU'],
  ])('names what starts at %i', (offset, name) => {
    expect(attributePath(request, 0, offset)).toBe(name);
  });

  it.each([0, 16, 34, 42, 84, 4000, 0xffff_ffff])('has no name for octet %i, where nothing starts', (offset) => {
    expect(attributePath(request, 0, offset)).toBeUndefined();
  });

  it('has no name in a message that is no request of this package', () => {
    const other = request.slice();
    new DataView(other.buffer).setUint16(4, 200, true);
    expect(attributePath(other, 0, 32)).toBeUndefined();
  });

  it('finds a message in the middle of a datagram', () => {
    const datagram = new Uint8Array(64 + request.length);
    datagram.set(request, 64);
    expect(attributePath(datagram, 64, 76)).toBe('IFLA_MTU');
  });
});
