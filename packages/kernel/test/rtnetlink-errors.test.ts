import {
  IFLA_ADDRESS,
  IFLA_CARRIER,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_PERM_ADDRESS,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_REQUEST,
  NLMSG_HDRLEN,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { hex } from './rtnetlink-flatten.ts';
import { drain, exchange, linkMessage, names, outcome, Rig, verdict } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

/** A message of any type with octets after its header. */
function raw(type: number, flags: number, payload: number, seq = 1): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, 0);
  writer.reserve(payload);
  writer.end();
  return writer.toBytes();
}

/** What a real kernel (Linux 6.12.107) answered: error, flags and length of the NLMSG_ERROR, and what it said. */
interface Measured {
  readonly outcome: string;
  readonly flags: number;
  readonly length: number;
  readonly offset?: number;
  readonly policy?: string;
}

describe('requests that a real kernel was sent', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    socket = rig.socket();
  });

  const create = (fill: Fill): Uint8Array => linkMessage({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, attributes: fill });
  const nlmon = (fill: Fill): Uint8Array =>
    create((writer) => {
      fill(writer);
      writer.putNested(IFLA_LINKINFO, () => {
        writer.putString(IFLA_INFO_KIND, 'nlmon');
      });
    });

  it.each<[string, () => Uint8Array, Measured]>([
    ['an unknown type', () => raw(999, NLM_F_REQUEST, 0), { outcome: 'EOPNOTSUPP', flags: 0, length: 36 }],
    ['a type beyond the last', () => raw(200, NLM_F_REQUEST, 0), { outcome: 'EOPNOTSUPP', flags: 0, length: 36 }],
    ['no payload', () => raw(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, 0), { outcome: 'ok', flags: 0x100, length: 36 }],
    ['an index that is not there', () => linkMessage({ type: RTM_GETLINK, index: 9999 }), { outcome: 'ENODEV', flags: 0, length: 52 }],
    ['nothing named', () => linkMessage({ type: RTM_GETLINK }), { outcome: 'EINVAL', flags: 0, length: 52 }],
    ['nothing to delete', () => linkMessage({ type: RTM_DELLINK }), { outcome: 'EINVAL', flags: 0, length: 52 }],
    [
      'no kind',
      () => create((writer) => { writer.putString(IFLA_IFNAME, 'x'); }),
      { outcome: 'EOPNOTSUPP: Unknown device type', flags: 0x200, length: 84 },
    ],
    [
      'a name without a NUL',
      () => nlmon((writer) => { writer.putBytes(IFLA_IFNAME, new TextEncoder().encode('nonul')); }),
      { outcome: 'ok', flags: 0x100, length: 36 },
    ],
    [
      'a name that is too long',
      () => nlmon((writer) => { writer.putString(IFLA_IFNAME, 'n'.repeat(20)); }),
      {
        outcome: 'ERANGE: Attribute failed policy validation',
        flags: 0x200,
        length: 164,
        offset: 0x20,
        policy: '080007000f000000080001000b000000',
      },
    ],
    [
      'an MTU of two octets',
      () => nlmon((writer) => { writer.putString(IFLA_IFNAME, 'a'); writer.putU16(IFLA_MTU, 1400); }),
      {
        outcome: 'ERANGE: Attribute failed policy validation',
        flags: 0x200,
        length: 168,
        offset: 0x28,
        policy: '0c00040000000000000000000c000500ffffffff000000000800010004000000',
      },
    ],
    [
      'an address for nlmon',
      () => nlmon((writer) => { writer.putString(IFLA_IFNAME, 'zz4'); writer.putBytes(IFLA_ADDRESS, new Uint8Array(6)); }),
      { outcome: 'EINVAL', flags: 0, length: 88 },
    ],
    ['a route', () => raw(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK, 12), { outcome: 'EOPNOTSUPP', flags: 0, length: 48 }],
  ])('answers %s as it did', (_what, request, measured) => {
    const [answer] = exchange(socket, request());
    const { offset, policy } = verdict(answer === undefined ? [] : [answer]).extack ?? {};
    const got: Measured = {
      outcome: outcome(verdict(answer === undefined ? [] : [answer])),
      flags: answer?.flags ?? -1,
      length: answer?.length ?? -1,
      ...(offset === undefined ? {} : { offset }),
      ...(policy === undefined ? {} : { policy: hex(policy) }),
    };
    expect(got).toEqual(measured);
  });

  it('refuses what may not be set, without a policy to show', () => {
    const request = nlmon((writer) => {
      writer.putBytes(IFLA_PERM_ADDRESS, new Uint8Array(6));
    });
    const { errno, extack } = verdict(exchange(socket, request));
    expect([errno, extack]).toEqual([22, { message: 'Attribute failed policy validation', offset: 0x20 }]);
  });

  it('warns of octets that are left over', () => {
    const request = nlmon((writer) => {
      writer.putString(IFLA_IFNAME, 'z3');
    });
    const longer = new Uint8Array(request.length + 3).fill(0x2a);
    longer.set(request);
    new DataView(longer.buffer).setUint32(0, longer.length, true);
    const [answer] = exchange(socket, longer);
    expect([answer?.flags, answer?.length]).toEqual([0x300, 80]);
    expect(outcome(verdict(answer === undefined ? [] : [answer]))).toBe('ok: bytes leftover after parsing attributes');
    expect(names(rig.init)).toEqual(['lo', 'z3']);
  });

  it('takes an attribute that exceeds the message for the end of them', () => {
    const request = nlmon(() => undefined);
    new DataView(request.buffer).setUint16(NLMSG_HDRLEN + 16, 200, true);
    expect(outcome(verdict(exchange(socket, request)))).toBe('EOPNOTSUPP: Unknown device type');
  });

  it('quotes a request whole, or its header alone, and says no more than was asked for', () => {
    const request = linkMessage({ type: RTM_GETLINK, index: 9999, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'q'); } });
    socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    expect(exchange(socket, request)[0]?.length).toBe(36);
    socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 0);
    expect(exchange(socket, request)[0]?.length).toBe(20 + request.length);
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 0);
    const long = nlmon((writer) => {
      writer.putString(IFLA_IFNAME, 'n'.repeat(20));
    });
    expect(exchange(socket, long).map(({ flags, length }) => [flags, length])).toEqual([[0, 20 + long.length]]);
  });

  it('works through several messages in one datagram', () => {
    const one = linkMessage({ type: RTM_GETLINK, index: 1, seq: 11 });
    const two = linkMessage({ type: RTM_GETLINK, index: 9999, seq: 12 });
    const both = new Uint8Array(one.length + two.length);
    both.set(one);
    both.set(two, one.length);
    expect(exchange(socket, both).map(({ type, seq, length }) => [type, seq, length])).toEqual([
      [16, 11, 1432],
      [2, 11, 36],
      [2, 12, 52],
    ]);
  });

  it('does not answer what is no request, or no message', () => {
    socket.send(raw(RTM_GETLINK, 0, 16));
    socket.send(new Uint8Array(8));
    const lying = raw(RTM_GETLINK, NLM_F_REQUEST, 16);
    new DataView(lying.buffer).setUint32(0, 10, true);
    socket.send(lying);
    new DataView(lying.buffer).setUint32(0, 1000, true);
    socket.send(lying);
    expect(drain(socket)).toEqual([]);
  });

  it('is the same to a user, but that he may not change anything', () => {
    const user = rig.socket(rig.init, false);
    expect(outcome(verdict(exchange(user, linkMessage({ type: RTM_NEWLINK }))))).toBe('EPERM');
    expect(outcome(verdict(exchange(user, linkMessage({ type: RTM_DELLINK, index: 1 }))))).toBe('EPERM');
    expect(outcome(verdict(exchange(user, linkMessage({ type: RTM_GETLINK, index: 1 }))))).toBe('ok');
    expect(outcome(verdict(exchange(user, linkMessage({ type: IFLA_CARRIER + 1000, index: 1 }))))).toBe('EOPNOTSUPP');
  });
});
