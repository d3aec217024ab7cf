import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  FRA_DST,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_SRC,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  FR_ACT_BLACKHOLE,
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_TO_TBL,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_RT_PRIORITY,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_EXT_MASK,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_LINKMODE,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  NDA_LLADDR,
  NDA_PROTOCOL,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLM_F_REQUEST,
  NLMSG_HDRLEN,
  NTF_PROXY,
  NTF_ROUTER,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_STALE,
  RTAX_MTU,
  RTA_EXPIRES,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_GETADDR,
  RTM_GETANYCAST,
  RTM_GETLINK,
  RTM_GETMULTICAST,
  RTM_GETNEIGH,
  RTM_GETNETCONF,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_GETSTATS,
  RTM_NEWADDR,
  RTM_NEWLINKPROP,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_SETLINK,
  RTNH_F_ONLINK,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  ifa_cacheinfo,
  nlmsghdr,
  rtnexthop,
} from '@netdevkit/bindings';
import { parseIpAddress, parseIpPrefix } from '@netdevkit/iproute';
import fc from 'fast-check';
import { nest, nested, octets, text, u32, u8, writeAttributes, type Attribute } from '../attributes.ts';
import { ACK, address, general, link, neighbour, route, rule, stats, structure } from '../requests.ts';
import { LO, mac, newLink } from '../scenarios/common.ts';

/** The links that are there from the start. */
export const D0 = 10;
export const D1 = 11;

/** A request, and what it is. */
export interface RandomRequest {
  readonly what: string;
  readonly bytes: Uint8Array;
}

const pick = <T>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all);
/** Attributes of which some are there. */
const some = (...all: readonly fc.Arbitrary<Attribute>[]): fc.Arbitrary<Attribute[]> => fc.tuple(...all.map((each) => fc.option(each, { nil: undefined, freq: 2 }))).map((made) => made.filter((attribute) => attribute !== undefined));

const device = pick(LO, D0, D0, D1, 99);
const making = pick(NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_REPLACE, NLM_F_CREATE | NLM_F_APPEND, 0, NLM_F_CREATE | NLM_F_ECHO);

const ADDRESSES = ['192.0.2.1/24', '192.0.2.2/24', '192.0.2.3/25', '192.0.2.130/25', '198.51.100.1/31', '203.0.113.7/32', '2001:db8::1/64', '2001:db8::2/64', '2001:db8:1::1/128', '2001:db8:2::1/127', 'fe80::77/64'] as const;
const GATEWAYS = ['192.0.2.1', '192.0.2.9', '192.0.2.200', '198.51.100.0', '203.0.113.9', '10.1.1.1'] as const;
const GATEWAYS6 = ['2001:db8::1', '2001:db8::9', '2001:db8:2::', 'fe80::5', '2001:db8:9::1', 'ff02::1'] as const;
const PREFIXES = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.1.0/24', '10.1.1.1/32', '10.1.1.1/24'] as const;
const PREFIXES6 = ['::/0', '2001:db8:a::/48', '2001:db8:a:1::/64', '2001:db8:a:1::5/128', '2001:db8:b::/48', 'fe80::/64'] as const;
const PLACES = ['10.1.1.1', '10.1.2.3', '10.200.0.1', '192.0.2.1', '192.0.2.77', '192.0.2.255', '127.0.0.1', '8.8.8.8', '2001:db8::1', '2001:db8::77', '2001:db8:a:1::5', '2001:db8:a:2::5', '::1', '2a00::1', 'fe80::77'] as const;

function lifetimes(preferred: number, valid: number): Attribute {
  return octets(IFA_CACHEINFO, structure(ifa_cacheinfo.SIZE, (view) => {
    ifa_cacheinfo.set_ifa_prefered(view, 0, preferred);
    ifa_cacheinfo.set_ifa_valid(view, 0, valid);
  }));
}

const anAddress: fc.Arbitrary<RandomRequest> = fc
  .record({
    type: pick(RTM_NEWADDR, RTM_NEWADDR, RTM_DELADDR),
    flags: making,
    dev: device,
    prefix: pick(...ADDRESSES),
    scope: pick(0, 0, 0, 253, 254),
    peer: fc.option(pick('192.0.2.77', '203.0.113.8', '2001:db8:3::2'), { nil: undefined }),
    more: some(
      pick(u32(IFA_RT_PRIORITY, 0), u32(IFA_RT_PRIORITY, 5)),
      pick(u32(IFA_FLAGS, 2), u32(IFA_FLAGS, 0x200)),
      pick(text(IFA_LABEL, 'd0:a'), text(IFA_LABEL, 'x')),
      pick(octets(IFA_BROADCAST, [192, 0, 2, 255]), octets(IFA_BROADCAST, [0, 0, 0, 0])),
      // Ends that no run lives to see: times are told in whole seconds, of which one may pass.
      pick(lifetimes(0xffff_ffff, 0xffff_ffff)),
    ),
  })
  .map(({ type, flags, dev, prefix, scope, peer, more }) => {
    const { family } = parseIpPrefix(prefix);
    const fits = peer !== undefined && parseIpPrefix(peer).family === family;
    const attributes = more.filter((attribute) => family === AF_INET || attribute.type !== IFA_BROADCAST);
    return {
      what: `${type === RTM_NEWADDR ? 'add' : 'delete'} ${prefix} dev ${String(dev)}`,
      bytes: address(type, ACK | flags, dev, prefix, { scope, ...(fits ? { peer } : {}) }, ...(type === RTM_DELADDR ? [] : attributes)),
    };
  });

/** One of several next hops. */
function hop(index: number, gateway: string): number[] {
  const inside = writeAttributes([octets(RTA_GATEWAY, parseIpAddress(gateway))]);
  return [
    ...structure(rtnexthop.SIZE, (view) => {
      rtnexthop.set_rtnh_len(view, 0, rtnexthop.SIZE + inside.length);
      rtnexthop.set_rtnh_ifindex(view, 0, index);
    }),
    ...inside,
  ];
}

const aRoute: fc.Arbitrary<RandomRequest> = fc.boolean().chain((six) => {
  const gateways = six ? GATEWAYS6 : GATEWAYS;
  return fc
    .record({
      type: pick(RTM_NEWROUTE, RTM_NEWROUTE, RTM_NEWROUTE, RTM_DELROUTE),
      flags: making,
      to: pick(...(six ? PREFIXES6 : PREFIXES)),
      kind: pick(RTN_UNICAST, RTN_UNICAST, RTN_UNICAST, RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW, RTN_LOCAL, 0),
      scope: pick(0, 0, 253, 254, 255),
      tos: pick(0, 0, 0, 4, 16),
      onlink: pick(0, 0, 0, RTNH_F_ONLINK),
      more: some(
        pick(...gateways).map((gateway) => octets(RTA_GATEWAY, parseIpAddress(gateway))),
        device.map((index) => u32(RTA_OIF, index)),
        pick(u32(RTA_TABLE, 100), u32(RTA_TABLE, 255), u32(RTA_TABLE, 1000)),
        pick(u32(RTA_PRIORITY, 0), u32(RTA_PRIORITY, 7), u32(RTA_PRIORITY, 1024)),
        pick(...(six ? ['2001:db8::1', '2001:db8:77::1'] : ['192.0.2.1', '192.0.2.99'])).map((source) => octets(RTA_PREFSRC, parseIpAddress(source))),
        pick(nest(RTA_METRICS, u32(RTAX_MTU, 1400)), nest(RTA_METRICS, u32(RTAX_MTU, 100_000))),
        pick(u32(RTA_EXPIRES, 5000)),
      ),
      hops: fc.option(fc.array(fc.tuple(pick(0, D0, D1), pick(...gateways)), { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 3 }),
    })
    .map(({ type, flags, to, kind, scope, tos, onlink, more, hops }) => {
      // Later kernels take next hops of IPv6 routes that lead nowhere, and pass them over; 6.12 refuses.
      const several = hops === undefined || (six && kind !== RTN_UNICAST && kind !== RTN_LOCAL) ? [] : [octets(RTA_MULTIPATH, hops.flatMap(([index, gateway]) => hop(index, gateway)))];
      return {
        what: `${type === RTM_NEWROUTE ? 'add' : 'delete'} the route to ${to}`,
        bytes: route(type, ACK | flags, to, { type: kind, scope, tos, flags: onlink }, ...more, ...several),
      };
    });
});

const aNeighbour: fc.Arbitrary<RandomRequest> = fc
  .record({
    type: pick(RTM_NEWNEIGH, RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH),
    flags: making,
    dev: device,
    to: pick('192.0.2.9', '192.0.2.10', '2001:db8::9', '224.0.0.5'),
    state: pick(NUD_PERMANENT, NUD_PERMANENT, NUD_STALE, NUD_NOARP),
    more: pick(0, 0, NTF_PROXY, NTF_ROUTER),
    attributes: some(pick(octets(NDA_LLADDR, mac(1)), octets(NDA_LLADDR, mac(2))), pick(u8(NDA_PROTOCOL, 3))),
  })
  .map(({ type, flags, dev, to, state, more, attributes }) => ({
    what: `neighbour ${to} dev ${String(dev)}, type ${String(type)}`,
    bytes: neighbour(type, type === RTM_GETNEIGH ? ACK : ACK | flags, dev, to, { state: type === RTM_GETNEIGH ? 0 : state, flags: more }, ...(type === RTM_GETNEIGH ? [] : attributes)),
  }));

const aRule: fc.Arbitrary<RandomRequest> = fc
  .record({
    type: pick(RTM_NEWRULE, RTM_NEWRULE, RTM_DELRULE),
    flags: pick(NLM_F_CREATE, NLM_F_CREATE | NLM_F_EXCL),
    family: pick(AF_INET, AF_INET6),
    action: pick(FR_ACT_TO_TBL, FR_ACT_TO_TBL, FR_ACT_GOTO, FR_ACT_NOP, FR_ACT_BLACKHOLE),
    ends: pick(0, 0, 1, 2),
    attributes: some(
      pick(0, 10, 20, 30).map((priority) => u32(FRA_PRIORITY, priority)),
      pick(100, 254, 1000).map((table) => u32(FRA_TABLE, table)),
      pick('lo', 'd0', 'nope').map((name) => text(FRA_IIFNAME, name)),
      pick(text(FRA_OIFNAME, 'd0')),
      pick(u32(FRA_FWMARK, 1)),
      pick(u32(FRA_FWMASK, 3)),
      pick(5, 20, 30).map((priority) => u32(FRA_GOTO, priority)),
      pick(-1, 0).map((length) => u32(FRA_SUPPRESS_PREFIXLEN, length)),
    ),
  })
  .map(({ type, flags, family, action, ends, attributes }) => {
    const four = family === AF_INET && ends > 0;
    const where = octets(ends === 1 ? FRA_SRC : FRA_DST, [10, 0, 0, 0]);
    return {
      what: `${type === RTM_NEWRULE ? 'add' : 'delete'} a rule of family ${String(family)}`,
      bytes: rule(type, ACK | flags, { family, action, ...(four ? (ends === 1 ? { sourceLength: 8 } : { length: 8 }) : {}) }, ...attributes, ...(four ? [where] : [])),
    };
  });

const aLookup: fc.Arbitrary<RandomRequest> = fc
  .record({ place: pick(...PLACES), flags: pick(0, RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH), oif: fc.option(pick(LO, D0, D1), { nil: undefined }) })
  .map(({ place, flags, oif }) => ({
    what: `the route to ${place}`,
    bytes: route(RTM_GETROUTE, ACK, place, { table: 0, protocol: 0, type: 0, flags }, ...(oif === undefined ? [] : [u32(RTA_OIF, oif)])),
  }));

const aLink: fc.Arbitrary<RandomRequest> = fc.oneof(
  fc.record({ index: device, isUp: pick(true, true, false) }).map(({ index, isUp }) => ({ what: `${String(index)} ${isUp ? 'up' : 'down'}`, bytes: link(RTM_SETLINK, ACK, { index, flags: isUp ? 1 : 0, change: 1 }) })),
  fc
    .record({
      index: device,
      attributes: some(
        pick(1500, 1300, 1000, 70_000).map((mtu) => u32(IFLA_MTU, mtu)),
        pick('', 'one', 'two').map((alias) => text(IFLA_IFALIAS, alias)),
        pick(0, 1, 2).map((group) => u32(IFLA_GROUP, group)),
        pick(0, 1, 3).map((mode) => u8(IFLA_LINKMODE, mode)),
        pick(0, 5, 6).map((state) => u8(IFLA_OPERSTATE, state)),
        pick(octets(IFLA_BROADCAST, [255, 255, 255, 255, 255, 1]), octets(IFLA_BROADCAST, [255])),
        pick(0, 1).map((down) => u8(IFLA_PROTO_DOWN, down)),
      ),
    })
    .map(({ index, attributes }) => ({ what: `set ${String(index)}`, bytes: link(RTM_SETLINK, ACK, { index }, ...attributes) })),
  fc.record({ index: pick(D0, D1), name: pick('d0', 'd1', 'e0', 'alt', 'a b') }).map(({ index, name }) => ({ what: `name ${String(index)} ${name}`, bytes: link(RTM_SETLINK, ACK, { index }, text(IFLA_IFNAME, name)) })),
  fc
    .record({ type: pick(RTM_NEWLINKPROP, RTM_NEWLINKPROP, RTM_DELLINKPROP), index: device, name: pick('alt', 'other', 'd0') })
    .map(({ type, index, name }) => ({ what: `other name ${name} of ${String(index)}, type ${String(type)}`, bytes: link(type, ACK, { index }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, name))) })),
  fc.record({ index: pick(D0, D1, 20, 21), name: pick('d0', 'd1', 'e0') }).map(({ index, name }) => ({ what: `make ${name} as ${String(index)}`, bytes: newLink(name, 'ifb', { index }) })),
  pick(D0, D1, 20, 21, LO).map((index) => ({ what: `delete ${String(index)}`, bytes: link(RTM_DELLINK, ACK, { index }) })),
  fc.record({ index: device, mask: pick(0, 1, 8, 9) }).map(({ index, mask }) => ({ what: `get ${String(index)}`, bytes: link(RTM_GETLINK, ACK, { index }, u32(IFLA_EXT_MASK, mask)) })),
);

const DUMPS: readonly RandomRequest[] = [
  ...[AF_UNSPEC, AF_INET, AF_INET6].flatMap((family) => Object.entries({ RTM_GETADDR, RTM_GETROUTE, RTM_GETNETCONF }).map(([name, type]) => ({ what: `${name} of family ${String(family)}`, bytes: general(type, NLM_F_REQUEST | NLM_F_DUMP, family) }))),
  ...[AF_INET, AF_INET6].flatMap((family) => Object.entries({ RTM_GETRULE, RTM_GETNEIGH }).map(([name, type]) => ({ what: `${name} of family ${String(family)}`, bytes: general(type, NLM_F_REQUEST | NLM_F_DUMP, family) }))),
  ...Object.entries({ RTM_GETMULTICAST, RTM_GETANYCAST }).map(([name, type]) => ({ what: name, bytes: general(type, NLM_F_REQUEST | NLM_F_DUMP, AF_INET6) })),
  { what: 'RTM_GETLINK', bytes: link(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, {}) },
  { what: 'RTM_GETSTATS', bytes: stats(RTM_GETSTATS, NLM_F_REQUEST | NLM_F_DUMP, { mask: 1 }) },
];

/** Every table: the end of each run. */
export const ALL_DUMPS: readonly RandomRequest[] = DUMPS;

const valid: fc.Arbitrary<RandomRequest> = fc.oneof(
  { arbitrary: anAddress, weight: 4 },
  { arbitrary: aRoute, weight: 6 },
  { arbitrary: aNeighbour, weight: 2 },
  { arbitrary: aRule, weight: 2 },
  { arbitrary: aLookup, weight: 3 },
  { arbitrary: aLink, weight: 4 },
  { arbitrary: pick(...DUMPS), weight: 2 },
);

/** Where a message may be spoilt: its length, or an octet behind its header. */
const spoilt: fc.Arbitrary<RandomRequest> = fc
  .tuple(valid, fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((by) => (bytes: Uint8Array): Uint8Array => shortened(bytes, by)),
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), pick(2, 3, 5, 6, 7, 9, 12, 33)).map(([where, length]) => (bytes: Uint8Array): Uint8Array => withAttributeLength(bytes, where, length)),
  ))
  .map(([{ what, bytes }, spoil]) => ({ what: `${what}, spoilt`, bytes: spoil(bytes) }));

/** A request that a kernel may be asked: mostly a valid one. */
export const aRequest: fc.Arbitrary<RandomRequest> = fc.oneof({ arbitrary: valid, weight: 12 }, { arbitrary: spoilt, weight: 1 });

function shortened(bytes: Uint8Array, by: number): Uint8Array {
  const length = Math.max(NLMSG_HDRLEN + 1, bytes.length - by);
  const short = bytes.slice(0, length);
  nlmsghdr.set_nlmsg_len(new DataView(short.buffer), 0, length);
  return short;
}

/** Gives some multiple of 4 behind the headers another length, as if an attribute began there. */
function withAttributeLength(bytes: Uint8Array, where: number, length: number): Uint8Array {
  const first = NLMSG_HDRLEN + 8;
  const places = Math.floor((bytes.length - first) / 4);
  if (places <= 0) return bytes;
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint16(first + 4 * Math.min(places - 1, Math.floor(where * places)), length, true);
  return copy;
}
