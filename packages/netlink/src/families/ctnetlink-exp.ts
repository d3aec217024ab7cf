import { tupleAttrsSet } from '../generated/conntrack.ts';
import {
  attributes,
  be16,
  be32,
  enumeration,
  flagBits,
  nest,
  string,
  type AttributeSet,
  type Names,
  type RawFamily,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';

/** `conntrack-dir`. C twins: `IP_CT_DIR_*`, `linux/netfilter/nf_conntrack_tuple_common.h`. */
export const conntrackDirNames: Names = enumeration('conntrack-dir', ['original', 'reply']);

/** `expect-flags`. C twins: `NF_CT_EXPECT_*`, `linux/netfilter/nf_conntrack_common.h`. */
export const expectFlagsBits: Names = flagBits('expect-flags', ['permanent', 'inactive', 'userspace']);

/** `expect-nat-attrs`. C twins: `CTA_EXPECT_NAT_*`. */
export const expectNatAttrsSet: AttributeSet = attributes('expect-nat-attrs', {
  1: be32('dir', { names: conntrackDirNames }),
  2: nest('tuple', tupleAttrsSet),
});

/** `expect-attrs`. C twins: `CTA_EXPECT_*`, `linux/netfilter/nfnetlink_conntrack.h`. */
export const expectAttrsSet: AttributeSet = attributes('expect-attrs', {
  1: nest('master', tupleAttrsSet),
  2: nest('tuple', tupleAttrsSet),
  3: nest('mask', tupleAttrsSet),
  4: be32('timeout'),
  5: be32('id'),
  6: string('help-name'),
  7: be16('zone'),
  8: be32('flags', { names: expectFlagsBits }),
  9: be32('class'),
  10: nest('nat', expectNatAttrsSet),
  11: string('fn'),
});

/** `expect-stats-attrs`. C twins: `CTA_STATS_EXP_*`. */
export const expectStatsAttrsSet: AttributeSet = attributes('expect-stats-attrs', {
  1: be32('new'),
  2: be32('create'),
  3: be32('delete'),
});

/** Connections that are expected. C twin: `linux/netfilter/nfnetlink_conntrack.h`. */
export const conntrackExpect: RawFamily = {
  name: 'conntrack-expect',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.CTNETLINK_EXP, {
    0: { name: 'IPCTNL_MSG_EXP_NEW', attributes: expectAttrsSet },
    1: { name: 'IPCTNL_MSG_EXP_GET', attributes: expectAttrsSet },
    2: { name: 'IPCTNL_MSG_EXP_DELETE', attributes: expectAttrsSet },
    3: { name: 'IPCTNL_MSG_EXP_GET_STATS_CPU', attributes: expectStatsAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
