import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { RequestError, isMemberOfKind, type AttributeObject, type AttributeValue, type LinkSpec } from '@netdevkit/iproute';
import { expect, it } from 'vitest';
import { Host, type HostNamespace } from '../src/index.ts';
import { HostRig } from './host-rig.ts';
import { describeInNamespace, privateNamespace } from './private-namespace.ts';

/** What iproute2 calls otherwise than the specification. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  bcqueuelen: 'bc-queue-len',
  usedbcqueuelen: 'bc-queue-len-used',
  proxy: 'proxyarp',
  proxy_arp: 'proxyarp',
  proxy_arp_wifi: 'proxyarp-wifi',
  fastleave: 'fast-leave',
  hairpin: 'mode',
  root_block: 'protect',
  flood: 'unicast-flood',
  mcast_to_unicast: 'mcast-to-ucast',
  remote: 'group',
  if_id: 'if-id',
  csum: 'udp-csum',
};

/** What it prints in another form. */
const OTHER_FORMS = /_timer$|^(?:bridge|root)_id$|^(?:id|no)$|_str$|^no_linklocal_learn$|^mcast_vlan_snooping$|^(?:i|o)(?:key|flags)$|^(?:vlan_)?protocol$|^proto$|^cipher_suite$/u;

function plain(value: AttributeValue): AttributeValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * Compares what `ip -d -j link` prints of a link with what we are told.
 *
 * @returns how many attributes both have
 */
function compare(theirs: AttributeObject, ours: AttributeObject, isMember: boolean): number {
  let count = 0;
  for (const [name, value] of Object.entries(theirs)) {
    if (OTHER_FORMS.test(name) && (isMember || !/^(?:id|no)$/u.test(name))) continue;
    const told = ours[OTHER_NAMES[name] ?? name.replaceAll('_', '-')];
    if (told === undefined || typeof value === 'object' || (typeof told === 'string') !== (typeof value === 'string')) continue;
    expect([name, plain(told)]).toEqual([name, plain(value)]);
    count++;
  }
  return count;
}

interface IpLink {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_data?: AttributeObject; readonly info_slave_data?: AttributeObject };
}

function ipLinks(namespace: HostNamespace): readonly IpLink[] {
  const place = `--net=/proc/${String(process.pid)}/fd/${String(namespace.fd)}`;
  // CAST: what `ip` prints, of which the rest is looked at as it comes.
  return JSON.parse(execFileSync('nsenter', [place, 'ip', '-d', '-j', 'link'], { encoding: 'utf8' })) as readonly IpLink[];
}

/** Something of each kind, and the least number of attributes that `ip` has to print of it. `base` is a link below. */
const CASES = (base: number): ReadonlyArray<readonly [spec: LinkSpec, least: number]> => [
  [{ kind: 'bridge', data: { 'forward-delay': 1000, 'hello-time': 300, 'ageing-time': 0, priority: 0x1000, 'group-fwd-mask': 8, 'mcast-snooping': 0, 'mcast-hash-max': 1024, 'mcast-query-intvl': 9000, 'mcast-router': 'perm' } }, 20],
  [{ kind: 'vxlan', data: { id: 42, group: '239.1.1.1', link: base, local: '192.0.2.1', port: 4789, ttl: 7, tos: 8, learning: 0, ageing: 120, limit: 10, 'port-range': { low: 10_000, high: 20_000 }, 'udp-csum': 1, l2miss: 1, gbp: true } }, 10],
  [{ kind: 'macvlan', link: base, data: { mode: 'bridge', 'bc-queue-len': 500 } }, 1],
  [{ kind: 'macvtap', link: base, data: { mode: 'vepa' } }, 1],
  [{ kind: 'vlan', link: base, data: { id: 7, protocol: '8021ad', flags: { flags: ['gvrp'], mask: 2 }, 'egress-qos': { mapping: [{ from: 1, to: 2 }] } } }, 1],
  [{ kind: 'ipvlan', link: base, data: { mode: 'l3s', flags: ['vepa'] } }, 1],
  [{ kind: 'vrf', data: { table: 77 } }, 1],
  [{ kind: 'bond', data: { mode: 'active-backup', miimon: 100, 'fail-over-mac': 'active', 'resend-igmp': 3, 'min-links': 2 } }, 5],
  [{ kind: 'gre', data: { local: '192.0.2.1', remote: '192.0.2.2', ttl: 9, ikey: 1, okey: 2, iflags: ['key'], oflags: ['key'], fwmark: 3 } }, 3],
  [{ kind: 'gretap', data: { local: '192.0.2.1', remote: '192.0.2.3', ttl: 9 } }, 3],
  [{ kind: 'ip6gre', data: { local: '2001:db8::1', remote: '2001:db8::2', 'encap-limit': 5 } }, 2],
  [{ kind: 'ipip', data: { local: '192.0.2.1', remote: '192.0.2.4', ttl: 3 } }, 3],
  [{ kind: 'sit', data: { local: '192.0.2.1', remote: '192.0.2.5', ttl: 3 } }, 3],
  [{ kind: 'ip6tnl', data: { local: '2001:db8::1', remote: '2001:db8::3', proto: 'ipv6' } }, 2],
  [{ kind: 'geneve', data: { id: 9, remote: '192.0.2.9', port: 6082, ttl: 4 } }, 3],
  [{ kind: 'macsec', link: base, data: { encrypt: 1, protect: 1, 'replay-protect': 1, window: 32 } }, 1],
  [{ kind: 'xfrm', data: { link: base, 'if-id': 66 } }, 0],
];

/** The cases that this kernel has the kind for, with their places. */
function casesHere(): ReadonlyArray<readonly [kind: string, index: number]> {
  if (!privateNamespace.supported) return [];
  using host = new Host();
  return CASES(1).flatMap(([{ kind }], index) => (host.supports.linkKind(kind).supported ? [[kind, index] as const] : []));
}

describeInNamespace('data of links on the host', () => {
  const present = casesHere();

  it('is tried with the kinds that every kernel of a distribution has', () => {
    expect(present.map(([kind]) => kind)).toEqual(expect.arrayContaining(['bridge', 'vxlan', 'macvlan']));
  });

  it.each(present)('is what was asked for, and what ip shows: %s', (_kind, index) => {
    using rig = new HostRig();
    const { ip } = rig;
    const base = ip.link.create({ kind: 'veth', name: 'base' }).index;
    const [spec, least] = CASES(base)[index] ?? [{ kind: '' }, 0];
    ip.link.add({ ...spec, name: 'it' });
    const { info } = ip.link.show('it');
    expect(info?.kind).toBe(spec.kind);
    const wanted = { ...(typeof spec.data === 'object' ? spec.data : {}) };
    // Of flags the mask says which to set; what is told are all.
    delete wanted['flags'];
    expect(info?.data).toMatchObject(wanted);
    const shown = ipLinks(rig.namespace).find(({ ifname }) => ifname === 'it');
    expect(compare(shown?.linkinfo?.info_data ?? {}, info?.data ?? {}, false)).toBeGreaterThanOrEqual(least);
    // A schema has all of it.
    expect(Object.keys(info?.data ?? {}).filter((name) => name.startsWith('#'))).toEqual([]);
  });

  it('is that of the other end of a veth', () => {
    using rig = new HostRig();
    const { ip } = rig;
    ip.link.add({ kind: 'veth', name: 'v0', data: { peer: { ifname: 'v1', mtu: 9000, address: '02:00:00:00:00:07' } } });
    expect(ip.link.show('v1')).toMatchObject({ mtu: 9000, address: '02:00:00:00:00:07' });
  });

  it('is that of members, which can be changed', () => {
    using rig = new HostRig();
    const { ip } = rig;
    const { index: master } = ip.link.create({ kind: 'bridge', name: 'br' });
    ip.link.add({ kind: 'veth', name: 'port', master });
    ip.link.set('port', { slaveKind: 'bridge', slaveData: { cost: 77, priority: 9, 'mcast-flood': 0, isolated: 1 } });
    const port = ip.link.show('port');
    expect(port.info).toMatchObject({ kind: 'veth', slaveKind: 'bridge', slaveData: { cost: 77, priority: 9, 'mcast-flood': 0, isolated: 1, state: 'disabled' } });
    const shown = ipLinks(rig.namespace).find(({ ifname }) => ifname === 'port');
    expect(compare(shown?.linkinfo?.info_slave_data ?? {}, isMemberOfKind(port, 'bridge') ? (port.info?.slaveData ?? {}) : {}, true)).toBeGreaterThanOrEqual(20);
    ip.link.set('br', { kind: 'bridge', data: { 'stp-state': 1, priority: 0x2000 } });
    expect(ip.link.show('br').info?.data).toMatchObject({ 'stp-state': 1, priority: 0x2000 });
  });

  it('is refused with the name of the attribute', () => {
    using rig = new HostRig();
    const { ip } = rig;
    const refused = (run: () => void): RequestError => {
      try {
        run();
      } catch (error) {
        if (error instanceof RequestError) return error;
        throw error;
      }
      throw new Error('it was not refused');
    };
    const error = refused(() => ip.link.add({ kind: 'vxlan', name: 'x', data: { id: 0x100_0000, port: 4789 } }));
    expect([error.code, error.attribute]).toEqual(['ERANGE', 'IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VXLAN_ID']);
    expect(refused(() => ip.link.add({ kind: 'bridge', name: 'b', data: { '#6': '01' } })).attribute).toBe('IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_BR_PRIORITY');
  });
});
