import {
  conntrackAttrsSet,
  conntrackStatsAttrsSet,
  counterAttrsSet,
  helpAttrsSet,
  natAttrsSet,
  natProtoAttrsSet,
  nfgenmsgStruct,
  tupleProtoAttrsSet,
} from '../generated/conntrack.ts';
import {
  attributes,
  be32,
  be64,
  binary,
  nest,
  pad,
  u8,
  type AttributeSet,
  type Extension,
  type RawFamily,
} from '../schema/index.ts';
import { expectStatsAttrsSet } from './ctnetlink-exp.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages, netfilterProtocols } from './nfnetlink.ts';
import { ipProtocols } from './route-names.ts';

/** `timestamp-attrs`, in nanoseconds since 1970. C twins: `CTA_TIMESTAMP_*`. */
export const timestampAttrsSet: AttributeSet = attributes('timestamp-attrs', {
  1: be64('start'),
  2: be64('stop'),
  3: pad(),
});

/** `conntrack-global-stats-attrs`. C twins: `CTA_STATS_GLOBAL_*`. */
export const conntrackGlobalStatsAttrsSet: AttributeSet = attributes('conntrack-global-stats-attrs', {
  1: be32('entries'),
  2: be32('max-entries'),
});

/**
 * The messages of connection tracking that its specification leaves out. C twin: `linux/netfilter/nfnetlink_conntrack.h`.
 */
export const conntrackMessages: RawFamily = {
  name: 'conntrack',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.CTNETLINK, {
    2: { name: 'IPCTNL_MSG_CT_DELETE', attributes: conntrackAttrsSet },
    3: { name: 'IPCTNL_MSG_CT_GET_CTRZERO', attributes: conntrackAttrsSet },
    4: { name: 'IPCTNL_MSG_CT_GET_STATS_CPU', attributes: conntrackStatsAttrsSet },
    5: { name: 'IPCTNL_MSG_CT_GET_STATS', attributes: conntrackGlobalStatsAttrsSet },
    6: { name: 'IPCTNL_MSG_CT_GET_DYING', attributes: conntrackAttrsSet },
    7: { name: 'IPCTNL_MSG_CT_GET_UNCONFIRMED', attributes: conntrackAttrsSet },
  }),
  replies: netfilterMessages(Subsystem.CTNETLINK, {
    // From net/netfilter/nf_conntrack_netlink.c:ctnetlink_exp_stat_fill_info: statistics of expectations come with the number of
    // this subsystem, where theirs means something that no kernel sends.
    3: { name: 'IPCTNL_MSG_CT_GET_CTRZERO', attributes: expectStatsAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};

/**
 * What kernels send otherwise than the specification of connection tracking says: `CTA_NAT_PROTO` stands before the IPv6
 * addresses, `CTA_TIMESTAMP` is a nest, `CTA_HELP_INFO` and the 32-bit counters exist.
 * C twin: `linux/netfilter/nfnetlink_conntrack.h`.
 */
export const conntrackCorrections: Extension = {
  structs: [[nfgenmsgStruct, [u8('nfgen-family', { names: netfilterProtocols })]]],
  sets: [
    [
      natAttrsSet,
      {
        1: be32('nat-v4-minip', { hint: 'ipv4' }),
        2: be32('nat-v4-maxip', { hint: 'ipv4' }),
        3: nest('nat-proto', natProtoAttrsSet),
        4: binary('nat-v6-minip', { hint: 'ipv6' }),
        5: binary('nat-v6-maxip', { hint: 'ipv6' }),
      },
    ],
    [conntrackAttrsSet, { 17: be32('secmark'), 20: nest('timestamp', timestampAttrsSet) }],
    [counterAttrsSet, { 3: be32('packets-old'), 4: be32('bytes-old') }],
    [helpAttrsSet, { 2: binary('help-info') }],
    [tupleProtoAttrsSet, { 1: u8('proto-num', { names: ipProtocols }) }],
  ],
};
