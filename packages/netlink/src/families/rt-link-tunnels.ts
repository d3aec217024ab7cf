/**
 * What links that are tunnels say of themselves in `IFLA_INFO_DATA`, beyond those that have a specification.
 * C twins: `linux/if_link.h` and `linux/if_tunnel.h`.
 *
 * @packageDocumentation
 */

import { linkinfoDataMsgFormats, linkinfoGeneveAttrsSet, linkinfoGre6AttrsSet } from '../generated/rt-link.ts';
import { attributes, be16, be32, binary, enumeration, flag, record, struct, u16, u32, u8, type Extension } from '../schema/index.ts';

const vxlanDf = enumeration('ifla-vxlan-df', ['unset', 'set', 'inherit']);

const vxlanLabelPolicy = enumeration('ifla-vxlan-label-policy', ['fixed', 'inherit']);

const vxlanPortRange = struct('ifla-vxlan-port-range', [be16('low'), be16('high')]);

const vxlanAttrs = attributes('linkinfo-vxlan-attrs', {
  1: u32('id'),
  2: binary('group', { hint: 'ipv4' }),
  3: u32('link'),
  4: binary('local', { hint: 'ipv4' }),
  5: u8('ttl'),
  6: u8('tos'),
  7: u8('learning'),
  8: u32('ageing'),
  9: u32('limit'),
  10: record('port-range', vxlanPortRange),
  11: u8('proxy'),
  12: u8('rsc'),
  13: u8('l2miss'),
  14: u8('l3miss'),
  15: be16('port'),
  16: binary('group6', { hint: 'ipv6' }),
  17: binary('local6', { hint: 'ipv6' }),
  18: u8('udp-csum'),
  19: u8('udp-zero-csum6-tx'),
  20: u8('udp-zero-csum6-rx'),
  21: u8('remcsum-tx'),
  22: u8('remcsum-rx'),
  23: flag('gbp'),
  24: flag('remcsum-nopartial'),
  25: u8('collect-metadata'),
  26: be32('label'),
  27: flag('gpe'),
  28: binary('ttl-inherit'),
  29: u8('df', { names: vxlanDf }),
  30: u8('vnifilter'),
  31: u8('localbypass'),
  32: u32('label-policy', { names: vxlanLabelPolicy }),
  // After 6.12.
  33: binary('reserved-bits'),
  34: u8('mc-route'),
});

const bareudpAttrs = attributes('linkinfo-bareudp-attrs', {
  1: be16('port'),
  2: be16('ethertype'),
  3: u16('srcport-min'),
  4: flag('multiproto-mode'),
});

const gtpRole = enumeration('ifla-gtp-role', ['ggsn', 'sgsn']);

const gtpAttrs = attributes('linkinfo-gtp-attrs', {
  1: u32('fd0'),
  2: u32('fd1'),
  3: u32('pdp-hashsize'),
  4: u32('role', { names: gtpRole }),
  5: u8('create-sockets'),
  6: u8('restart-count'),
  7: binary('local', { hint: 'ipv4' }),
  8: binary('local6', { hint: 'ipv6' }),
});

const amtMode = enumeration('amt-mode', ['gateway', 'relay']);

const amtAttrs = attributes('linkinfo-amt-attrs', {
  1: u32('mode', { names: amtMode }),
  2: be16('relay-port'),
  3: be16('gateway-port'),
  4: u32('link'),
  5: binary('local-ip', { hint: 'ipv4' }),
  6: binary('remote-ip', { hint: 'ipv4' }),
  7: binary('discovery-ip', { hint: 'ipv4' }),
  8: u32('max-tunnels'),
});

const xfrmAttrs = attributes('linkinfo-xfrm-attrs', {
  1: u32('link'),
  2: u32('if-id'),
  3: flag('collect-metadata'),
});

/** Link kinds that are tunnels. */
export const rtLinkTunnels: Extension = {
  choices: [
    [
      linkinfoDataMsgFormats,
      {
        vxlan: { attributes: vxlanAttrs },
        bareudp: { attributes: bareudpAttrs },
        gtp: { attributes: gtpAttrs },
        amt: { attributes: amtAttrs },
        xfrm: { attributes: xfrmAttrs },
        // Open vSwitch asks for it to see whether its own modules are there.
        ovs_geneve: { attributes: linkinfoGeneveAttrsSet },
        ip6gretap: { attributes: linkinfoGre6AttrsSet },
        ip6erspan: { attributes: linkinfoGre6AttrsSet },
      },
    ],
  ],
};
