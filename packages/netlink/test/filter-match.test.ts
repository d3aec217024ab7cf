import {
  IFLA_ADDRESS,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  NETLINK_GENERIC,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_ROUTE,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_CAPPED,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '@netdevkit/bindings';
import { describe, expect, it, vi } from 'vitest';
import { DecodeContext, ObjectDecoder, PacketCursor, type PacketInfo } from '../src/decode/index.ts';
import { PartWalker } from '../src/decode/part-walker.ts';
import { rtAddrMore } from '../src/families/rt-addr-more.ts';
import { nlctrl } from '../src/generated/nlctrl.ts';
import { rtAddr } from '../src/generated/rt-addr.ts';
import { rtLink } from '../src/generated/rt-link.ts';
import { compileFilter, FieldReader, MessageWriter } from '../src/index.ts';
import type { RawFamily } from '../src/schema/index.ts';

const ETHTOOL = 21;

/** A cursor at the first message of a packet, or at octets that are none. */
function cursorAt(bytes: Uint8Array, info: Partial<PacketInfo> = {}): PacketCursor {
  const context = new DecodeContext({ families: [rtLink, rtAddr, rtAddrMore, nlctrl, uevents], genlFamilies: { [ETHTOOL]: 'ethtool' } });
  const cursor = new PacketCursor(context);
  cursor.reset({ bytes, protocol: NETLINK_ROUTE, ...info });
  expect(cursor.next()).toBe(true);
  return cursor;
}

function message(type: number, flags: number, fill: (writer: MessageWriter) => void, seq = 1, pid = 1234): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, pid);
  fill(writer);
  writer.end();
  return writer.bytes;
}

/** RTM_NEWLINK of veth7, whose index is 7. */
const veth = message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, (writer) => {
  const at = writer.reserve(16);
  new DataView(writer.bytes.buffer, writer.bytes.byteOffset).setInt32(at + 4, 7, true);
  new DataView(writer.bytes.buffer, writer.bytes.byteOffset).setUint32(at + 8, 0x1043, true);
  writer.putString(IFLA_IFNAME, 'veth7');
  writer.putU32(IFLA_MTU, 1500);
  writer.putU32(IFLA_GROUP, 0);
  writer.putBytes(IFLA_ADDRESS, Uint8Array.of(0x02, 0, 0, 0xab, 0xcd, 0xef));
  writer.putNested(IFLA_LINKINFO, () => writer.putString(IFLA_INFO_KIND, 'veth'));
});

const address = message(RTM_NEWADDR, NLM_F_MULTI, (writer) => {
  const at = writer.reserve(8);
  writer.bytes[at] = 2;
  writer.putBytes(2, Uint8Array.of(10, 1, 2, 3));
});

const dump = message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, (writer) => writer.reserve(16), 5, 0);
const refused = message(NLMSG_ERROR, NLM_F_CAPPED, (writer) => new DataView(writer.bytes.buffer).setInt32(writer.reserve(20), -22, true));
const done = message(NLMSG_ERROR, NLM_F_CAPPED, (writer) => writer.reserve(20));
const dumped = message(NLMSG_DONE, NLM_F_MULTI, (writer) => writer.reserve(4));
const generic = message(ETHTOOL, NLM_F_REQUEST, (writer) => {
  const at = writer.reserve(4);
  writer.bytes[at] = 3;
});
const uevent = new TextEncoder().encode('add@/devices/virtual/net/lo\0');
const uevents: RawFamily = { name: 'uevent', protocol: NETLINK_KOBJECT_UEVENT, headerless: true, requests: {} };

describe('Filter', () => {
  it.each([
    'route', 'ROUTE', 'NETLINK_ROUTE', 'netlink_route', 'not generic', 'protocol == route', 'protocol == 0', 'protocol in (generic, route)', 'protocol ~ "rou*"',
    'RTM_NEWLINK', 'type == RTM_NEWLINK', 'type == rtm_newlink', 'type == 16', 'typeId == 0x10', 'type in (RTM_NEWLINK, RTM_DELLINK)', 'type in (10..16)', 'type ~ "*NEWLINK"',
    'type != RTM_GETLINK', 'request', 'flags has NLM_F_CREATE', 'flags has create', 'flags has ack', 'flags has 0x405', 'flags == 0x405', 'flags ~ "*CREATE"',
    'seq == 1', 'seq', 'pid == 1234', 'pid in 1000..2000', 'pid >= 1234 and pid <= 1234', 'len > 50', 'len < 1000', 'len in (1, 2, 50..100)',
    'header.ifi-index == 7', 'header.ifi-index', 'header', 'header.ifi-flags has up', 'not header.ifi-flags has down', 'header.ifi-flags in (up, down)',
    'header.ifi-flags == 0x1043', 'header.ifi-flags in (0x1000..0x1fff)', 'header.ifi-flags != 1', 'not header.ifi-flags < 4163',
    'attr.ifname == veth7', 'attr.ifname == "veth7"', 'attrs.ifname == veth7', 'attr.ifname ~ veth*', "attr.ifname ~ 'v?th7'", 'attr.ifname !~ eth*', 'attr.ifname != eth0',
    'attr.ifname in (eth0, veth7)', 'attr.mtu == 1500', 'attr.mtu > 1499', 'attr.mtu in (1000..2000)', 'attr.mtu ~ "15*"', 'attr.mtu == 0x5dc', 'attr.group', 'attr.group == 0',
    'attr.linkinfo.kind == veth', 'attr.linkinfo', 'attr', 'attr.address == 02:00:00:AB:cd:EF', 'not attr.nosuch', 'not attr.ifname.deeper', 'not attr.nosuch != 1',
    'frame == 12', 'frame in 10..20', 'time == 2026-11-21T17:02:03.5Z', 'time > 2026-11-21', 'time < 2026-11-21T18:02:03.6+01:00', 'time in 2026-11-21T17:02..2026-11-21T17:03',
    'time in (1795280523.5)', 'interface == nlmon0', 'interface ~ nlmon*', 'interface', 'rt-link', 'not error', 'not error != 0', 'not ack', 'not dump', 'not family', 'not truncated',
    'attr.mtu == 1 or (route and not (generic or dump))',
  ])('lets RTM_NEWLINK through: %s', (text) => {
    const info = { frame: 12, seconds: 1_795_280_523, nanoseconds: 500_000_000, interface: 'nlmon0' };
    const families = [{ name: 'rt-link', protocol: NETLINK_ROUTE, types: [[16, 19]] as const }];
    expect(compileFilter(text, { families }).matches(cursorAt(veth, info))).toBe(true);
    expect(compileFilter(`not (${text})`, { families }).matches(cursorAt(veth, info))).toBe(false);
  });

  it.each([
    'generic', 'type == RTM_GETLINK', 'type == 17', 'flags has DUMP', 'flags has 0x800', 'seq != 1', 'attr.ifname == VETH7', 'attr.ifname == veth', 'attr.ifname ~ "eth*"',
    'attr.mtu > 1500', 'attr.mtu == "1500 "', 'attr.nosuch == 1', 'attr.nosuch != 1', 'attr.ifname > 1', 'header.ifi-flags has down', 'attr.ifname has v', 'frame', 'time > 1970-01-01',
    'interface ~ "*"', 'interface != x', 'error == 0', 'version == 0', 'family != x', 'attr.linkinfo == veth', 'attr.linkinfo.kind.0',
  ])('does not let RTM_NEWLINK through: %s', (text) => {
    expect(compileFilter(text).matches(cursorAt(veth))).toBe(false);
  });

  it.each<[string, Uint8Array, string, boolean]>([
    ['a refusal', refused, 'error', true],
    ['a refusal', refused, 'error == EINVAL and error == -22 and error in (EPERM, EINVAL) and error in -30..-20 and error < 0', true],
    ['a refusal', refused, 'error.name == EINVAL', true],
    ['a refusal', refused, 'error.msg', false],
    ['a refusal', refused, 'ack', false],
    ['an acknowledgement', done, 'ack and error == 0 and not error and type == NLMSG_ERROR', true],
    ['the end of a dump', dumped, 'error == 0', false],
    ['the end of a dump', dumped, 'NLMSG_DONE and flags has multi', true],
    ['a dump', dump, 'dump and flags has NLM_F_DUMP and flags has ROOT and flags has match', true],
    ['a dump', dump, 'flags has REPLACE', false],
    ['a dump', dump, 'pid', false],
    ['an address', address, 'attr.local in (10.0.0.0/8)', true],
    ['an address', address, 'attr.local in (fe80::/10, 10.1.2.0/30)', true],
    ['an address', address, 'attr.local in (10.1.2.0/31, fe80::/10, 0.0.0.0/33)', false],
    ['an address', address, 'attr.local == 10.0.0.0/8', false],
    ['an address', address, 'header.ifa-family == inet', true],
    ['an address', address, 'header.ifa-family == 2', true],
    ['an address', address, 'header.ifa-family in (10, 1..2)', true],
    ['an address', address, 'header.ifa-family != 2', false],
    ['an address', address, 'header.ifa-family != 10', true],
    ['an address', address, 'header.ifa-flags == 0', true],
    ['an address', address, 'attr.local == 2', false],
  ])('sees %s', (_name, bytes, text, expected) => {
    expect(compileFilter(text).matches(cursorAt(bytes))).toBe(expected);
  });

  it('knows generic families by the names that the capture gives them', () => {
    const cursor = cursorAt(generic, { protocol: NETLINK_GENERIC });
    for (const text of ['ethtool', 'ETHTOOL', 'family == ethtool', 'family ~ "eth*"', 'type == ethtool', 'command == "#3"', 'generic and version == 0']) {
      expect(compileFilter(text).matches(cursor), text).toBe(true);
    }
    expect(compileFilter('nl80211').matches(cursor)).toBe(false);
    expect(compileFilter('rt-link', { families: [{ name: 'rt-link', protocol: 0, types: [[16, 19]] }] }).matches(cursor)).toBe(false);
  });

  it('sees octets that are no message', () => {
    const cursor = cursorAt(uevent, { protocol: NETLINK_KOBJECT_UEVENT, frame: 1 });
    for (const text of ['kobject-uevent', 'KOBJECT_UEVENT', 'frame == 1', `len == ${String(uevent.length)}`, 'trailing']) {
      expect(compileFilter(text).matches(cursor), text).toBe(true);
    }
    for (const text of ['seq == 0', 'pid == 0', 'type == 0', 'type', 'flags == 0', 'flags has 0', 'error', 'attr', 'family', 'request', 'ack']) {
      expect(compileFilter(text).matches(cursor), text).toBe(false);
    }
  });

  it('sees each message of a packet anew', () => {
    const both = new Uint8Array([...veth, ...dump]);
    const cursor = cursorAt(both);
    const filter = compileFilter('attr.ifname == veth7 or dump');
    const links = compileFilter('attr.ifname == veth7');
    expect([filter.matches(cursor), links.matches(cursor)]).toEqual([true, true]);
    expect(cursor.next()).toBe(true);
    expect([filter.matches(cursor), links.matches(cursor)]).toEqual([true, false]);
  });

  it('does not look into messages where it needs only headers, and else once, for what is asked', () => {
    const [decodes, looks] = [vi.spyOn(ObjectDecoder.prototype, 'step'), vi.spyOn(PartWalker.prototype, 'bodyOf')];
    const cursor = cursorAt(veth);
    for (const text of [
      'route and seq == 1 and len > 1 and flags has CREATE and RTM_NEWLINK', 'pid == 1 and attr.ifname == veth7', 'attr.ifname == veth7 and pid == 1',
      'error.msg', 'truncated', 'trailing', 'payload', 'error.attr == x',
    ]) {
      compileFilter(text).matches(cursor);
      expect(looks, text).not.toHaveBeenCalled();
    }
    compileFilter('attr.ifname == veth7 and attr.mtu == 1500 and attr.group == 0').matches(cursor);
    expect(looks).toHaveBeenCalledOnce();
    expect(looks).toHaveReturnedWith({ ifname: 'veth7', mtu: 1500, group: 0 });
    expect(decodes).not.toHaveBeenCalled();
  });

  it('answers to hostile patterns in time', () => {
    const text = message(RTM_NEWLINK, 0, (writer) => {
      writer.reserve(16);
      writer.putString(IFLA_IFNAME, 'a'.repeat(20_000));
    });
    const started = performance.now();
    expect(compileFilter(`attr.ifname ~ "${'*a'.repeat(30)}*b"`).matches(cursorAt(text))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('FieldReader', () => {
  it('reads fields as JSON lines have them', () => {
    const reader = new FieldReader(['frame', 'time', 'protocol', 'type', 'flags', 'len', 'header.ifi-index', 'attr.ifname', 'attr.linkinfo', 'attr.nosuch', 'error', 'family']);
    const cursor = cursorAt(veth, { frame: 3, seconds: 1, nanoseconds: 2 });
    expect(reader.read(cursor)).toEqual([
      3, '1970-01-01T00:00:01.000000002Z', 'NETLINK_ROUTE', 'RTM_NEWLINK', ['NLM_F_REQUEST', 'NLM_F_ACK', 'NLM_F_CREATE'], veth.length, 7, 'veth7', { kind: 'veth' },
      undefined, undefined, undefined,
    ]); // prettier-ignore
  });

  it('refuses what is no field', () => {
    expect(() => new FieldReader(['sqe'])).toThrow('no such field: sqe (did you mean seq?)');
    expect(() => new FieldReader(['a b'])).toThrow('not the name of a field');
  });
});
