import { objDataFormats } from '../generated/nftables.ts';
import {
  attributes,
  be16,
  be32,
  binary,
  flagBits,
  many,
  nest,
  string,
  subMessage,
  u32,
  u8,
  type AttributeSet,
  type Extension,
} from '../schema/index.ts';
import { cttimeoutDataFormats } from './nfnetlink-cttimeout.ts';
import {
  exprConnlimitAttrsSet,
  exprLimitAttrsSet,
  exprSecmarkAttrsSet,
  exprSynproxyAttrsSet,
} from './nftables-expressions.ts';
import { netfilterProtocols } from './nfnetlink.ts';
import { ipProtocols } from './route-names.ts';

/*
 * The stateful objects that the specification of nf_tables leaves out. C twin: `linux/netfilter/nf_tables.h`.
 */

/** `obj-ct-helper-attrs`. C twins: `NFTA_CT_HELPER_*`. */
export const objCtHelperAttrsSet: AttributeSet = attributes('obj-ct-helper-attrs', {
  1: string('name'),
  2: be16('l3proto', { names: netfilterProtocols }),
  3: u8('l4proto', { names: ipProtocols }),
});

/** `obj-ct-timeout-attrs`. C twins: `NFTA_CT_TIMEOUT_*`. */
export const objCtTimeoutAttrsSet: AttributeSet = attributes('obj-ct-timeout-attrs', {
  1: be16('l3proto', { names: netfilterProtocols }),
  2: u8('l4proto', { names: ipProtocols }),
  3: subMessage('data', cttimeoutDataFormats, 'l4proto'),
});

/** `obj-ct-expect-attrs`; the timeout is in milliseconds and not in network order. C twins: `NFTA_CT_EXPECT_*`. */
export const objCtExpectAttrsSet: AttributeSet = attributes('obj-ct-expect-attrs', {
  1: be16('l3proto', { names: netfilterProtocols }),
  2: u8('l4proto', { names: ipProtocols }),
  3: be16('dport'),
  4: u32('timeout'),
  5: u8('size'),
});

/** `tunnel-key-ip-attrs`. C twins: `NFTA_TUNNEL_KEY_IP_*`. */
export const tunnelKeyIpAttrsSet: AttributeSet = attributes('tunnel-key-ip-attrs', {
  1: be32('src', { hint: 'ipv4' }),
  2: be32('dst', { hint: 'ipv4' }),
});

/** `tunnel-key-ip6-attrs`. C twins: `NFTA_TUNNEL_KEY_IP6_*`. */
export const tunnelKeyIp6AttrsSet: AttributeSet = attributes('tunnel-key-ip6-attrs', {
  1: binary('src', { hint: 'ipv6' }),
  2: binary('dst', { hint: 'ipv6' }),
  3: be32('flowlabel'),
});

/** `tunnel-key-vxlan-attrs`. C twins: `NFTA_TUNNEL_KEY_VXLAN_*`. */
export const tunnelKeyVxlanAttrsSet: AttributeSet = attributes('tunnel-key-vxlan-attrs', { 1: be32('gbp') });

/** `tunnel-key-erspan-attrs`. C twins: `NFTA_TUNNEL_KEY_ERSPAN_*`. */
export const tunnelKeyErspanAttrsSet: AttributeSet = attributes('tunnel-key-erspan-attrs', {
  1: be32('version'),
  2: be32('v1-index'),
  3: u8('v2-hwid'),
  4: u8('v2-dir'),
});

/** `tunnel-key-geneve-attrs`. C twins: `NFTA_TUNNEL_KEY_GENEVE_*`. */
export const tunnelKeyGeneveAttrsSet: AttributeSet = attributes('tunnel-key-geneve-attrs', {
  1: be16('class'),
  2: u8('type'),
  3: binary('data'),
});

/** `tunnel-key-opts-attrs`. C twins: `NFTA_TUNNEL_KEY_OPTS_*`. */
export const tunnelKeyOptsAttrsSet: AttributeSet = attributes('tunnel-key-opts-attrs', {
  1: nest('vxlan', tunnelKeyVxlanAttrsSet),
  2: nest('erspan', tunnelKeyErspanAttrsSet),
  3: many(nest('geneve', tunnelKeyGeneveAttrsSet)),
});

/** `obj-tunnel-attrs`. C twins: `NFTA_TUNNEL_KEY_*`. */
export const objTunnelAttrsSet: AttributeSet = attributes('obj-tunnel-attrs', {
  1: be32('id'),
  2: nest('ip', tunnelKeyIpAttrsSet),
  3: nest('ip6', tunnelKeyIp6AttrsSet),
  4: be32('flags', { names: flagBits('tunnel-flags', ['zero-csum-tx', 'dont-fragment', 'seq-number']) }),
  5: u8('tos'),
  6: u8('ttl'),
  7: be16('sport'),
  8: be16('dport'),
  9: nest('opts', tunnelKeyOptsAttrsSet),
});

/** The objects that have no specification, by type. For use beside the schema of `nftables`. */
export const nftablesObjects: Extension = {
  choices: [
    [
      objDataFormats,
      {
        'ct-helper': { attributes: objCtHelperAttrsSet },
        limit: { attributes: exprLimitAttrsSet },
        connlimit: { attributes: exprConnlimitAttrsSet },
        tunnel: { attributes: objTunnelAttrsSet },
        'ct-timeout': { attributes: objCtTimeoutAttrsSet },
        secmark: { attributes: exprSecmarkAttrsSet },
        'ct-expect': { attributes: objCtExpectAttrsSet },
        synproxy: { attributes: exprSynproxyAttrsSet },
      },
    ],
  ],
};
