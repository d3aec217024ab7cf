/**
 * Light-weight tunnels: what `RTA_ENCAP` and `NHA_ENCAP` hold, by the number in `RTA_ENCAP_TYPE`. C twins:
 * `linux/lwtunnel.h`, `linux/mpls_iptunnel.h`, `linux/ila.h`, `linux/seg6_iptunnel.h`, `linux/seg6_local.h`,
 * `linux/rpl_iptunnel.h`, `linux/ioam6_iptunnel.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  be16,
  be32,
  be64,
  binary,
  choice,
  enumeration,
  flagBits,
  many,
  nest,
  packed,
  pad,
  record,
  s32,
  string,
  struct,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Names,
  type SubMessage,
} from '../schema/index.ts';

const geneve = attributes('lwtunnel-ip-opt-geneve-attrs', { 1: be16('class'), 2: u8('type'), 3: binary('data') });

const erspan = attributes('lwtunnel-ip-opt-erspan-attrs', { 1: u8('ver'), 2: be32('index'), 3: u8('dir'), 4: u8('hwid') });

const options = attributes('lwtunnel-ip-opts-attrs', {
  1: many(nest('geneve', geneve)),
  2: nest('vxlan', attributes('lwtunnel-ip-opt-vxlan-attrs', { 1: u32('gbp') })),
  3: nest('erspan', erspan),
});

const ip = attributes('lwtunnel-ip-attrs', {
  1: be64('id'),
  2: binary('dst', { hint: 'ipv4' }),
  3: binary('src', { hint: 'ipv4' }),
  4: u8('ttl'),
  5: u8('tos'),
  6: be16('flags', { hint: 'hex' }),
  7: pad(),
  8: nest('opts', options),
});

const ip6 = attributes('lwtunnel-ip6-attrs', {
  1: be64('id'),
  2: binary('dst', { hint: 'ipv6' }),
  3: binary('src', { hint: 'ipv6' }),
  4: u8('hoplimit'),
  5: u8('tc'),
  6: be16('flags', { hint: 'hex' }),
  7: pad(),
  8: nest('opts', options),
});

const mpls = attributes('mpls-iptunnel-attrs', { 1: binary('dst', { hint: 'mpls' }), 2: u8('ttl') });

const csumMode = enumeration('ila-csum-mode', ['adjust-transport', 'neutral-map', 'no-action', 'neutral-map-auto']);
const identType = enumeration('ila-ident-type', {
  0: 'iid',
  1: 'luid',
  2: 'virt-v4',
  3: 'virt-uni-v6',
  4: 'virt-multi-v6',
  5: 'nonlocal-addr',
  32: 'use-format',
});

/** Attributes of identifier locator addressing: these tunnels' and the family `ila`'s. C twin: `linux/ila.h`. */
export const ilaAttrsSet: AttributeSet = attributes('ila-attrs', {
  1: be64('locator', { hint: 'hex' }),
  2: be64('identifier', { hint: 'hex' }),
  3: be64('locator-match', { hint: 'hex' }),
  4: u32('ifindex'),
  5: u32('dir'),
  6: pad(),
  7: u8('csum-mode', { names: csumMode }),
  8: u8('ident-type', { names: identType }),
  9: u8('hook-type', { names: enumeration('ila-hook-type', ['route-output', 'route-input']) }),
});

const seg6Mode = enumeration('seg6-iptun-mode', ['inline', 'encap', 'l2encap', 'encap-red', 'l2encap-red']);

const srh = [
  u8('nexthdr'),
  u8('hdrlen'),
  u8('type'),
  u8('segments-left'),
  u8('first-segment'),
  u8('flags'),
  be16('tag'),
  packed(binary('segments', { hint: 'ipv6', length: 16 })),
];

const seg6 = attributes('seg6-iptunnel-attrs', {
  1: record('srh', struct('seg6-iptunnel-encap', [s32('mode', { names: seg6Mode }), ...srh])),
  // After 6.12.
  2: binary('src', { hint: 'ipv6' }),
});

const seg6Action = enumeration('seg6-local-action', [
  'unspec', 'end', 'end-x', 'end-t', 'end-dx2', 'end-dx6', 'end-dx4', 'end-dt6', 'end-dt4', 'end-b6', 'end-b6-encap',
  'end-bm', 'end-s', 'end-as', 'end-am', 'end-bpf', 'end-dt46',
]);

const seg6Bpf = attributes('seg6-local-bpf-attrs', { 1: u32('prog'), 2: string('prog-name') });

const seg6Counters = attributes('seg6-local-cnt-attrs', { 1: pad(), 2: u64('packets'), 3: u64('bytes'), 4: u64('errors') });

const seg6Flavors = attributes('seg6-local-flv-attrs', {
  1: u32('operation', { names: flagBits('seg6-local-flv-op', { 1: 'psp', 2: 'usp', 3: 'usd', 4: 'next-csid' }) }),
  2: u8('lcblock-bits'),
  3: u8('lcnode-fn-bits'),
});

const seg6Local = attributes('seg6-local-attrs', {
  1: u32('action', { names: seg6Action }),
  2: record('srh', struct('ipv6-sr-hdr', srh)),
  3: u32('table'),
  4: binary('nh4', { hint: 'ipv4' }),
  5: binary('nh6', { hint: 'ipv6' }),
  6: u32('iif'),
  7: u32('oif'),
  8: nest('bpf', seg6Bpf),
  9: u32('vrftable'),
  10: nest('counters', seg6Counters),
  11: nest('flavors', seg6Flavors),
});

const bpfProg = attributes('lwt-bpf-prog-attrs', { 1: u32('fd'), 2: string('name') });

const bpf = attributes('lwt-bpf-attrs', {
  1: nest('in', bpfProg),
  2: nest('out', bpfProg),
  3: nest('xmit', bpfProg),
  4: u32('xmit-headroom'),
});

const rplSrh = struct('ipv6-rpl-sr-hdr', [
  u8('nexthdr'),
  u8('hdrlen'),
  u8('type'),
  u8('segments-left'),
  be32('compression', { hint: 'hex' }),
  binary('segments'),
]);

const ioam6Trace = struct('ioam6-trace-hdr', [
  be16('namespace-id'),
  u8('nodelen-and-flags', { hint: 'hex' }),
  u8('remlen'),
  be32('type', { hint: 'hex' }),
  binary('data'),
]);

const ioam6 = attributes('ioam6-iptunnel-attrs', {
  1: u8('mode', { names: enumeration('ioam6-iptunnel-mode', { 1: 'inline', 2: 'encap', 3: 'auto' }) }),
  2: binary('dst', { hint: 'ipv6' }),
  3: record('trace', ioam6Trace),
  4: u32('freq-k'),
  5: u32('freq-n'),
  6: binary('src', { hint: 'ipv6' }),
});

/** From include/uapi/linux/lwtunnel.h: `LWTUNNEL_ENCAP_*`. */
export const routeEncapTypes: Names = enumeration('lwtunnel-encap-type', [
  'none', 'mpls', 'ip', 'ila', 'ip6', 'seg6', 'bpf', 'seg6-local', 'rpl', 'ioam6', 'xfrm',
]); // prettier-ignore

/** By {@link routeEncapTypes}. */
export const routeEncapMessages: SubMessage = choice('route-encap-msg', {
  mpls: { attributes: mpls },
  ip: { attributes: ip },
  ila: { attributes: ilaAttrsSet },
  ip6: { attributes: ip6 },
  seg6: { attributes: seg6 },
  bpf: { attributes: bpf },
  'seg6-local': { attributes: seg6Local },
  rpl: { attributes: attributes('rpl-iptunnel-attrs', { 1: record('srh', rplSrh) }) },
  ioam6: { attributes: ioam6 },
  xfrm: { attributes: attributes('lwt-xfrm-attrs', { 1: u32('if-id'), 2: u32('link') }) },
});
