import { readFileSync } from 'node:fs';
import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_CMD_NEWFAMILY,
  GENL_ID_CTRL,
  IFLA_ADDRESS,
  IFLA_ALT_IFNAME,
  IFLA_IFNAME,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_PROP_LIST,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  RTM_DELROUTE,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  ifinfomsg,
} from '@netdevkit/bindings';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { JsonFormatter, TextFormatter, type Frame } from '../src/format/index.ts';
import { isoTime, clockTime } from '../src/format/frame-time.ts';

/** A frame of this datagram. */
function frame(protocol: number, bytes: Uint8Array): Frame {
  return { number: 1, seconds: 0, nanoseconds: 0, interface: 'nlmon0', protocol, bytes, offset: 0, length: bytes.length };
}

/** A message. */
function message(type: number, flags: number, fill: (writer: MessageWriter) => void, seq = 0, pid = 0): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, pid);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

const link = (fill: (writer: MessageWriter) => void = () => undefined): ((writer: MessageWriter) => void) => (writer) => {
  ifinfomsg.set_ifi_index(writer.view, writer.reserve(ifinfomsg.SIZE), 7);
  fill(writer);
};

/** What a datagram is in text, without the time and the interface. */
function text(protocol: number, bytes: Uint8Array, formatter = new TextFormatter((_part, part) => part)): string[] {
  return formatter
    .format(frame(protocol, bytes))
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ nlmon0 /, ''));
}

/** What a datagram is in JSON, without what the frame gives. */
function json(protocol: number, bytes: Uint8Array, formatter = new JsonFormatter()): Array<Record<string, unknown>> {
  return formatter
    .format(frame(protocol, bytes))
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { frame: number, time, interface: name, ...rest } = JSON.parse(line);
      expect([number, time, name]).toEqual([1, '1970-01-01T00:00:00.000000000Z', 'nlmon0']);
      return rest;
    });
}

/** The frames of the golden capture. */
function golden(): Frame[] {
  const frames: Frame[] = [];
  const reader = new CaptureReader({
    packet: ({ linkType, seconds, nanoseconds, data }) => {
      const bytes = new Uint8Array(data);
      const payload = netlinkPayload(linkType, bytes, 0, bytes.length);
      if (payload !== undefined) frames.push({ ...payload, number: frames.length + 1, seconds, nanoseconds, interface: 'nlmon0', bytes });
    },
  });
  reader.feed(readFileSync(GOLDEN));
  return frames;
}

describe('directions', () => {
  it.each([
    ['request', RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 5, 0],
    ['answer', RTM_NEWLINK, NLM_F_MULTI, 0, 0],
    ['answer', RTM_NEWLINK, 0, 5, 77],
    ['event', RTM_NEWLINK, 0, 0, 0],
    ['answer', NLMSG_ERROR, 0, 0, 0],
  ])('tells a %s by its header', (direction, type, flags, seq, pid) => {
    expect(text(NETLINK_ROUTE, message(type, flags, link(), seq, pid))[0]?.split(' ')[0]).toBe(direction);
  });
});

describe('flags', () => {
  it.each([
    [NETLINK_ROUTE, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE, ['NLM_F_REQUEST', 'NLM_F_CREATE']],
    [NETLINK_ROUTE, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ['NLM_F_REQUEST', 'NLM_F_DUMP']],
    [NETLINK_ROUTE, RTM_GETLINK, NLM_F_REQUEST | 0x100, ['NLM_F_REQUEST', 'NLM_F_ROOT']],
    [NETLINK_ROUTE, RTM_DELROUTE, NLM_F_REQUEST | 0x200, ['NLM_F_REQUEST', 'NLM_F_BULK']],
    [NETLINK_ROUTE, NLMSG_ERROR, 0x300, ['NLM_F_CAPPED', 'NLM_F_ACK_TLVS']],
    [NETLINK_GENERIC, 30, NLM_F_REQUEST | NLM_F_DUMP, ['NLM_F_REQUEST', 'NLM_F_DUMP']],
    [NETLINK_GENERIC, 30, NLM_F_REQUEST | 0x400, ['NLM_F_REQUEST', '0x400']],
    [NETLINK_ROUTE, RTM_NEWLINK, 0x8000, ['0x8000']],
  ])('have the names that they have in a message of protocol %i and type %i', (protocol, type, flags, names) => {
    expect(json(protocol, message(type, flags, link()))[0]).toMatchObject({ flags: names, flagsId: flags });
  });
});

describe('TextFormatter', () => {
  it('reads the golden capture as what happened', () => {
    const formatter = new TextFormatter((_part, part) => part);
    const all = golden().map((one) => formatter.format(one).replace(/^\S+ nlmon0 /, '').trimEnd());
    expect(all).toHaveLength(44);
    expect(all.slice(0, 6)).toEqual([
      'request ROUTE RTM_NEWNSID REQUEST|ACK seq 1748779933 len 36 fd 5 nsid 1',
      'answer  ROUTE NLMSG_ERROR CAPPED seq 1748779933 pid 5649 len 36 RTM_NEWNSID done',
      'request ROUTE RTM_NEWNSID REQUEST|ACK seq 1748779933 len 36 fd 5 nsid 2',
      'answer  ROUTE NLMSG_ERROR CAPPED seq 1748779933 pid 5650 len 36 RTM_NEWNSID done',
      'request ROUTE RTM_GETLINK REQUEST seq 1748779935 len 52 ifname nlmon0',
      'answer  ROUTE RTM_NEWLINK seq 1748779935 pid 4179039902 len 1060 2: nlmon0 <UP,RUNNING,NOARP,LOWER_UP> kind nlmon mtu 3776 state UNKNOWN',
    ]);
    expect(all[31]).toBe('answer  ROUTE NLMSG_ERROR seq 1748779937 pid 5700 len 60 RTM_NEWLINK failed: EEXIST: File exists');
  });

  it('shows each message of a datagram', () => {
    const two = new Uint8Array([...message(RTM_NEWLINK, 2, link()), ...message(NLMSG_DONE, 2, (writer) => writer.reserve(4))]);
    expect(text(NETLINK_ROUTE, two)).toHaveLength(2);
  });

  it('falls back to the type’s number, the length and the first octets', () => {
    expect(text(NETLINK_NETFILTER, message(0x0a05, NLM_F_REQUEST, (writer) => writer.append(Uint8Array.of(1, 2, 3, 4))))).toEqual([
      'request NETFILTER type 2565   REQUEST seq 0 len 20 01020304',
    ]);
    expect(text(NETLINK_ROUTE, message(RTM_NEWADDR, 0, (writer) => writer.append(Uint8Array.of(2, 8, 0x80, 0xfe, 1, 0, 0, 0))))).toEqual([
      'event   ROUTE RTM_NEWADDR seq 0 len 24 AF_INET 020880fe01000000',
    ]);
    expect(text(7, message(999, 0, (writer) => writer.reserve(100)))[0]).toMatch(/^event {3}SELINUX type 999 {4}seq 0 len 116 (00){32}…$/);
  });

  it('shows a datagram that is no message, and what is not netlink', () => {
    expect(text(NETLINK_USERSOCK, new TextEncoder().encode('hello'))).toEqual(['USERSOCK no message len 5 68656c6c6f']);
    expect(text(NETLINK_ROUTE, new Uint8Array(0))).toEqual(['ROUTE no message len 0']);
    expect(text(0x0800, Uint8Array.of(0x45, 0))).toEqual(['ethertype 0x0800 len 2 4500']);
  });

  it('passes over the zeros with which programs pad, and shows other octets', () => {
    const request = message(RTM_GETLINK, NLM_F_REQUEST, link());
    expect(text(NETLINK_ROUTE, new Uint8Array([...request, ...new Uint8Array(120)]))).toHaveLength(1);
    expect(text(NETLINK_ROUTE, new Uint8Array([...request, 0, 0, 9]))[1]).toBe('ROUTE no message len 3 000009');
  });

  it('learns the names of generic families', () => {
    const formatter = new TextFormatter((_part, part) => part);
    const told = message(GENL_ID_CTRL, 0, (writer) => {
      writer.append(Uint8Array.of(CTRL_CMD_NEWFAMILY, 2, 0, 0));
      writer.putU16(CTRL_ATTR_FAMILY_ID, 33);
      writer.putString(CTRL_ATTR_FAMILY_NAME, 'ethtool');
    });
    const unknown = message(33, NLM_F_REQUEST, (writer) => writer.append(Uint8Array.of(5, 1, 0, 0)));
    expect(text(NETLINK_GENERIC, unknown, formatter)[0]).toContain('type 33');
    expect(text(NETLINK_GENERIC, told, formatter)[0]).toContain('nlctrl newfamily version 2 id 33 name ethtool');
    expect(text(NETLINK_GENERIC, unknown, formatter)[0]).toContain('ethtool 5 version 1');
    // Numbers of families are no types elsewhere.
    expect(text(NETLINK_NETFILTER, unknown, formatter)[0]).toContain('type 33');
  });

  it('escapes what a terminal would obey', () => {
    const line = text(NETLINK_ROUTE, message(RTM_NEWLINK, 0, link((writer) => writer.putString(IFLA_IFNAME, 'a\u001b[2J\u009b\u202eb'))))[0] ?? '';
    expect(line).toContain('7: a\\u001b[2J\\u009b\\u202eb');
  });
});

describe('JsonFormatter', () => {
  it('has the members that other tools rely on', () => {
    const request = message(
      RTM_NEWLINK,
      NLM_F_REQUEST | NLM_F_ACK,
      link((writer) => {
        writer.putString(IFLA_IFNAME, 'eth0');
        writer.putBytes(IFLA_ADDRESS, Uint8Array.of(2, 0, 0x5e, 0, 0x53, 1));
        writer.putU32(IFLA_MTU, 1400);
        writer.putNested(IFLA_LINKINFO, () => writer.putString(1, 'veth'));
        writer.putNested(IFLA_PROP_LIST | 0x8000, () => writer.putString(IFLA_ALT_IFNAME, 'other'));
        writer.putBytes(999, Uint8Array.of(0x0a, 0x0b));
      }),
      3,
      4,
    );
    expect(json(NETLINK_ROUTE, request)).toEqual([
      {
        protocol: 'NETLINK_ROUTE',
        type: 'RTM_NEWLINK',
        typeId: 16,
        flags: ['NLM_F_REQUEST', 'NLM_F_ACK'],
        flagsId: 5,
        seq: 3,
        pid: 4,
        len: request.length,
        header: { 'ifi-family': 0, 'ifi-type': 0, 'ifi-index': 7, 'ifi-flags': 0, 'ifi-change': 0 },
        attrs: {
          ifname: 'eth0',
          address: '02:00:5e:00:53:01',
          mtu: 1400,
          linkinfo: { kind: 'veth' },
          'prop-list': { 'alt-ifname': ['other'] },
          '#999': '0a0b',
        },
      },
    ]);
  });

  it('writes numbers that JSON’s readers would round as digits', () => {
    const stats = new Uint8Array(200);
    const view = new DataView(stats.buffer);
    view.setBigUint64(0, 2n ** 53n, true);
    view.setBigUint64(8, 2n ** 53n + 1n, true);
    expect(json(NETLINK_ROUTE, message(RTM_NEWLINK, 0, link((writer) => writer.putBytes(23, stats))))[0]).toMatchObject({
      attrs: { stats64: { 'rx-packets': 2 ** 53, 'tx-packets': '9007199254740993', 'rx-otherhost-dropped': 0 } },
    });
  });

  it('keeps what does not fit, what comes twice and what trails', () => {
    const odd = message(
      RTM_NEWLINK,
      0,
      link((writer) => {
        writer.putU16(IFLA_MTU, 9);
        writer.putU32(IFLA_MTU, 1);
        writer.putU32(IFLA_MTU, 2);
        writer.putU32(IFLA_MTU, 3);
        writer.append(Uint8Array.of(1, 0));
      }),
    );
    expect(json(NETLINK_ROUTE, odd)[0]).toMatchObject({ attrs: { '#4': '0900', mtu: [1, 2, 3], '#trailing': '0100' } });
  });

  it('gives the octets of what it cannot take apart', () => {
    expect(json(NETLINK_NETFILTER, message(0x0a05, 0, (writer) => writer.reserve(3)))[0]).toMatchObject({ typeId: 0x0a05, payload: '000000' });
    expect(json(NETLINK_USERSOCK, Uint8Array.of(1, 2))).toEqual([{ protocol: 'NETLINK_USERSOCK', len: 2, trailing: '0102' }]);
    expect(json(0x86dd, Uint8Array.of(0x60))).toEqual([{ protocol: '34525', len: 1, payload: '60' }]);
  });

  it('finds a generic family’s attributes once its header’s size was told', () => {
    const formatter = new JsonFormatter();
    const told = message(GENL_ID_CTRL, 0, (writer) => {
      writer.append(Uint8Array.of(CTRL_CMD_NEWFAMILY, 2, 0, 0));
      writer.putU16(CTRL_ATTR_FAMILY_ID, 40);
      writer.putString(CTRL_ATTR_FAMILY_NAME, 'ovs_datapath');
      writer.putU32(CTRL_ATTR_HDRSIZE, 4);
    });
    const one = message(40, 0, (writer) => {
      writer.append(Uint8Array.of(1, 1, 0, 0, 9, 9, 9, 9));
      writer.putU16(3, 0x0201);
    });
    expect(json(NETLINK_GENERIC, one, formatter)[0]).toMatchObject({ command: '1', payload: '01010000090909090600030001020000' });
    json(NETLINK_GENERIC, told, formatter);
    expect(json(NETLINK_GENERIC, one, formatter)[0]).toMatchObject({ family: 'ovs_datapath', version: 1, attrs: { '#3': '0102' } });
  });
});

describe('errors', () => {
  const request = message(RTM_NEWLINK, NLM_F_REQUEST, link((writer) => writer.putNested(IFLA_LINKINFO, () => writer.putString(1, 'x'))), 9);
  const failed = (tlvs: (writer: MessageWriter) => void): Uint8Array =>
    message(NLMSG_ERROR, NLM_F_ACK_TLVS, (writer) => {
      writer.view.setInt32(writer.reserve(4), -22, true);
      writer.append(request);
      tlvs(writer);
    });

  it('name the attribute by its path in the request', () => {
    const at = failed((writer) => {
      writer.putString(NLMSGERR_ATTR_MSG, 'no');
      writer.putU32(NLMSGERR_ATTR_OFFS, 36);
    });
    expect(json(NETLINK_ROUTE, at)[0]).toMatchObject({ error: { errno: -22, name: 'EINVAL', msg: 'no', attr: 'linkinfo.kind' } });
    expect(text(NETLINK_ROUTE, at)[0]).toContain('RTM_NEWLINK failed: EINVAL: no, at linkinfo.kind');
  });

  it('name the attribute that is missing', () => {
    const without = failed((writer) => writer.putU32(NLMSGERR_ATTR_MISS_TYPE, IFLA_MTU));
    expect(json(NETLINK_ROUTE, without)[0]).toMatchObject({ error: { errno: -22, missing: 'mtu' } });
    expect(text(NETLINK_ROUTE, without)[0]).toContain('EINVAL: Invalid argument, without mtu');
  });

  it('give the offset where the request is not there', () => {
    const elsewhere = failed((writer) => writer.putU32(NLMSGERR_ATTR_OFFS, 4000));
    expect(text(NETLINK_ROUTE, elsewhere)[0]).toContain('at octet 4000');
  });

  it('have a number where Linux has no name', () => {
    const odd = message(NLMSG_ERROR, 0, (writer) => writer.view.setInt32(writer.reserve(4), -4095, true));
    expect(json(NETLINK_ROUTE, odd)[0]).toMatchObject({ error: { errno: -4095 } });
    expect(text(NETLINK_ROUTE, odd)[0]).toContain('errno 4095: Unknown error 4095');
  });
});

describe('any octets', () => {
  it('are shown without a throw, a line per line, without control characters', () => {
    const frames = golden();
    const mutated = fc.tuple(fc.constantFrom(...frames), fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 8 }), fc.nat(1500)).map(
      ([one, changes, cut]) => {
        const bytes = one.bytes.slice(one.offset);
        for (const [at, octet] of changes) if (at < bytes.length) bytes[at] = octet;
        return bytes.subarray(0, bytes.length - (cut % 4 === 0 ? Math.min(cut, bytes.length) : 0));
      },
    );
    const textFormatter = new TextFormatter((_part, part) => part);
    const jsonFormatter = new JsonFormatter();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), fc.nat(40), fc.integer({ min: -1e13, max: 1e13 }), (bytes, protocol, seconds) => {
        const one = { ...frame(protocol, bytes), seconds };
        const shown = textFormatter.format(one);
        expect(shown.endsWith('\n')).toBe(true);
        expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(shown)).toBe(false);
        for (const line of jsonFormatter.format(one).trimEnd().split('\n')) expect(typeof JSON.parse(line).len).toBe('number');
      }),
      { numRuns: 10_000 },
    );
  });

  it('are shown in time, however many attributes they claim', () => {
    // As many attributes as a datagram holds, all of one type; some are nests.
    const many = message(RTM_NEWLINK, 0, link((writer) => {
      for (let i = 0; i < 70_000; i++) writer.putFlag(i % 2 === 0 ? 999 : IFLA_LINKINFO);
    }));
    const started = performance.now();
    json(NETLINK_ROUTE, many);
    text(NETLINK_ROUTE, many);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('times', () => {
  it('have nanoseconds, and a form beyond the calendar', () => {
    expect(isoTime(1_700_000_000, 5)).toBe('2023-11-14T22:13:20.000000005Z');
    expect(isoTime(1e15, 0)).toBe('@1000000000000000.000000000');
    expect(isoTime(Number.NaN, 0)).toBe('@NaN.000000000');
    expect(clockTime(1e15, 1000)).toBe('@1000000000000000.000001');
    expect(clockTime(0, 999_999_999)).toMatch(/^\d\d:\d\d:00\.999999$/);
  });
});
