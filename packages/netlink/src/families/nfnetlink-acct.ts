import { attributes, be32, be64, flagBits, nest, pad, string, type AttributeSet, type Names, type RawFamily } from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';

/** `nfacct-flags`. C twins: `NFACCT_F_*`. */
export const nfacctFlagsBits: Names = flagBits('nfacct-flags', ['quota-pkts', 'quota-bytes', 'overquota']);

/** `nfacct-filter-attrs`. C twins: `NFACCT_FILTER_*`. */
export const nfacctFilterAttrsSet: AttributeSet = attributes('nfacct-filter-attrs', {
  1: be32('mask', { names: nfacctFlagsBits }),
  2: be32('value', { names: nfacctFlagsBits }),
});

/** `nfacct-attrs`. C twins: `NFACCT_*`, `linux/netfilter/nfnetlink_acct.h`. */
export const nfacctAttrsSet: AttributeSet = attributes('nfacct-attrs', {
  1: string('name'),
  2: be64('pkts'),
  3: be64('bytes'),
  4: be32('use'),
  5: be32('flags', { names: nfacctFlagsBits }),
  6: be64('quota'),
  7: nest('filter', nfacctFilterAttrsSet),
  8: pad(),
});

/** Accounting objects. C twin: `linux/netfilter/nfnetlink_acct.h`. */
export const nfacct: RawFamily = {
  name: 'nfacct',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.ACCT, {
    0: { name: 'NFNL_MSG_ACCT_NEW', attributes: nfacctAttrsSet },
    1: { name: 'NFNL_MSG_ACCT_GET', attributes: nfacctAttrsSet },
    2: { name: 'NFNL_MSG_ACCT_GET_CTRZERO', attributes: nfacctAttrsSet },
    3: { name: 'NFNL_MSG_ACCT_DEL', attributes: nfacctAttrsSet },
    4: { name: 'NFNL_MSG_ACCT_OVERQUOTA', attributes: nfacctAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
