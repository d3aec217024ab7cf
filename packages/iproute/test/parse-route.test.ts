import {
  AF_INET,
  AF_INET6,
  FRA_SRC,
  IFA_CACHEINFO,
  IFA_LOCAL,
  NDA_DST,
  RTAX_MTU,
  RTA_DST,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_VIA,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  fib_rule_hdr,
  ifaddrmsg,
  ndmsg,
  nlmsghdr,
  rtmsg,
} from '@netdevkit/bindings';
import { Message, MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRoute, attributePath, parseAddress, parseNeighbour, parseQdisc, parseRoute, parseRule } from '../src/index.ts';

function message(type: number, fill: (writer: MessageWriter) => void): Message {
  const writer = new MessageWriter();
  writer.begin(type, 0, 1, 0);
  fill(writer);
  writer.end();
  return new Message(writer.toBytes());
}

describe('messages of addresses, routes, neighbours and rules', () => {
  it.each([
    ['address', parseAddress, ifaddrmsg.SIZE],
    ['route', parseRoute, rtmsg.SIZE],
    ['neighbour', parseNeighbour, ndmsg.SIZE],
    ['rule', parseRule, fib_rule_hdr.SIZE],
    ['qdisc', parseQdisc, 20],
  ] as const)('too short for an %s hold none', (_what, parse, size) => {
    expect(parse(message(RTM_NEWROUTE, (writer) => writer.reserve(size - 4)))).toBeUndefined();
    expect(parse(message(RTM_NEWROUTE, (writer) => writer.reserve(size)))).toMatchObject({ others: [] });
  });

  it('of any octets are read, or hold nothing', () => {
    const any = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(any, fc.constantFrom(parseAddress, parseRoute, parseNeighbour, parseRule, parseQdisc), (octets, parse) => {
        const whole = new Uint8Array(16 + octets.length);
        whole.set(octets, 16);
        nlmsghdr.set_nlmsg_len(new DataView(whole.buffer), 0, whole.length);
        expect(() => parse(new Message(whole))).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('whose attributes have wrong lengths keep them as they came', () => {
    const address = parseAddress(
      message(RTM_NEWADDR, (writer) => {
        writer.reserve(ifaddrmsg.SIZE);
        writer.putBytes(IFA_LOCAL, Uint8Array.of(1, 2, 3));
        writer.putBytes(IFA_CACHEINFO, new Uint8Array(15));
      }),
    );
    expect(address).toMatchObject({ local: undefined, lifetime: undefined, others: [{ type: IFA_LOCAL }, { type: IFA_CACHEINFO }] });
    const neighbour = parseNeighbour(
      message(RTM_NEWNEIGH, (writer) => {
        writer.reserve(ndmsg.SIZE);
        writer.putBytes(NDA_DST, new Uint8Array(5));
      }),
    );
    expect(neighbour).toMatchObject({ destination: undefined, others: [{ type: NDA_DST }] });
  });

  it('hold ways, gateways of the other family and metrics', () => {
    const hop = Uint8Array.of(16, 0, 1, 4, 9, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 9);
    const route = parseRoute(
      message(RTM_NEWROUTE, (writer) => {
        const at = writer.reserve(rtmsg.SIZE);
        rtmsg.set_rtm_family(writer.view, at, AF_INET);
        rtmsg.set_rtm_dst_len(writer.view, at, 8);
        writer.putBytes(RTA_DST, Uint8Array.of(10, 0, 0, 0));
        writer.putBytes(RTA_VIA, Uint8Array.of(AF_INET6, 0, 0xfe, 0x80, ...new Uint8Array(13), 5));
        writer.putNested(RTA_METRICS, () => { writer.putU32(RTAX_MTU, 1400); });
        // The last way says that it is longer than what is left.
        writer.putBytes(RTA_MULTIPATH, Uint8Array.of(...hop, 99, 0, 0, 0, 1, 0, 0, 0));
      }),
    );
    expect(route).toMatchObject({ destination: '10.0.0.0/8', gateway: 'fe80::5', nextHops: [{ index: 9, gateway: '192.0.2.9', weight: 5, flags: 1 }] });
    expect(route?.metrics).toEqual(new Map([[RTAX_MTU, 1400]]));
  });

  it('of rules have prefixes by the lengths in the header', () => {
    const rule = parseRule(
      message(RTM_NEWRULE, (writer) => {
        const at = writer.reserve(fib_rule_hdr.SIZE);
        fib_rule_hdr.set_family(writer.view, at, AF_INET6);
        fib_rule_hdr.set_src_len(writer.view, at, 16);
        writer.putBytes(FRA_SRC, Uint8Array.of(0x20, 1, ...new Uint8Array(14)));
      }),
    );
    expect(rule).toMatchObject({ family: AF_INET6, from: '2001::/16', to: undefined, mark: undefined });
  });

  it('name the attribute of a route that an offset points at', () => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWROUTE, 0, 1, 0);
    addRoute({ destination: '10.0.0.0/8', index: 1, metrics: new Map([[RTAX_MTU, 1]]) }).encode(writer);
    writer.end();
    const bytes = writer.toBytes();
    const names = Array.from({ length: bytes.length / 4 }, (_, at) => attributePath(bytes, 0, at * 4)).filter((name) => name !== undefined);
    expect([...new Set(names)]).toEqual(['RTA_DST', 'RTA_OIF', 'RTA_METRICS', 'RTA_METRICS.RTAX_MTU']);
  });
});
