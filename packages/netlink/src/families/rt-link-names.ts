/**
 * Names of what the specification of links has as numbers. C twins: `linux/if_bonding.h`, `linux/if_bridge.h`,
 * `linux/if_tunnel.h`, `linux/ip6_tunnel.h`, `linux/if_tun.h`, `linux/if_link.h`.
 *
 * @packageDocumentation
 */

import {
  bondSlaveAttrsSet,
  brBooloptMultiStruct,
  ifla6AttrsSet,
  iflaBridgeIdStruct,
  linkinfoBondAttrsSet,
  linkinfoBridgeAttrsSet,
  linkinfoBrportAttrsSet,
  linkinfoGeneveAttrsSet,
  linkinfoGre6AttrsSet,
  linkinfoGreAttrsSet,
  linkinfoIp6tnlAttrsSet,
  linkinfoIptunAttrsSet,
  linkinfoTunAttrsSet,
} from '../generated/rt-link.ts';
import { be16, be32, enumeration, flagBits, u16, u32, u8, type Extension } from '../schema/index.ts';
import { ipProtocols } from './route-names.ts';

const bondMode = enumeration('bond-mode', ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb']);

const arpValidate = enumeration('bond-arp-validate', ['none', 'active', 'backup', 'all', 'filter', 'filter-active', 'filter-backup']);

const hashPolicy = enumeration('bond-xmit-hash-policy', ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac']);

const bondNames = {
  1: u8('mode', { names: bondMode }),
  9: u32('arp-validate', { names: arpValidate }),
  10: u32('arp-all-targets', { names: enumeration('bond-arp-all-targets', ['any', 'all']) }),
  12: u8('primary-reselect', { names: enumeration('bond-primary-reselect', ['always', 'better', 'failure']) }),
  13: u8('fail-over-mac', { names: enumeration('bond-fail-over-mac', ['none', 'active', 'follow']) }),
  14: u8('xmit-hash-policy', { names: hashPolicy }),
  21: u8('ad-lacp-rate', { names: enumeration('bond-lacp-rate', ['slow', 'fast']) }),
  22: u8('ad-select', { names: enumeration('bond-ad-select', ['stable', 'bandwidth', 'count']) }),
};

/** The bits of a port's state as a partner sees them. From include/net/bond_3ad.h: `LACP_STATE_*`. */
const lacpState = flagBits('lacp-state', [
  'activity', 'timeout', 'aggregation', 'synchronization', 'collecting', 'distributing', 'defaulted', 'expired',
]); // prettier-ignore

/** From include/net/bond_3ad.h: `churn_state_t`. */
const churnState = enumeration('bond-churn-state', ['monitor', 'churned', 'none']);

const bondSlaveNames = {
  1: u8('state', { names: enumeration('bond-slave-state', ['active', 'backup']) }),
  2: u8('mii-status', { names: enumeration('bond-link-state', ['up', 'fail', 'down', 'back']) }),
  7: u8('ad-actor-oper-port-state', { names: lacpState }),
  8: u16('ad-partner-oper-port-state', { names: lacpState }),
  10: u16('actor-port-prio'),
  11: u8('ad-churn-actor-state', { names: churnState }),
  12: u8('ad-churn-partner-state', { names: churnState }),
};

/** From include/uapi/linux/if_bridge.h: `BR_STATE_*`. */
const portState = enumeration('br-state', ['disabled', 'listening', 'learning', 'forwarding', 'blocking']);

const multicastRouter = enumeration('mdb-rtr-type', ['disabled', 'temp-query', 'perm', 'temp']);

/** From include/uapi/linux/if_bridge.h: `BR_BOOLOPT_*`; the last two came after 6.12. */
const booleanOptions = flagBits('br-boolopt', [
  'no-ll-learn', 'mcast-vlan-snooping', 'mst-enable', 'mdb-offload-fail-notification', 'fdb-local-vlan-0',
]); // prettier-ignore

/** From include/uapi/linux/if_tunnel.h: `GRE_*`, those that are one bit. */
const greFlags = flagBits('gre-flags', { 7: 'ack', 11: 'strict', 12: 'seq', 13: 'key', 14: 'routing', 15: 'csum' });

const encapType = enumeration('tunnel-encap-types', ['none', 'fou', 'gue', 'mpls']);

const encapFlags = flagBits('tunnel-encap-flags', ['csum', 'csum6', 'remcsum']);

/** From include/uapi/linux/ip6_tunnel.h and, above 16 bits, include/net/ip6_tunnel.h: `IP6_TNL_F_*`. */
const ip6TunnelFlags = flagBits('ip6-tnl-flags', {
  0: 'ign-encap-limit', 1: 'use-orig-tclass', 2: 'use-orig-flowlabel', 3: 'mip6-dev', 4: 'rcv-dscp-copy', 5: 'use-orig-fwmark',
  6: 'allow-local-remote', 16: 'cap-xmit', 17: 'cap-rcv', 18: 'cap-per-packet',
}); // prettier-ignore

const encapOf = (type: number): Readonly<Record<number, ReturnType<typeof u16>>> => ({
  [type]: u16('encap-type', { names: encapType }),
  [type + 1]: u16('encap-flags', { names: encapFlags }),
});

const greNames = {
  2: be16('iflags', { names: greFlags }),
  3: be16('oflags', { names: greFlags }),
  12: be32('flowinfo', { hint: 'hex' }),
  13: u32('flags', { names: ip6TunnelFlags }),
  ...encapOf(14),
};

const tunType = enumeration('tun-type', { 1: 'tun', 2: 'tap' });

/** Attributes with names. */
export const linkNameSets: NonNullable<Extension['sets']> = [
  [linkinfoBondAttrsSet, bondNames],
  [bondSlaveAttrsSet, bondSlaveNames],
  [linkinfoBridgeAttrsSet, { 9: u16('group-fwd-mask', { hint: 'hex' }), 22: u8('mcast-router', { names: multicastRouter }) }],
  [
    linkinfoBrportAttrsSet,
    { 1: u8('state', { names: portState }), 25: u8('multicast-router', { names: multicastRouter }), 31: u16('group-fwd-mask', { hint: 'hex' }) },
  ],
  [linkinfoGreAttrsSet, greNames],
  [linkinfoGre6AttrsSet, greNames],
  [linkinfoIptunAttrsSet, { 8: be16('flags', { names: flagBits('sit-flags', ['isatap']) }), 9: u8('proto', { names: ipProtocols }), ...encapOf(15) }],
  [
    linkinfoIp6tnlAttrsSet,
    // Unlike that of GRE, the word of flags is in the order of the host.
    { 7: be32('flowinfo', { hint: 'hex' }), 8: u32('flags', { names: ip6TunnelFlags }), 9: u8('proto', { names: ipProtocols }), ...encapOf(15) },
  ],
  [linkinfoTunAttrsSet, { 3: u8('type', { names: tunType }) }],
  [linkinfoGeneveAttrsSet, { 13: u8('df', { names: enumeration('geneve-df', ['unset', 'set', 'inherit']) }) }],
  // From include/net/if_inet6.h: `IF_*`.
  [ifla6AttrsSet, { 1: u32('flags', { names: flagBits('inet6-if-flags', { 4: 'rs-sent', 5: 'ra-rcvd', 6: 'ra-managed', 7: 'ra-otherconf', 31: 'ready' }) }) }],
  [ifla6AttrsSet, { 8: u8('addr-gen-mode', { names: enumeration('in6-addr-gen-mode', ['eui64', 'none', 'stable-privacy', 'random']) }) }],
];

/** Members with names. */
export const linkNameStructs: NonNullable<Extension['structs']> = [
  // Two octets of C, the upper one in front.
  [iflaBridgeIdStruct, [be16('prio', { hint: 'hex' })]],
  [brBooloptMultiStruct, [u32('optval', { names: booleanOptions }), u32('optmask', { names: booleanOptions })]],
];
