import {
  AF_INET,
  AF_INET6,
  IFLA_MTU,
  IFLA_OPERSTATE,
  NDTA_CONFIG,
  NDTA_NAME,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_EXCL,
  NLM_F_MULTI,
  NLM_F_REPLACE,
  NLM_F_REQUEST,
  RTAX_CC_ALGO,
  RTA_DST,
  RTA_ENCAP_TYPE,
  RTA_METRICS,
  RTA_OIF,
  RTM_DELROUTE,
  RTM_F_CLONED,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETMDB,
  RTM_GETNEIGHTBL,
  RTM_GETNETCONF,
  RTM_GETNEXTHOP,
  RTM_GETNEXTHOPBUCKET,
  RTM_GETQDISC,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_SETLINK,
  FRA_FLOW,
  FRA_PRIORITY,
  TCA_DUMP_INVISIBLE,
  fib_rule_hdr,
  ifinfomsg,
  ndt_config,
  ndtmsg,
  rtmsg,
} from '@netdevkit/bindings';
import { attributesOf, messages, MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { add, ask, exchange, get, outcome, Rig, verdict } from './rtnetlink-rig.ts';
import { prefix, route } from './route-requests.ts';

// What was found by running the scenarios of tooling/conformance on Linux 6.12.

function request(type: number, flags: number, size: number, fill?: (writer: MessageWriter, at: number) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 1, 0);
  const at = writer.reserve(size);
  fill?.(writer, at);
  writer.end();
  return writer.toBytes();
}

/** How many messages each datagram of an answer has. */
function datagrams(socket: EmbeddedNetlinkSocket, bytes: Uint8Array): number[] {
  socket.send(bytes);
  const counts: number[] = [];
  for (let got = socket.receive(); got !== undefined; got = socket.receive()) {
    const view = new DataView(got.bytes.buffer, got.bytes.byteOffset, got.bytes.byteLength);
    let count = 0;
    for (let at = 0; at < got.bytes.length; at += (view.getUint32(at, true) + 3) & ~3) count++;
    counts.push(count);
  }
  return counts;
}

function said(socket: EmbeddedNetlinkSocket, bytes: Uint8Array): string {
  return outcome(verdict(exchange(socket, bytes)));
}

/** A route with attributes of any kind. */
function routeWith(type: number, flags: number, to: string, dev: number, attributes: (writer: MessageWriter) => void): Uint8Array {
  const { family, octets, length } = prefix(to);
  return request(type, NLM_F_ACK | flags, rtmsg.SIZE, (writer, at) => {
    rtmsg.set_rtm_family(writer.view, at, family);
    rtmsg.set_rtm_dst_len(writer.view, at, length);
    rtmsg.set_rtm_table(writer.view, at, 254);
    rtmsg.set_rtm_protocol(writer.view, at, 3);
    rtmsg.set_rtm_type(writer.view, at, 1);
    writer.putBytes(RTA_DST, octets);
    writer.putU32(RTA_OIF, dev);
    attributes(writer);
  });
}

function withLinks(): EmbeddedNetlinkSocket {
  const rig = new Rig();
  rig.rtnetlink.linkOps.register(rig.dummyOps());
  const socket = rig.socket();
  for (const [name, index] of [['d0', 10], ['d1', 11]] as const) {
    expect(add(socket, name, 'dummy', { index, ifiFlags: 1, ifiChange: 1 })).toBe('ok');
  }
  return socket;
}

describe('dumps', () => {
  it('end in a datagram of their own where a table, or a family, gives what it has written', () => {
    const socket = withLinks();
    for (const bytes of [request(RTM_GETNEIGHTBL, NLM_F_DUMP, 1), request(RTM_GETNETCONF, NLM_F_DUMP, 1), request(RTM_GETQDISC, NLM_F_DUMP, 20)]) {
      expect(datagrams(socket, bytes).at(-1)).toBe(1);
    }
    expect(datagrams(socket, request(RTM_GETNETCONF, NLM_F_DUMP, 1, (writer, at) => { writer.view.setUint8(at, AF_INET); }))).toHaveLength(1);
  });

  it('tell the size of a neighbour with its address, as a 64-bit Linux 6.12 has it', () => {
    const socket = withLinks();
    socket.send(request(RTM_GETNEIGHTBL, NLM_F_DUMP, 1));
    const sizes = new Map<string, number>();
    for (let answer; (answer = socket.receive()) !== undefined; ) {
      for (const message of messages(answer.bytes)) {
        const attributes = attributesOf(message, ndtmsg.SIZE);
        let name = '';
        while (attributes.next()) {
          if (attributes.type === NDTA_NAME) name = attributes.string();
          if (attributes.type === NDTA_CONFIG) sizes.set(name, ndt_config.ndtc_entry_size(new DataView(attributes.bytes.buffer, attributes.bytes.byteOffset), attributes.offset));
        }
      }
    }
    expect([...sizes]).toEqual([['arp_cache', 408], ['ndisc_cache', 416]]);
  });

  it('say that something has changed with a message, not with an end of their own', () => {
    const rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    const maker = rig.socket();
    for (let index = 10; index < 16; index++) expect(add(maker, `d${String(index)}`, 'dummy', { index })).toBe('ok');
    const flagsWhenChangedAfter = (count: number): number[] => {
      using socket = rig.socket();
      socket.send(request(RTM_GETLINK, NLM_F_DUMP, ifinfomsg.SIZE));
      const flags: number[] = [];
      for (let got = socket.receive({ buffer: new Uint8Array(4096) }); got !== undefined; got = socket.receive({ buffer: new Uint8Array(4096) })) {
        flags.push(new DataView(got.bytes.buffer, got.bytes.byteOffset).getUint16(6, true));
        if (flags.length === count) expect(add(maker, `e${String(count)}`, 'dummy')).toBe('ok');
      }
      return flags;
    };
    const [first, second, ...rest] = flagsWhenChangedAfter(1);
    expect([first, second, rest[0], rest.at(-1)]).toEqual([NLM_F_MULTI, NLM_F_MULTI, NLM_F_MULTI | NLM_F_DUMP_INTR, NLM_F_MULTI]);
    expect(flagsWhenChangedAfter(rest.length + 1).at(-1)).toBe(NLM_F_MULTI);
  });

  it('of multicast databases are of bridges alone', () => {
    expect(said(withLinks(), request(RTM_GETMDB, NLM_F_DUMP, 8))).toBe('EOPNOTSUPP');
  });

  it('of buckets of next hops are refused without a word', () => {
    expect(said(withLinks(), request(RTM_GETNEXTHOPBUCKET, NLM_F_DUMP, 1))).toBe('EINVAL');
    expect(said(withLinks(), request(RTM_GETNEXTHOP, NLM_F_DUMP, 1))).toBe('EINVAL: Invalid header length');
  });

  it('of queueing disciplines look at their attributes', () => {
    const bytes = request(RTM_GETQDISC, NLM_F_DUMP, 20, (writer) => { writer.putU32(TCA_DUMP_INVISIBLE, 1); });
    expect(said(withLinks(), bytes)).toBe('ERANGE: Attribute failed policy validation');
  });
});

describe('IPv6 of a link', () => {
  it('asks for routers once it has an address', () => {
    const socket = withLinks();
    const flags = 0x8000_0010;
    expect(Buffer.from(get(socket, 10).payload).includes(Buffer.from(Uint32Array.of(8 | (1 << 16), flags).buffer))).toBe(true);
    expect(ask(socket, { type: RTM_SETLINK, index: 10, ifiChange: 1 })).toBe('ok');
    expect(Buffer.from(get(socket, 10).payload).includes(Buffer.from(Uint32Array.of(8 | (1 << 16), 0).buffer))).toBe(true);
  });
});

describe('IPv6 of a link whose MTU is too small for it', () => {
  it('ends again when the link changes', () => {
    const socket = withLinks();
    expect(ask(socket, { type: RTM_SETLINK, index: 1, ifiFlags: 1, ifiChange: 1 })).toBe('ok');
    const addresses = (): number => datagrams(socket, request(RTM_GETADDR, NLM_F_DUMP, 8, (writer, at) => { writer.view.setUint8(at, AF_INET6); })).reduce((sum, count) => sum + count, -1);
    const before = addresses();
    expect(ask(socket, { type: RTM_SETLINK, index: 1, attributes: (writer) => { writer.putU32(IFLA_MTU, 1000); } })).toBe('ok');
    expect(addresses()).toBe(before - 1);
    expect(ask(socket, { type: RTM_SETLINK, index: 1, attributes: (writer) => { writer.putU8(IFLA_OPERSTATE, 6); } })).toBe('ok');
    expect(addresses()).toBe(before - 1);
  });
});

describe('routes', () => {
  it('that are described in half a header are refused without a word', () => {
    expect(said(withLinks(), request(RTM_NEWROUTE, NLM_F_ACK, 4, (writer, at) => { writer.view.setUint8(at, AF_INET); }))).toBe('EINVAL');
  });

  it('to everywhere cannot be deleted where there is none', () => {
    const socket = withLinks();
    const all = (more: Partial<Parameters<typeof route>[3]> = {}): Uint8Array => route(RTM_DELROUTE, NLM_F_ACK, '::/0', more);
    expect(said(socket, all())).toBe('ESRCH');
    expect(said(socket, request(RTM_DELROUTE, NLM_F_ACK, rtmsg.SIZE, (writer, at) => {
      rtmsg.set_rtm_family(writer.view, at, AF_INET6);
      rtmsg.set_rtm_table(writer.view, at, 254);
    }))).toBe('ENOENT');
  });

  it('of the cache are deleted whether there are any or not', () => {
    const socket = withLinks();
    expect(said(socket, request(RTM_DELROUTE, NLM_F_ACK, rtmsg.SIZE, (writer, at) => {
      rtmsg.set_rtm_family(writer.view, at, AF_INET6);
      rtmsg.set_rtm_table(writer.view, at, 254);
      rtmsg.set_rtm_flags(writer.view, at, RTM_F_CLONED);
    }))).toBe('ok');
  });

  it('of IPv6 are not replaced exclusively', () => {
    const socket = withLinks();
    const make = (flags: number, dev: number): string => said(socket, route(RTM_NEWROUTE, flags, '2001:db8:a::/48', { dev }));
    expect(make(NLM_F_CREATE, 10)).toBe('ok');
    expect(make(NLM_F_EXCL | NLM_F_REPLACE, 11)).toBe('EEXIST');
    expect(make(NLM_F_REPLACE, 11)).toBe('ok');
  });

  it('match a congestion control that is not known if they have none', () => {
    const socket = withLinks();
    const control = (name: string) => (writer: MessageWriter): void => {
      writer.putNested(RTA_METRICS, () => { writer.putString(RTAX_CC_ALGO, name); });
    };
    expect(said(socket, routeWith(RTM_NEWROUTE, NLM_F_CREATE, '10.1.0.0/16', 10, () => undefined))).toBe('ok');
    expect(said(socket, routeWith(RTM_DELROUTE, 0, '10.1.0.0/16', 10, control('cubic')))).toBe('ESRCH');
    expect(said(socket, routeWith(RTM_DELROUTE, 0, '10.1.0.0/16', 10, control('nobody-knows')))).toBe('ok');
  });

  it.each(['10.1.0.0/16', '2001:db8:a::/48'])('with an encapsulation are refused: %s', (to) => {
    const socket = withLinks();
    const make = (type: number): string => said(socket, routeWith(RTM_NEWROUTE, NLM_F_CREATE, to, 10, (writer) => { writer.putU16(RTA_ENCAP_TYPE, type); }));
    expect(make(1)).toBe('EOPNOTSUPP: lwt encapsulation type not supported');
    expect(make(99)).toBe('EINVAL: Unknown lwt encapsulation type');
  });
});

describe('rules', () => {
  it('of IPv6 have no realm', () => {
    const socket = withLinks();
    const make = (): Uint8Array => request(RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, fib_rule_hdr.SIZE, (writer, at) => {
      fib_rule_hdr.set_family(writer.view, at, AF_INET6);
      fib_rule_hdr.set_table(writer.view, at, 100);
      fib_rule_hdr.set_action(writer.view, at, 1);
      writer.putU32(FRA_PRIORITY, 5);
      writer.putU32(FRA_FLOW, 7);
    });
    expect(said(socket, make())).toBe('ok');
    socket.send(request(34, NLM_F_DUMP, fib_rule_hdr.SIZE, (writer, at) => { fib_rule_hdr.set_family(writer.view, at, AF_INET6); }));
    expect(Buffer.from(socket.receive()?.bytes ?? []).includes(Buffer.from(Uint32Array.of(8 | (FRA_FLOW << 16), 7).buffer))).toBe(false);
  });
});
