import { called, device, hasFlag, scaled, type Inside, type Read, type Rules } from './rules.ts';
import { isObject, valueAt } from './value.ts';

/** `ip` leaves `running` out, and says when a device that is up has no carrier, and when the one below it is not up. */
export const linkFlags: Read = ({ ours, world }) => {
  const names = ours['ifi-flags'];
  if (!Array.isArray(names)) return names;
  const flags = names.map(String);
  const lacksCarrier = flags.includes('up') && !flags.includes('running');
  const isBelowDown = ours['link-netnsid'] === undefined && world.isDown(ours['link']);
  const printed = flags.filter((name) => name !== 'running').map((name) => (name === 'point-to-point' ? 'pointopoint' : name));
  return [...printed, ...(lacksCarrier ? ['no-carrier'] : []), ...(isBelowDown ? ['m-down'] : [])];
};

/** Kinds of links whose addresses are those of IP. */
const TUNNELS = ['tunnel', 'tunnel6', 'sit', 'ipgre', 'ip6gre'];

/** Addresses of tunnels are printed as addresses of IP: what has the same octets is the same. */
function hardwareAddress(path: string): Read {
  return ({ ours, value }) => {
    const address = ours[path];
    const isTunnel = TUNNELS.includes(String(ours['ifi-type']));
    if (!isTunnel || typeof address !== 'string' || typeof value !== 'string') return address;
    return octetsOf(value) === address.replaceAll(':', '') ? value : address;
  };
}

/** An address of IP in hexadecimal. */
function octetsOf(address: string): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  if (!address.includes(':')) return address.split('.').map((part) => hex(Number(part), 2)).join('');
  const halves = address.split('::').map((half) => half.split(':').filter((group) => group !== '').map((group) => hex(parseInt(group, 16), 4)).join(''));
  const [head = '', tail = ''] = halves;
  return `${head}${'0'.repeat(32 - head.length - tail.length)}${tail}`;
}

/** `8000.76:7:71:c5:8d:e0`: the priority, then octets without leading zeros. */
function bridgeId(path: string): Read {
  return ({ ours }) => {
    const id = valueAt(ours, path);
    if (!isObject(id)) return id;
    const octets = String(id['addr']).split(':').map((octet) => parseInt(octet, 16).toString(16));
    return `${Number(id['prio']).toString(16).padStart(4, '0')}.${octets.join(':')}`;
  };
}

/** Keys of tunnels are printed as addresses. */
function dotted(path: string): Read {
  return ({ ours }) => {
    const key = valueAt(ours, path);
    return typeof key === 'number' ? [24, 16, 8, 0].map((shift) => String((key >>> shift) & 0xff)).join('.') : key;
  };
}

/** A part of `flowinfo`: the traffic class above the label. */
function ofFlow(shift: number, mask: number): Read {
  return ({ ours }) => (Number(ours['flowinfo']) >>> shift) & mask;
}

const encap: Inside = {
  at: '',
  rules: {
    type: 'encap-type',
    sport: 'encap-sport',
    dport: 'encap-dport',
    csum: hasFlag('encap-flags', 'csum'),
    csum6: hasFlag('encap-flags', 'csum6'),
    remcsum: hasFlag('encap-flags', 'remcsum'),
  },
};

/** All kinds of tunnels over IP. */
const tunnel: Rules = {
  ikey: dotted('ikey'),
  okey: dotted('okey'),
  icsum: hasFlag('iflags', 'csum'),
  ocsum: hasFlag('oflags', 'csum'),
  iseq: hasFlag('iflags', 'seq'),
  oseq: hasFlag('oflags', 'seq'),
  proto: called('proto', { ip: 'any' }),
  prefix: '6rd-prefix',
  prefixlen: '6rd-prefixlen',
  tclass: ofFlow(20, 0xff),
  flowlabel: ofFlow(0, 0xf_ffff),
  encap,
};

/** From drivers/net/macsec.c and include/uapi/linux/if_macsec.h: `MACSEC_CIPHER_ID_*`. */
const CIPHERS = { '36242102291529729': 'GCM-AES-128', '36242102291529730': 'GCM-AES-256' };

const bridge: Rules = {
  bridge_id: bridgeId('bridge-id'),
  root_id: bridgeId('root-id'),
  hello_timer: scaled('hello-timer', 100),
  tcn_timer: scaled('tcn-timer', 100),
  topology_change_timer: scaled('topology-change-timer', 100),
  gc_timer: scaled('gc-timer', 100),
  mcast_router: called('mcast-router', { disabled: 0, 'temp-query': 1, perm: 2, temp: 3 }),
  mcast_vlan_snooping: hasFlag('multi-boolopt.optval', 'mcast-vlan-snooping'),
  no_linklocal_learn: hasFlag('multi-boolopt.optval', 'no-ll-learn'),
  mst_enabled: hasFlag('multi-boolopt.optval', 'mst-enable'),
  mdb_offload_fail_notification: hasFlag('multi-boolopt.optval', 'mdb-offload-fail-notification'),
  fdb_local_vlan_0: hasFlag('multi-boolopt.optval', 'fdb-local-vlan-0'),
  group_fwd_mask: 'group-fwd-mask',
};

/** What `ip` and `bridge` print of a port of a bridge. */
export const bridgePort: Rules = {
  bridge_id: bridgeId('bridge-id'),
  root_id: bridgeId('root-id'),
  hairpin: ({ ours }) => ours['mode'],
  root_block: 'protect',
  fastleave: 'fast-leave',
  flood: 'unicast-flood',
  mcast_router: called('multicast-router', { disabled: 0, 'temp-query': 1, perm: 2, temp: 3 }),
  multicast_router: called('multicast-router', { disabled: 0, 'temp-query': 1, perm: 2, temp: 3 }),
  mcast_to_unicast: 'mcast-to-ucast',
  proxy_arp: 'proxyarp',
  proxy_arp_wifi: 'proxyarp-wifi',
  hold_timer: scaled('hold-timer', 100),
  message_age_timer: scaled('message-age-timer', 100),
  forward_delay_timer: scaled('forward-delay-timer', 100),
  group_fwd_mask_str: 'group-fwd-mask',
};

/** Kinds of links that have keys of their own. */
const KINDS: Readonly<Record<string, Rules>> = {
  bond: {
    ad_lacp_active: called('ad-lacp-active', { 0: 'off', 1: 'on' }),
    arp_missed_max: 'missed-max',
    arp_validate: called('arp-validate', { none: true }),
    broadcast_neighbor: 'broadcast-neigh',
    peer_notify_delay: 'peer-notif-delay',
  },
  bridge,
  geneve: { udp_csum: 'udp-csum' },
  gtp: { hsize: 'pdp-hashsize' },
  macsec: { cipher_suite: called('cipher-suite', CIPHERS) },
  macvlan: { bcqueuelen: 'bc-queue-len', usedbcqueuelen: 'bc-queue-len-used' },
  macvtap: { bcqueuelen: 'bc-queue-len', usedbcqueuelen: 'bc-queue-len-used' },
  ipvlan: { vepa: hasFlag('flags', 'vepa'), private: hasFlag('flags', 'private') },
  vlan: { flags: 'flags.flags', egress_qos: { at: 'egress-qos.mapping', rules: {} }, ingress_qos: { at: 'ingress-qos.mapping', rules: {} } },
  vxlan: { link: device('link'), external: 'collect-metadata', remote6: 'group6', reserved_bits: ({ ours }) => `0x${String(ours['reserved-bits'])}` },
};

/** What `ip` prints of all links. */
const link: Rules = {
  ifindex: 'ifi-index',
  link_index: 'link',
  // A tunnel that is on no device says 0.
  link: ({ ours, world }) => (ours['link'] === 0 ? true : world.deviceName(ours['link'])),
  flags: linkFlags,
  link_type: called('ifi-type', { ipgre: 'gre', ip6gre: 'gre6', tunnel: 'ipip' }),
  address: hardwareAddress('address'),
  broadcast: hardwareAddress('broadcast'),
  permaddr: hardwareAddress('perm-address'),
  group: called('group', { 0: 'default' }),
  master: device('master'),
  parentdev: 'parent-dev-name',
  link_pointtopoint: hasFlag('ifi-flags', 'point-to-point'),
  inet6_addr_gen_mode: 'af-spec.inet6.addr-gen-mode',
  altnames: 'prop-list.alt-ifname',
  stats64: {
    at: 'stats64',
    rules: {
      rx: { at: '', rules: { bytes: 'rx-bytes', packets: 'rx-packets', errors: 'rx-errors', dropped: 'rx-dropped', over_errors: 'rx-over-errors' } },
      tx: { at: '', rules: { bytes: 'tx-bytes', packets: 'tx-packets', errors: 'tx-errors', dropped: 'tx-dropped', carrier_errors: 'tx-carrier-errors' } },
    },
  },
};

/**
 * What `ip` prints of a link of a kind.
 *
 * @param kind - `IFLA_INFO_KIND`
 */
export function linkOfKind(kind: unknown): Rules {
  const rules: Rules = {
    info_kind: 'kind',
    info_slave_kind: 'slave-kind',
    info_data: { at: 'data', rules: { ...tunnel, ...KINDS[String(kind)] } },
    info_slave_data: { at: 'slave-data', rules: bridgePort },
  };
  return { ...link, linkinfo: { at: 'linkinfo', rules } };
}
