import {
  IFF_ALLMULTI,
  IFF_DEBUG,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_ALLMULTI,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_EXT_MASK,
  IFLA_GROUP,
  IFLA_GRO_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET6_TOKEN,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NEW_IFINDEX,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PERM_ADDRESS,
  IFLA_PROP_LIST,
  IFLA_PROTINFO,
  IFLA_PROTO_DOWN,
  IFLA_STATS,
  IFLA_TARGET_NETNSID,
  IFLA_TSO_MAX_SIZE,
  IFLA_TXQLEN,
  IFLA_WEIGHT,
  IFLA_XDP,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_SETLINK,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_IPV6_IFINFO,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_LINK,
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
} from '@netdevkit/bindings';
import { bare, flag, nest, nested, octets, text, u16, u32, u64, u8, type Attribute } from '../attributes.ts';
import { ACK, link } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, NEW, PLAIN, SECOND, asking, bringUp, kind, mac, newLink, newPair, peer, settleCarriers, type Asked } from './common.ts';

const GROUPS = [RTNLGRP_LINK, RTNLGRP_IPV6_IFINFO, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF];

/** Values that attributes of links are tried with: right, at the edges, and wrong. */
const TRIED: Readonly<Record<string, readonly Attribute[]>> = {
  MTU: [u32(IFLA_MTU, 1400), u32(IFLA_MTU, 0), u32(IFLA_MTU, 67), u32(IFLA_MTU, 68), u32(IFLA_MTU, 1279), u32(IFLA_MTU, 65_535), u32(IFLA_MTU, 65_536), u32(IFLA_MTU, -1), u16(IFLA_MTU, 1300), u64(IFLA_MTU, 1301n), flag(IFLA_MTU)],
  ADDRESS: [octets(IFLA_ADDRESS, mac(0x77)), octets(IFLA_ADDRESS, [1, 0, 0, 0, 0, 1]), octets(IFLA_ADDRESS, [0, 0, 0, 0, 0, 0]), octets(IFLA_ADDRESS, [2, 0, 0, 0, 7]), octets(IFLA_ADDRESS, [...mac(0x78), 9, 9]), octets(IFLA_ADDRESS, new Uint8Array(32).fill(2)), octets(IFLA_ADDRESS, new Uint8Array(33).fill(2)), flag(IFLA_ADDRESS)],
  BROADCAST: [octets(IFLA_BROADCAST, [255, 255, 255, 255, 255, 0]), octets(IFLA_BROADCAST, [255]), octets(IFLA_BROADCAST, new Uint8Array(32)), octets(IFLA_BROADCAST, new Uint8Array(33))],
  IFNAME: [text(IFLA_IFNAME, 'new'), text(IFLA_IFNAME, ''), bare(IFLA_IFNAME, 'bare'), text(IFLA_IFNAME, 'fifteen-octets1'), text(IFLA_IFNAME, 'sixteen-octets12'), text(IFLA_IFNAME, 'a b'), text(IFLA_IFNAME, 'a/b'), text(IFLA_IFNAME, 'a:b'), text(IFLA_IFNAME, '.'), text(IFLA_IFNAME, 'n%d'), text(IFLA_IFNAME, 'n%s'), text(IFLA_IFNAME, 'lo'), flag(IFLA_IFNAME)],
  ALT_IFNAME: [text(IFLA_ALT_IFNAME, 'other'), text(IFLA_ALT_IFNAME, 'x'.repeat(127)), text(IFLA_ALT_IFNAME, 'x'.repeat(128))],
  TXQLEN: [u32(IFLA_TXQLEN, 5), u32(IFLA_TXQLEN, 0), u32(IFLA_TXQLEN, 32_767), u32(IFLA_TXQLEN, 32_768), u32(IFLA_TXQLEN, -1), u16(IFLA_TXQLEN, 1)],
  IFALIAS: [text(IFLA_IFALIAS, 'an alias'), bare(IFLA_IFALIAS, 'bare'), flag(IFLA_IFALIAS), text(IFLA_IFALIAS, 'x'.repeat(254)), text(IFLA_IFALIAS, 'x'.repeat(255)), text(IFLA_IFALIAS, 'x'.repeat(256)), text(IFLA_IFALIAS, 'ümläut')],
  GROUP: [u32(IFLA_GROUP, 3), u32(IFLA_GROUP, 0), u32(IFLA_GROUP, -1), u16(IFLA_GROUP, 1)],
  LINKMODE: [u8(IFLA_LINKMODE, 1), u8(IFLA_LINKMODE, 0), u8(IFLA_LINKMODE, 200), u32(IFLA_LINKMODE, 1)],
  OPERSTATE: [0, 1, 2, 3, 4, 5, 6, 7, 200].map((state) => u8(IFLA_OPERSTATE, state)),
  CARRIER: [u8(IFLA_CARRIER, 0), u8(IFLA_CARRIER, 1), u8(IFLA_CARRIER, 7), u32(IFLA_CARRIER, 0)],
  PROTO_DOWN: [u8(IFLA_PROTO_DOWN, 1), u8(IFLA_PROTO_DOWN, 0)],
  MASTER: [u32(IFLA_MASTER, 0), u32(IFLA_MASTER, LO), u32(IFLA_MASTER, 99), u32(IFLA_MASTER, FIRST)],
  GSO_MAX_SIZE: [u32(IFLA_GSO_MAX_SIZE, 60_000), u32(IFLA_GSO_MAX_SIZE, 320), u32(IFLA_GSO_MAX_SIZE, 321), u32(IFLA_GSO_MAX_SIZE, 524_280), u32(IFLA_GSO_MAX_SIZE, 524_281), u32(IFLA_GSO_MAX_SIZE, 0)],
  GSO_MAX_SEGS: [u32(IFLA_GSO_MAX_SEGS, 10), u32(IFLA_GSO_MAX_SEGS, 0), u32(IFLA_GSO_MAX_SEGS, 65_535), u32(IFLA_GSO_MAX_SEGS, 65_536)],
  GRO_MAX_SIZE: [u32(IFLA_GRO_MAX_SIZE, 60_000), u32(IFLA_GRO_MAX_SIZE, 0), u32(IFLA_GRO_MAX_SIZE, 524_280), u32(IFLA_GRO_MAX_SIZE, 524_281)],
  'GSO_IPV4_MAX_SIZE': [u32(63, 60_000), u32(63, 320), u32(63, 65_537), u32(63, 524_281)],
  'GRO_IPV4_MAX_SIZE': [u32(64, 60_000), u32(64, 524_281)],
  NET_NS: [u32(IFLA_NET_NS_PID, 0), u32(IFLA_NET_NS_PID, 0x7fff_fff0), u32(IFLA_NET_NS_FD, 9999), u32(IFLA_TARGET_NETNSID, 55), u32(IFLA_TARGET_NETNSID, -1)],
  REFUSED: [u32(IFLA_ALLMULTI, 1), octets(IFLA_PERM_ADDRESS, mac(1)), u32(IFLA_TSO_MAX_SIZE, 1), octets(IFLA_MAP, new Uint8Array(28)), octets(IFLA_MAP, new Uint8Array(4)), nest(IFLA_PROTINFO, u32(1, 1)), u32(IFLA_NEW_IFINDEX, 0), u32(IFLA_NEW_IFINDEX, 7), u32(IFLA_NUM_TX_QUEUES, 0), u32(IFLA_NUM_RX_QUEUES, 3)],
  IGNORED: [u32(IFLA_WEIGHT, 1), octets(IFLA_STATS, [1]), u32(IFLA_LINK, LO), u32(IFLA_EXT_MASK, 1), nest(IFLA_XDP), u32(1000, 5), flag(90)],
  AF_SPEC: [
    nest(IFLA_AF_SPEC),
    nest(IFLA_AF_SPEC, nest(AF_INET6, u8(IFLA_INET6_ADDR_GEN_MODE, 1))),
    nest(IFLA_AF_SPEC, nest(AF_INET6, u8(IFLA_INET6_ADDR_GEN_MODE, 9))),
    nest(IFLA_AF_SPEC, nest(AF_INET6, octets(IFLA_INET6_TOKEN, new Uint8Array(16).fill(1)))),
    nest(IFLA_AF_SPEC, nest(AF_INET6)),
    nest(IFLA_AF_SPEC, nest(AF_INET, nest(1, u32(1, 1)))),
    nest(IFLA_AF_SPEC, nest(AF_INET, nest(1, u32(1, 1), u32(33, 1)))),
    nest(IFLA_AF_SPEC, nest(AF_INET, nest(1, u32(1, 0)))),
    nest(IFLA_AF_SPEC, nest(99, u32(1, 1))),
    octets(IFLA_AF_SPEC, [1, 2]),
  ],
};

/** A request for each value. */
function tries(make: (attribute: Attribute) => Uint8Array, attributes: readonly Attribute[]): Asked {
  return Object.fromEntries(attributes.map((attribute) => [describe(attribute), make(attribute)]));
}

function describe({ type, payload }: Attribute): string {
  const hex = Buffer.from(payload).toString('hex');
  return `${String(type)}: ${hex.length > 24 ? `${hex.slice(0, 24)}… (${String(payload.length)})` : hex}`;
}

async function aLink(scene: Scene, port: Port): Promise<void> {
  await scene.ask(port, 'make a link', newLink('d0', 'ifb'));
}

async function aLinkThatIsUp(scene: Scene, port: Port): Promise<void> {
  await aLink(scene, port);
  await bringUp(scene, port);
}

/** Attributes of links, tried one by one in every request that takes them. */
const attributes: readonly Scenario[] = Object.entries(TRIED).flatMap(([name, values]) => [
  asking(`link attribute: set ${name} of a link that is down`, tries((attribute) => link(RTM_SETLINK, ACK, { index: FIRST }, attribute), values), { needs: ['ifb'], groups: GROUPS, before: aLink }),
  asking(`link attribute: set ${name} of a link that is up`, tries((attribute) => link(RTM_NEWLINK, ACK, { index: FIRST }, attribute), values), { needs: ['ifb'], groups: GROUPS, before: aLinkThatIsUp }),
  asking(`link attribute: set ${name} of lo`, tries((attribute) => link(RTM_SETLINK, ACK, { index: LO }, attribute), values), { groups: GROUPS }),
  {
    name: `link attribute: make a link with ${name}`,
    needs: ['ifb'],
    async play(scene) {
      scene.listen(...GROUPS);
      const client = scene.client();
      for (const [at, value] of values.entries()) {
        // An index of its own, so that what fails on one kernel alone does not put the others out of step.
        const index = 10 + at;
        await scene.ask(client, `make with ${describe(value)}`, link(RTM_NEWLINK, NEW, { index }, ...(value.type === IFLA_ADDRESS ? [] : [octets(IFLA_ADDRESS, mac(at))]), value, kind('ifb')));
        await scene.ask(client, 'delete it', link(RTM_DELLINK, ACK, { index }));
      }
    },
  },
  asking(`link attribute: a pair with ${name}`, tries((attribute) => link(RTM_SETLINK, ACK, { index: SECOND }, attribute), values), {
    needs: ['veth'],
    groups: GROUPS,
    before: async (scene, port) => {
      await scene.ask(port, 'make a pair', newPair('v'));
    },
  }),
  asking(`link attribute: get by ${name}`, tries((attribute) => link(RTM_GETLINK, ACK, {}, attribute), values), { before: aLink, needs: ['ifb'] }),
  asking(`link attribute: get strictly by ${name}`, tries((attribute) => link(RTM_GETLINK, ACK, { index: LO }, attribute), values), { strict: true }),
  asking(`link attribute: dump strictly by ${name}`, tries((attribute) => link(RTM_GETLINK, DUMP, {}, attribute), values), { strict: true, before: aLink, needs: ['ifb'] }),
]);

const FLAGS = { IFF_UP, IFF_DEBUG, IFF_NOARP, IFF_PROMISC, IFF_ALLMULTI, IFF_MULTICAST, IFF_LOOPBACK };

/** What is asked of links in one request. */
export const linkRequests: readonly Scenario[] = [
  ...attributes,
  ...(['ifb', 'veth'] as const).map((of) => asking(`link request: flags of ${of}`, {
    ...Object.fromEntries(Object.entries(FLAGS).flatMap(([name, bit]) => [
      [`set ${name}`, link(RTM_SETLINK, ACK, { index: FIRST, flags: bit, change: bit })],
      [`set ${name} again`, link(RTM_SETLINK, ACK, { index: FIRST, flags: bit, change: bit })],
      [`clear ${name}`, link(RTM_SETLINK, ACK, { index: FIRST, flags: 0, change: bit })],
    ])),
    'all flags, without saying which': link(RTM_SETLINK, ACK, { index: FIRST, flags: IFF_UP | IFF_NOARP, change: 0 }),
    'all bits': link(RTM_SETLINK, ACK, { index: FIRST, flags: 0xffff_ffff, change: 0xffff_ffff }),
    'no bits': link(RTM_SETLINK, ACK, { index: FIRST, flags: 0, change: 0xffff_ffff }),
    'up with an MTU that is refused': link(RTM_SETLINK, ACK, { index: FIRST, flags: IFF_UP, change: IFF_UP }, u32(IFLA_MTU, -1)),
    'down with a new name and MTU': link(RTM_SETLINK, ACK, { index: FIRST, flags: 0, change: IFF_UP }, u32(IFLA_MTU, 1350), text(IFLA_IFNAME, 'other')),
  }, { needs: [of], groups: GROUPS, isSlow: of === 'veth', before: async (scene, port) => {
    await scene.ask(port, 'make it', of === 'veth' ? newPair('v') : newLink('d0', of));
    if (of === 'veth') await settleCarriers(scene);
  } })),
  asking('link request: kinds', {
    'no kind': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'x')),
    'an unknown kind': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'x'), kind('no-such-kind')),
    'a kind without NUL': link(RTM_NEWLINK, NEW, { index: 21 }, text(IFLA_IFNAME, 'x'), octets(IFLA_ADDRESS, mac(1)), nest(IFLA_LINKINFO, bare(IFLA_INFO_KIND, 'ifb'))),
    'an empty kind': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'y'), kind('')),
    'a kind that is too long': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'y'), kind('x'.repeat(60))),
    'a broken nest': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'y'), octets(IFLA_LINKINFO, [9, 0, 1, 0])),
    'data of a kind that has none': link(RTM_NEWLINK, NEW, { index: 22 }, text(IFLA_IFNAME, 'y'), octets(IFLA_ADDRESS, mac(2)), kind('ifb', u32(1, 1))),
    'data for a link of a kind that has none': link(RTM_SETLINK, ACK, { index: 22 }, nest(IFLA_LINKINFO, text(IFLA_INFO_KIND, 'ifb'), nest(IFLA_INFO_DATA, u32(1, 1)))),
    'another kind for a link that is there': link(RTM_NEWLINK, ACK, { index: 22 }, kind('veth')),
    'the kind of a port': link(RTM_NEWLINK, ACK, { index: 22 }, nest(IFLA_LINKINFO, text(IFLA_INFO_SLAVE_KIND, 'bond'))),
    'data of a port': link(RTM_NEWLINK, ACK, { index: 22 }, nest(IFLA_LINKINFO, text(IFLA_INFO_SLAVE_KIND, 'bond'), nest(IFLA_INFO_SLAVE_DATA, u32(1, 1)))),
    'a marked nest': link(RTM_NEWLINK, NEW, { index: 23 }, octets(IFLA_ADDRESS, mac(3)), nested(IFLA_LINKINFO, text(IFLA_INFO_KIND, 'ifb'))),
  }, { needs: ['ifb', 'veth'], groups: GROUPS }),
  asking('link request: flags of the message', {
    'not to be made': link(RTM_NEWLINK, ACK, {}, text(IFLA_IFNAME, 'x'), kind('ifb')),
    'nothing at all': link(RTM_NEWLINK, ACK, {}),
    'only to be made': link(RTM_NEWLINK, ACK | NLM_F_CREATE, { index: 31 }, text(IFLA_IFNAME, 'x'), octets(IFLA_ADDRESS, mac(1)), kind('ifb')),
    'to be made, is there': link(RTM_NEWLINK, ACK | NLM_F_CREATE, {}, text(IFLA_IFNAME, 'x'), u32(IFLA_MTU, 1300), kind('ifb')),
    'exclusively': link(RTM_NEWLINK, ACK | NLM_F_CREATE | NLM_F_EXCL, {}, text(IFLA_IFNAME, 'x'), kind('ifb')),
    'replaced': link(RTM_NEWLINK, ACK | NLM_F_REPLACE, {}, text(IFLA_IFNAME, 'x'), kind('ifb')),
    'appended': link(RTM_NEWLINK, ACK | NLM_F_CREATE | NLM_F_APPEND, {}, text(IFLA_IFNAME, 'x'), u32(IFLA_MTU, 1301), kind('ifb')),
    'echoed': link(RTM_NEWLINK, NEW | NLM_F_ECHO, { index: 32 }, text(IFLA_IFNAME, 'y'), octets(IFLA_ADDRESS, mac(2)), kind('ifb')),
    'set, echoed': link(RTM_SETLINK, ACK | NLM_F_ECHO, { index: 32 }, u32(IFLA_MTU, 1302)),
    'deleted, echoed': link(RTM_DELLINK, ACK | NLM_F_ECHO, { index: 32 }),
    'members of a group': link(RTM_NEWLINK, ACK, {}, u32(IFLA_GROUP, 0), u32(IFLA_MTU, 1303)),
    'members of a group that nobody is in': link(RTM_NEWLINK, ACK, {}, u32(IFLA_GROUP, 7), u32(IFLA_MTU, 1304)),
  }, { needs: ['ifb'], groups: GROUPS }),
  asking('link request: indexes and names', {
    'an index of its own': newLink('a', 'ifb', { index: 50 }),
    'the next is chosen': newLink('b', 'ifb'),
    'an index that is taken': newLink('c', 'ifb', { index: 50 }),
    'lo\'s index': newLink('c', 'ifb', { index: LO }),
    'an index below 0': newLink('c', 'ifb', { index: -1 }),
    'a name that is taken': newLink('a', 'ifb'),
    'names by pattern': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'p%d'), octets(IFLA_ADDRESS, mac(1)), kind('ifb')),
    'and the next': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'p%d'), octets(IFLA_ADDRESS, mac(2)), kind('ifb')),
    'without a name': link(RTM_NEWLINK, NEW, {}, octets(IFLA_ADDRESS, mac(3)), kind('ifb')),
    'by index and name: a new name': link(RTM_SETLINK, ACK, { index: 50 }, text(IFLA_IFNAME, 'a2')),
    'by name': link(RTM_SETLINK, ACK, {}, text(IFLA_IFNAME, 'a2'), u32(IFLA_MTU, 1301)),
    'by a name that is gone': link(RTM_SETLINK, ACK, {}, text(IFLA_IFNAME, 'a'), u32(IFLA_MTU, 1302)),
    'by nothing': link(RTM_SETLINK, ACK, {}, u32(IFLA_MTU, 1302)),
    'by an index that is not there': link(RTM_SETLINK, ACK, { index: 77 }, u32(IFLA_MTU, 1302)),
    'the name of another': link(RTM_SETLINK, ACK, { index: 50 }, text(IFLA_IFNAME, 'b')),
    'delete by name': link(RTM_DELLINK, ACK, {}, text(IFLA_IFNAME, 'b')),
    'delete by index, whatever the name': link(RTM_DELLINK, ACK, { index: 50 }, text(IFLA_IFNAME, 'nope')),
    'delete what is not there': link(RTM_DELLINK, ACK, { index: 50 }),
    'delete a name that is not there': link(RTM_DELLINK, ACK, {}, text(IFLA_IFNAME, 'nope')),
    'delete nothing': link(RTM_DELLINK, ACK, {}),
    'delete below 0': link(RTM_DELLINK, ACK, { index: -3 }),
    'delete lo': link(RTM_DELLINK, ACK, { index: LO }),
    'delete group 0': link(RTM_DELLINK, ACK, {}, u32(IFLA_GROUP, 0)),
    'delete a group that nobody is in': link(RTM_DELLINK, ACK, {}, u32(IFLA_GROUP, 5)),
    'delete with a namespace': link(RTM_DELLINK, ACK, { index: LO }, u32(IFLA_NET_NS_FD, 1)),
    dump: link(RTM_GETLINK, DUMP, {}),
  }, { needs: ['ifb'], groups: GROUPS }),
  asking('link request: groups of links', {
    one: newLink('a', 'ifb', {}, u32(IFLA_GROUP, 4)),
    two: newLink('b', 'ifb', {}, u32(IFLA_GROUP, 4)),
    three: newLink('c', 'ifb', {}, u32(IFLA_GROUP, 5)),
    'set all': link(RTM_NEWLINK, ACK, { flags: IFF_UP, change: IFF_UP }, u32(IFLA_GROUP, 4), u32(IFLA_MTU, 1400)),
    'delete all': link(RTM_DELLINK, ACK, {}, u32(IFLA_GROUP, 4)),
    'delete them again': link(RTM_DELLINK, ACK, {}, u32(IFLA_GROUP, 4)),
    dump: link(RTM_GETLINK, DUMP, {}),
  }, { needs: ['ifb'], groups: GROUPS }),
  asking('link request: other names', {
    'make a link': newLink('d0', 'ifb'),
    add: link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'one'), text(IFLA_ALT_IFNAME, 'a-name-of-more-than-fifteen-octets'))),
    'add one again': link(RTM_NEWLINKPROP, ACK | NLM_F_EXCL | NLM_F_CREATE | NLM_F_APPEND, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'one'))),
    'add its name': link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'd0'))),
    'a nest without its mark': link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nest(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'two'))),
    'no list': link(RTM_NEWLINKPROP, ACK, { index: FIRST }),
    'an empty list': link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST)),
    'another property': link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, u32(IFLA_MTU, 1))),
    'a name that cannot be': link(RTM_NEWLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'a/b'))),
    'by name': link(RTM_NEWLINKPROP, ACK, {}, text(IFLA_IFNAME, 'd0'), nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'three'))),
    'by another name': link(RTM_NEWLINKPROP, ACK, {}, text(IFLA_ALT_IFNAME, 'three'), nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'four'))),
    'by nothing': link(RTM_NEWLINKPROP, ACK, {}, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'five'))),
    'of nobody': link(RTM_NEWLINKPROP, ACK, { index: 99 }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'five'))),
    get: link(RTM_GETLINK, PLAIN, {}, text(IFLA_ALT_IFNAME, 'one')),
    'get by the long one': link(RTM_GETLINK, PLAIN, {}, text(IFLA_ALT_IFNAME, 'a-name-of-more-than-fifteen-octets')),
    'a link with the name': newLink('one', 'ifb'),
    'a name of another link': link(RTM_SETLINK, ACK, { index: FIRST }, text(IFLA_IFNAME, 'three')),
    remove: link(RTM_DELLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'one'))),
    'remove it again': link(RTM_DELLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'one'))),
    'remove its name': link(RTM_DELLINKPROP, ACK, { index: FIRST }, nested(IFLA_PROP_LIST, text(IFLA_ALT_IFNAME, 'd0'))),
    'delete by another name': link(RTM_DELLINK, ACK, {}, text(IFLA_ALT_IFNAME, 'three')),
  }, { needs: ['ifb'], groups: GROUPS }),
  asking('link request: pairs', {
    'a pair whose other end has nothing to say': link(RTM_NEWLINK, NEW, {}, text(IFLA_IFNAME, 'a'), octets(IFLA_ADDRESS, mac(1)), kind('veth', peer({}, octets(IFLA_ADDRESS, mac(2))))),
    'a pair with indexes': link(RTM_NEWLINK, NEW, { index: 60 }, text(IFLA_IFNAME, 'b'), octets(IFLA_ADDRESS, mac(3)), kind('veth', peer({ index: 61 }, text(IFLA_IFNAME, 'c'), octets(IFLA_ADDRESS, mac(4))))),
    'an index that is taken': link(RTM_NEWLINK, NEW, { index: 62 }, text(IFLA_IFNAME, 'd'), octets(IFLA_ADDRESS, mac(5)), kind('veth', peer({ index: 61 }, text(IFLA_IFNAME, 'e'), octets(IFLA_ADDRESS, mac(6))))),
    'a name that is taken': link(RTM_NEWLINK, NEW, { index: 63 }, text(IFLA_IFNAME, 'd'), octets(IFLA_ADDRESS, mac(5)), kind('veth', peer({}, text(IFLA_IFNAME, 'c'), octets(IFLA_ADDRESS, mac(6))))),
    'one name for both': link(RTM_NEWLINK, NEW, { index: 64 }, text(IFLA_IFNAME, 'd'), octets(IFLA_ADDRESS, mac(5)), kind('veth', peer({}, text(IFLA_IFNAME, 'd'), octets(IFLA_ADDRESS, mac(6))))),
    'an MTU that is refused': link(RTM_NEWLINK, NEW, { index: 65 }, text(IFLA_IFNAME, 'd'), u32(IFLA_MTU, 60), kind('veth')),
    'an MTU of the other end': link(RTM_NEWLINK, NEW, { index: 66 }, text(IFLA_IFNAME, 'd'), octets(IFLA_ADDRESS, mac(5)), kind('veth', peer({}, text(IFLA_IFNAME, 'e'), octets(IFLA_ADDRESS, mac(6)), u32(IFLA_MTU, 9000)))),
    'an address that is refused': link(RTM_NEWLINK, NEW, { index: 68 }, text(IFLA_IFNAME, 'f'), octets(IFLA_ADDRESS, [1, 0, 0, 0, 0, 0]), kind('veth')),
    'an address of the other end that is refused': link(RTM_NEWLINK, NEW, { index: 69 }, text(IFLA_IFNAME, 'f'), octets(IFLA_ADDRESS, mac(7)), kind('veth', peer({}, octets(IFLA_ADDRESS, [1, 0, 0, 0, 0, 0])))),
    'queues': link(RTM_NEWLINK, NEW, { index: 70 }, text(IFLA_IFNAME, 'g'), octets(IFLA_ADDRESS, mac(8)), u32(IFLA_NUM_TX_QUEUES, 4), u32(IFLA_NUM_RX_QUEUES, 3), kind('veth', peer({ index: 71 }, text(IFLA_IFNAME, 'h'), octets(IFLA_ADDRESS, mac(9))))),
    'no queues': link(RTM_NEWLINK, NEW, { index: 72 }, text(IFLA_IFNAME, 'i'), u32(IFLA_NUM_TX_QUEUES, 0), kind('veth')),
    'too many queues': link(RTM_NEWLINK, NEW, { index: 73 }, text(IFLA_IFNAME, 'i'), u32(IFLA_NUM_RX_QUEUES, 5000), kind('veth')),
    'up from the start': link(RTM_NEWLINK, NEW, { index: 74, flags: IFF_UP, change: IFF_UP }, text(IFLA_IFNAME, 'i'), octets(IFLA_ADDRESS, mac(10)), kind('veth', peer({ index: 75, flags: IFF_UP, change: IFF_UP }, text(IFLA_IFNAME, 'j'), octets(IFLA_ADDRESS, mac(11))))),
    'the other end broken': link(RTM_NEWLINK, NEW, { index: 76 }, text(IFLA_IFNAME, 'k'), kind('veth', octets(1, [1, 2, 3]))),
    'data for a pair that is there': link(RTM_NEWLINK, ACK, { index: 60 }, kind('veth', peer({}))),
    'without an other end': link(RTM_NEWLINK, NEW, { index: 78 }, text(IFLA_IFNAME, 'l'), octets(IFLA_ADDRESS, mac(12)), kind('veth')),
  }, { needs: ['veth'], groups: [RTNLGRP_LINK], isSlow: true }),
  asking('link request: of other families', {
    'AF_BRIDGE of a link': link(RTM_GETLINK, DUMP, { family: AF_BRIDGE }),
    'AF_BRIDGE to set': link(RTM_SETLINK, ACK, { family: AF_BRIDGE, index: FIRST }, nested(IFLA_PROTINFO, u8(1, 1))),
    'AF_BRIDGE to delete': link(RTM_DELLINK, ACK, { family: AF_BRIDGE, index: FIRST }, nested(IFLA_AF_SPEC)),
    'AF_INET6 of a link': link(RTM_GETLINK, DUMP, { family: AF_INET6 }),
    'AF_INET6, one': link(RTM_GETLINK, PLAIN, { family: AF_INET6, index: FIRST }),
    'AF_INET of a link': link(RTM_GETLINK, DUMP, { family: AF_INET }),
  }, { needs: ['ifb'], before: aLinkThatIsUp }),
  asking('link request: what a dump is to have', {
    'nothing': link(RTM_GETLINK, DUMP, {}),
    'of a master': link(RTM_GETLINK, DUMP, {}, u32(IFLA_MASTER, FIRST)),
    'of no master': link(RTM_GETLINK, DUMP, {}, u32(IFLA_MASTER, -1)),
    'of a kind': link(RTM_GETLINK, DUMP, {}, kind('ifb')),
    'of another kind': link(RTM_GETLINK, DUMP, {}, kind('veth')),
    'of no such kind': link(RTM_GETLINK, DUMP, {}, kind('nope')),
    'without counters': link(RTM_GETLINK, DUMP, {}, u32(IFLA_EXT_MASK, 8)),
    'with virtual functions': link(RTM_GETLINK, DUMP, {}, u32(IFLA_EXT_MASK, 1)),
    'of a namespace that is not there': link(RTM_GETLINK, DUMP, {}, u32(IFLA_TARGET_NETNSID, 3)),
    'by index': link(RTM_GETLINK, DUMP, { index: FIRST }),
    'by flags': link(RTM_GETLINK, DUMP, { flags: 1 }),
  }, { strict: true, needs: ['ifb', 'veth'], before: async (scene, port) => {
    await aLinkThatIsUp(scene, port);
    await scene.ask(port, 'a pair, too', newPair('v'));
  } }),
];
