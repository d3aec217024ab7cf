import {
  exprAttrsSet,
  exprListAttrsSet,
  exprMasqAttrsSet,
  exprOpsFormats,
  natRangeFlagsBits,
  registersNames,
} from '../generated/nftables.ts';
import {
  attributes,
  be16,
  be32,
  be64,
  enumeration,
  flagBits,
  nest,
  pad,
  string,
  u8,
  type AttributeSet,
  type Extension,
  type Field,
  type Names,
} from '../schema/index.ts';

/*
 * The expressions of rules that the specification of nf_tables leaves out. C twin: `linux/netfilter/nf_tables.h`.
 */

/** The number of a register. */
const register = (name: string): Field => be32(name, { names: registersNames });

/** Most expressions have one flag, which inverts them. */
const invertFlags = (name: string): Names => flagBits(name, ['invert']);

/** `expr-byteorder-attrs`. C twins: `NFTA_BYTEORDER_*`. */
export const exprByteorderAttrsSet: AttributeSet = attributes('expr-byteorder-attrs', {
  1: register('sreg'),
  2: register('dreg'),
  3: be32('op', { names: enumeration('byteorder-ops', ['ntoh', 'hton']) }),
  4: be32('len'),
  5: be32('size'),
});

/** `expr-connlimit-attrs`. C twins: `NFTA_CONNLIMIT_*`. */
export const exprConnlimitAttrsSet: AttributeSet = attributes('expr-connlimit-attrs', {
  1: be32('count'),
  2: be32('flags', { names: invertFlags('connlimit-flags') }),
});

/** `expr-dup-attrs`. C twins: `NFTA_DUP_*`. */
export const exprDupAttrsSet: AttributeSet = attributes('expr-dup-attrs', {
  1: register('sreg-addr'),
  2: register('sreg-dev'),
});

/** `expr-dynset-attrs`; the timeout is in milliseconds. C twins: `NFTA_DYNSET_*`. */
export const exprDynsetAttrsSet: AttributeSet = attributes('expr-dynset-attrs', {
  1: string('set-name'),
  2: be32('set-id'),
  3: be32('op', { names: enumeration('dynset-ops', ['add', 'update', 'delete']) }),
  4: register('sreg-key'),
  5: register('sreg-data'),
  6: be64('timeout'),
  7: nest('expr', exprAttrsSet),
  8: pad(),
  9: be32('flags', { names: flagBits('dynset-flags', ['invert', 'expr']) }),
  10: nest('expressions', exprListAttrsSet),
});

/** `expr-exthdr-attrs`. C twins: `NFTA_EXTHDR_*`. */
export const exprExthdrAttrsSet: AttributeSet = attributes('expr-exthdr-attrs', {
  1: register('dreg'),
  2: u8('type'),
  3: be32('offset'),
  4: be32('len'),
  5: be32('flags', { names: flagBits('exthdr-flags', ['present']) }),
  6: be32('op', { names: enumeration('exthdr-op', ['ipv6', 'tcpopt', 'ipv4', 'sctp', 'dccp']) }),
  7: register('sreg'),
});

/** `expr-fwd-attrs`. C twins: `NFTA_FWD_*`. */
export const exprFwdAttrsSet: AttributeSet = attributes('expr-fwd-attrs', {
  1: register('sreg-dev'),
  2: register('sreg-addr'),
  3: be32('nfproto'),
});

/** `expr-hash-attrs`. C twins: `NFTA_HASH_*`. */
export const exprHashAttrsSet: AttributeSet = attributes('expr-hash-attrs', {
  1: register('sreg'),
  2: register('dreg'),
  3: be32('len'),
  4: be32('modulus'),
  5: be32('seed'),
  6: be32('offset'),
  7: be32('type', { names: enumeration('hash-types', ['jenkins', 'sym']) }),
  8: string('set-name'),
  9: be32('set-id'),
});

/** `expr-inner-attrs`. C twins: `NFTA_INNER_*`. */
export const exprInnerAttrsSet: AttributeSet = attributes('expr-inner-attrs', {
  1: be32('num'),
  2: be32('type', { names: enumeration('inner-type', ['unspec', 'vxlan', 'geneve']) }),
  3: be32('flags', { names: flagBits('inner-flags', ['hdrsize', 'll', 'nh', 'th']) }),
  4: be32('hdrsize'),
  5: nest('expr', exprAttrsSet),
});

/** `expr-last-attrs`. C twins: `NFTA_LAST_*`. */
export const exprLastAttrsSet: AttributeSet = attributes('expr-last-attrs', {
  1: be32('set'),
  2: be64('msecs'),
  3: pad(),
});

/** `expr-limit-attrs`; the unit is in seconds. C twins: `NFTA_LIMIT_*`. */
export const exprLimitAttrsSet: AttributeSet = attributes('expr-limit-attrs', {
  1: be64('rate'),
  2: be64('unit'),
  3: be32('burst'),
  4: be32('type', { names: enumeration('limit-type', ['pkts', 'pkt-bytes']) }),
  5: be32('flags', { names: invertFlags('limit-flags') }),
  6: pad(),
});

/** `expr-osf-attrs`. C twins: `NFTA_OSF_*`. */
export const exprOsfAttrsSet: AttributeSet = attributes('expr-osf-attrs', {
  1: register('dreg'),
  2: u8('ttl', { names: enumeration('osf-ttl', ['true', 'less', 'nocheck']) }),
  3: be32('flags', { names: flagBits('osf-flags', ['version']) }),
});

/** `expr-queue-attrs`. C twins: `NFTA_QUEUE_*`. */
export const exprQueueAttrsSet: AttributeSet = attributes('expr-queue-attrs', {
  1: be16('num'),
  2: be16('total'),
  3: be16('flags', { names: flagBits('queue-flags', ['bypass', 'cpu-fanout']) }),
  4: register('sreg-qnum'),
});

/** `expr-redir-attrs`. C twins: `NFTA_REDIR_*`. */
export const exprRedirAttrsSet: AttributeSet = attributes('expr-redir-attrs', {
  1: register('reg-proto-min'),
  2: register('reg-proto-max'),
  3: be32('flags', { names: natRangeFlagsBits }),
});

/** `expr-rt-attrs`. C twins: `NFTA_RT_*`. */
export const exprRtAttrsSet: AttributeSet = attributes('expr-rt-attrs', {
  1: register('dreg'),
  2: be32('key', { names: enumeration('rt-keys', ['classid', 'nexthop4', 'nexthop6', 'tcpmss', 'xfrm']) }),
});

/** `expr-secmark-attrs`. C twins: `NFTA_SECMARK_*`. */
export const exprSecmarkAttrsSet: AttributeSet = attributes('expr-secmark-attrs', {
  1: string('ctx'),
});

/** `expr-socket-attrs`. C twins: `NFTA_SOCKET_*`. */
export const exprSocketAttrsSet: AttributeSet = attributes('expr-socket-attrs', {
  1: be32('key', { names: enumeration('socket-keys', ['transparent', 'mark', 'wildcard', 'cgroupv2']) }),
  2: register('dreg'),
  3: be32('level'),
});

/** `expr-synproxy-attrs`. C twins: `NFTA_SYNPROXY_*`; the flags are `NF_SYNPROXY_OPT_*`, `linux/netfilter/nf_synproxy.h`. */
export const exprSynproxyAttrsSet: AttributeSet = attributes('expr-synproxy-attrs', {
  1: be16('mss'),
  2: u8('wscale'),
  3: be32('flags', { names: flagBits('synproxy-flags', ['mss', 'wscale', 'sack-perm', 'timestamp', 'ecn']) }),
});

/** `expr-tunnel-attrs`. C twins: `NFTA_TUNNEL_*`. */
export const exprTunnelAttrsSet: AttributeSet = attributes('expr-tunnel-attrs', {
  1: be32('key', { names: enumeration('tunnel-keys', ['path', 'id']) }),
  2: register('dreg'),
  3: be32('mode', { names: enumeration('tunnel-mode', ['none', 'rx', 'tx']) }),
});

/** `expr-xfrm-attrs`. C twins: `NFTA_XFRM_*`; the direction is `XFRM_POLICY_*`. */
export const exprXfrmAttrsSet: AttributeSet = attributes('expr-xfrm-attrs', {
  1: register('dreg'),
  2: be32('key', {
    names: enumeration('xfrm-keys', ['unspec', 'daddr-ip4', 'daddr-ip6', 'saddr-ip4', 'saddr-ip6', 'reqid', 'spi']),
  }),
  3: u8('dir', { names: enumeration('xfrm-dir', ['in', 'out', 'fwd']) }),
  4: be32('spnum'),
});

/** The expressions that have no specification, by name. For use beside the schema of `nftables`. */
export const nftablesExpressions: Extension = {
  choices: [
    [
      exprOpsFormats,
      {
        byteorder: { attributes: exprByteorderAttrsSet },
        connlimit: { attributes: exprConnlimitAttrsSet },
        dup: { attributes: exprDupAttrsSet },
        dynset: { attributes: exprDynsetAttrsSet },
        exthdr: { attributes: exprExthdrAttrsSet },
        fwd: { attributes: exprFwdAttrsSet },
        hash: { attributes: exprHashAttrsSet },
        inner: { attributes: exprInnerAttrsSet },
        last: { attributes: exprLastAttrsSet },
        limit: { attributes: exprLimitAttrsSet },
        masq: { attributes: exprMasqAttrsSet },
        notrack: {},
        osf: { attributes: exprOsfAttrsSet },
        queue: { attributes: exprQueueAttrsSet },
        redir: { attributes: exprRedirAttrsSet },
        rt: { attributes: exprRtAttrsSet },
        secmark: { attributes: exprSecmarkAttrsSet },
        socket: { attributes: exprSocketAttrsSet },
        synproxy: { attributes: exprSynproxyAttrsSet },
        tunnel: { attributes: exprTunnelAttrsSet },
        xfrm: { attributes: exprXfrmAttrsSet },
      },
    ],
  ],
};
