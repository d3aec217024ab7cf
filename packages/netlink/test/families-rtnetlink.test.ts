import { NETLINK_ROUTE } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { dcb } from '../src/families/dcb.ts';
import { rtBridgeVlan } from '../src/families/rt-bridge-vlan.ts';
import { rtLinkBridge } from '../src/families/rt-link-bridge.ts';
import { rtLinkCan } from '../src/families/rt-link-can.ts';
import { rtLinkKinds } from '../src/families/rt-link-kinds.ts';
import { rtLinkMore, rtLinkProp } from '../src/families/rt-link-more.ts';
import { rtLinkTunnels } from '../src/families/rt-link-tunnels.ts';
import { rtMdb } from '../src/families/rt-mdb.ts';
import { rtAddrlabel, rtCacheReport, rtMulticastAddresses, rtNeighbourDiscovery, rtNetconf, rtNsid } from '../src/families/rt-misc.ts';
import { rtNexthop } from '../src/families/rt-nexthop.ts';
import { rtAddrMore } from '../src/families/rt-addr-more.ts';
import { rtMulticastTables } from '../src/families/rt-mroute.ts';
import { rtNeighMore } from '../src/families/rt-neigh-more.ts';
import { rtRouteMessages, rtRouteMore } from '../src/families/rt-route-more.ts';
import { rtRuleMore } from '../src/families/rt-rule-more.ts';
import { rtStats, rtStatsNests } from '../src/families/rt-stats.ts';
import { rtTunnel } from '../src/families/rt-tunnel.ts';
import { rtAddr } from '../src/generated/rt-addr.ts';
import { rtLink } from '../src/generated/rt-link.ts';
import { rtNeigh } from '../src/generated/rt-neigh.ts';
import { rtRoute } from '../src/generated/rt-route.ts';
import { rtRule } from '../src/generated/rt-rule.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { Schema } from '../src/schema/index.ts';
import { captured, decoderOf, goldenDecoder, unnamed } from './families-golden.ts';

const schemas: readonly Schema[] = [
  rtLink, rtLinkMore, rtLinkProp, rtLinkKinds, rtLinkTunnels, rtLinkCan, rtLinkBridge, rtStats, rtStatsNests, rtAddr, rtAddrMore,
  rtRoute, rtRouteMessages, rtRouteMore, rtMulticastTables, rtRule, rtRuleMore, rtNeigh, rtNeighMore, rtNexthop, rtMdb, rtBridgeVlan, rtTunnel,
  rtNetconf, rtNsid, rtAddrlabel, rtMulticastAddresses, rtNeighbourDiscovery, rtCacheReport, dcb,
]; // prettier-ignore

const decode = decoderOf(NETLINK_ROUTE, schemas);
const golden = goldenDecoder('families-rtnetlink.json', decode);

/** A message that is made up: there is none of its kind in the captures. */
function made(type: number, header: readonly number[], fill: (writer: MessageWriter) => void): ReturnType<typeof decode> {
  const writer = new MessageWriter();
  writer.begin(type, 0, 1, 0);
  const at = writer.reserve(header.length);
  fill(writer);
  writer.end();
  const bytes = writer.toBytes();
  bytes.set(header, at);
  return decode(bytes);
}

describe('rtnetlink', () => {
  it('names everything in captured messages', () => {
    const messages = captured('families-rtnetlink.json').map(({ what, hex }) => ({ what, message: decode(new Uint8Array(Buffer.from(hex, 'hex'))) }));
    expect(messages.length).toBeGreaterThan(30);
    expect(messages.filter(({ message }) => !message.type.startsWith('RTM_')).map(({ what }) => what)).toEqual([]);
    expect(messages.flatMap(({ what, message }) => unnamed(message.attrs).map((path) => `${what}: ${path}`))).toEqual([]);
  });

  it('reads the data of link kinds', () => {
    const data = (what: string): unknown => golden(what).attrs?.['linkinfo'];
    expect(data('ip link add vxlan')).toEqual({
      kind: 'vxlan',
      data: {
        link: 3, ttl: 5, tos: 4, ageing: 500, limit: 100, 'udp-csum': 1, gbp: true, id: 100, local: '192.0.2.1', group: '239.1.1.1',
        learning: 1, port: 4789,
      }, // prettier-ignore
    });
    expect(data('ip link show vxlan: an answer')).toMatchObject({ data: { 'port-range': { low: 0, high: 0 } } });
    expect(data('ip link add bareudp')).toEqual({ kind: 'bareudp', data: { port: 6635, ethertype: 0x8847 } });
    expect(data('ip link add gtp')).toEqual({ kind: 'gtp', data: { 'create-sockets': 1, role: 'sgsn', 'pdp-hashsize': 1024 } });
    expect(data('ip link add amt')).toMatchObject({ kind: 'amt', data: { mode: 'gateway', 'discovery-ip': '192.0.2.9', 'relay-port': 2268 } });
    expect(data('ip link add xfrm')).toEqual({ kind: 'xfrm', data: { 'if-id': 42, link: 3 } });
    expect(data('ip link add macvlan')).toEqual({ kind: 'macvlan', data: { mode: 'bridge' } });
    expect(data('ip link add ipvlan')).toEqual({ kind: 'ipvlan', data: { mode: 'l3s', flags: ['vepa'] } });
    expect(data('ip link add macsec')).toMatchObject({ kind: 'macsec', data: { port: 11, encrypt: 1, 'cipher-suite': String(0x80c20001000002n) } });
    expect(data('ip link add can')).toMatchObject({ kind: 'can', data: { bittiming: { bitrate: 500000 } } });
    expect(data('ip link add rmnet')).toEqual({ kind: 'rmnet', data: { 'mux-id': 5 } });
  });

  it('reads the other end of a pair as a link of its own', () => {
    expect(golden('ip link add veth').attrs).toMatchObject({ ifname: 've0', linkinfo: { data: { peer: { 'ifi-index': 0, mtu: 1400, ifname: 've1' } } } });
    expect(golden('ip link add vxcan').attrs).toMatchObject({ linkinfo: { kind: 'vxcan', data: { peer: { ifname: 'vxcan1' } } } });
  });

  it('reads what members are asked and say', () => {
    expect(golden('ip link set type bridge_slave').attrs).toMatchObject({
      linkinfo: { kind: 'bridge_slave', 'slave-data': { member: { cost: 42, priority: 5, 'fast-leave': 1, learning: 0 } } },
    });
    expect(golden('a port in a VRF').attrs).toMatchObject({ linkinfo: { 'slave-kind': 'vrf', 'slave-data': { table: 77 } } });
  });

  it('reads IFLA_AF_SPEC of bridges and of others', () => {
    expect(golden('bridge vlan add').attrs).toEqual({ 'af-spec': { 'vlan-info': [{ flags: ['pvid', 'untagged'], vid: 10 }] } });
    expect(golden('bridge vlan show: an answer').attrs).toMatchObject({ 'af-spec': { 'vlan-info': [{ vid: 1 }, { flags: [], vid: 10 }] } });
    expect(golden('a port in a VRF').attrs).toMatchObject({ 'af-spec': { inet6: { token: '::' } } });
    expect(golden('a bridge and who asks for its memberships').attrs).toMatchObject({
      linkinfo: { data: { 'vlan-protocol': '8021q', 'mcast-querier-state': { 'ipv6-address': expect.any(String) } } },
    });
  });

  it('reads VLANs and multicast databases of bridges', () => {
    expect(golden('bridge vlan: an entry').attrs).toEqual({ entry: [{ info: { flags: ['only-opts'], vid: 10 }, state: 'forwarding' }] });
    expect(golden('bridge vlan global show: a notification').attrs).toMatchObject({ 'global-options': [{ id: 1, 'mcast-query-intvl': 12500 }, { id: 10 }, {}] });
    expect(golden('bridge mdb add').attrs).toEqual({
      entry: { ifindex: 5, state: 'permanent', flags: [], vid: 10, addr: '239.1.1.1', proto: 'ip' },
    });
    expect(golden('bridge mdb show: an answer').attrs).toMatchObject({
      mdb: { entry: expect.arrayContaining([{ info: [expect.objectContaining({ ifindex: 7, vid: 30, state: 'temporary', timer: 25976, rtprot: 'static' })] }]) },
    });
  });

  it('reads statistics and what is asked of them', () => {
    expect(golden('ip stats show: a request')).toMatchObject({ type: 'RTM_GETSTATS', header: { 'filter-mask': 16 } });
    expect(golden('bridge statistics').attrs).toMatchObject({
      'link-xstats-slave': {
        bridge: { vlan: [{ 'rx-bytes': 56, vid: 1, flags: ['untagged'] }, {}], mcast: { 'mcast-bytes': [0, 0] }, stp: { 'tx-bpdu': 4 } },
      },
    });
    const filters = made(94, [0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0], (writer) => {
      writer.putNested(1, () => {
        writer.putU32(4, 2);
      });
    });
    expect(filters).toMatchObject({ type: 'RTM_GETSTATS', header: { ifindex: 7 }, attrs: { filters: { 'link-offload-xstats': 2 } } });
  });

  it('reads nexthops, groups and buckets', () => {
    expect(golden('ip nexthop add group').attrs).toEqual({ id: 10, group: [{ id: 1, weight: 2 }, { id: 2, weight: 0 }] }); // prettier-ignore
    expect(golden('ip nexthop: a resilient group').attrs).toMatchObject({ 'res-group': { buckets: 8, 'idle-timer': 6000 }, 'group-type': 'res' });
    expect(golden('ip nexthop bucket show: an answer').attrs).toEqual({ id: 11, 'res-bucket': { index: 0, 'nh-id': 2, 'idle-time': 60 } });
  });

  it('reads encapsulations by their type', () => {
    expect(golden('ip route add encap ip').attrs).toMatchObject({ encap: { id: 5, dst: '192.0.2.9', ttl: 64 }, 'encap-type': 'ip' });
    const mpls = made(24, [2, 24, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], (writer) => {
      writer.putU16(21, 1);
      writer.putNested(22, () => {
        writer.putBytes(1, Uint8Array.of(0, 6, 0x41, 0));
      });
    });
    expect(mpls.attrs).toEqual({ 'encap-type': 'mpls', encap: { dst: '100' } });
    const seg6 = made(24, [10, 64, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], (writer) => {
      writer.putU16(21, 5);
      writer.putNested(22, () => {
        writer.putBytes(1, Uint8Array.of(1, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0, ...Array.from({ length: 15 }, () => 0), 1));
      });
    });
    expect(seg6.attrs).toMatchObject({ encap: { srh: { mode: 'encap', type: 4, segments: ['::1'] } } });
  });

  it('reads nexthops of a route one after another, each with its attributes', () => {
    const rtmsg = [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0];
    const gateway = [8, 0, 5, 0, 192, 0, 2, 1];
    const via = [10, 0, 18, 0, 2, 0, 10, 0, 0, 1, 0, 0];
    const multipath = (octets: readonly number[]): unknown =>
      made(24, rtmsg, (writer) => {
        writer.putBytes(9, Uint8Array.from(octets));
      }).attrs?.['multipath'];
    expect(multipath([16, 0, 4, 1, 3, 0, 0, 0, ...gateway, 20, 0, 0, 0, 4, 0, 0, 0, ...via])).toEqual([
      { 'rtnh-len': 16, 'rtnh-flags': ['onlink'], 'rtnh-hops': 1, 'rtnh-ifindex': 3, gateway: '192.0.2.1' },
      { 'rtnh-len': 20, 'rtnh-flags': [], 'rtnh-hops': 0, 'rtnh-ifindex': 4, via: { family: 'inet', addr: '10.0.0.1' } },
    ]);
  });

  it('reads destinations of MPLS as labels, and addresses of another family than the route', () => {
    const route = made(24, [28, 20, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0], (writer) => {
      writer.putBytes(1, Uint8Array.of(0, 6, 0x41, 0));
      writer.putBytes(19, Uint8Array.of(0, 0xc, 0x80, 0, 0, 0x12, 0xd1, 0));
      writer.putBytes(18, Uint8Array.of(2, 0, 192, 0, 2, 1));
    });
    expect(route).toMatchObject({
      header: { 'rtm-family': 'mpls', 'rtm-table': 'main', 'rtm-protocol': 'static', 'rtm-scope': 'universe', 'rtm-flags': [] },
      attrs: { dst: '100', newdst: '200/301', via: { family: 'inet', addr: '192.0.2.1' } },
    });
  });

  it('reads the small families', () => {
    expect(golden('ip netconf show: an answer')).toMatchObject({ header: { 'ncm-family': 'inet6' }, attrs: { ifindex: 3, 'proxy-neigh': 0 } });
    expect(golden('ip addrlabel list: an answer')).toMatchObject({ header: { 'ifal-prefixlen': 32 }, attrs: { label: 99, address: '2001:db8::' } });
    expect(golden('ip netns list-id: an answer').attrs).toEqual({ nsid: 0 });
    expect(golden('a membership that begins')).toMatchObject({ type: 'RTM_NEWMULTICAST', attrs: { multicast: '224.0.0.1' } });
    expect(golden('ip link property add altname').attrs).toEqual({ 'prop-list': { 'alt-ifname': ['a-rather-long-alternative-name-for-dummy0', 'alt2'] } });
  });

  it('reads what no capture has', () => {
    const vnifilter = made(120, [0, 0, 0, 0, 9, 0, 0, 0], (writer) => {
      writer.putNested(1, () => {
        writer.putU32(1, 100);
        writer.putU32(2, 199);
        writer.putBytes(3, Uint8Array.of(239, 0, 0, 1));
      });
    });
    expect(vnifilter).toMatchObject({ type: 'RTM_NEWTUNNEL', header: { ifindex: 9 }, attrs: { entry: [{ start: 100, end: 199, group: '239.0.0.1' }] } });
    const ets = made(78, [0, 21, 0, 0], (writer) => {
      writer.putNested(13, () => {
        writer.putBytes(1, Uint8Array.from({ length: 59 }, (_, index) => index));
      });
    });
    expect(ets).toMatchObject({ type: 'RTM_GETDCB', header: { cmd: 'ieee-get' }, attrs: { ieee: { ets: { cbs: 2, 'tc-tx-bw': [3, 4, 5, 6, 7, 8, 9, 10] } } } });
    const option = made(68, [10, 0, 8, 0, 3, 0, 0, 0, 134, 0, 0, 0, 0, 0, 0, 0], (writer) => writer.putBytes(0x0119, Uint8Array.of()));
    expect(option).toMatchObject({ type: 'RTM_NEWNDUSEROPT', header: { 'nduseropt-icmp-type': 134 }, attrs: { options: '04001901' } });
  });
});
