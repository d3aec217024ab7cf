import { attributes, be32, enumeration, string, type AttributeSet, type Names, type RawFamily } from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';

/** `nft-compat-type`. */
export const nftCompatTypeNames: Names = enumeration('nft-compat-type', ['match', 'target']);

/** `nft-compat-attrs`. C twins: `NFTA_COMPAT_*`, `linux/netfilter/nf_tables_compat.h`. */
export const nftCompatAttrsSet: AttributeSet = attributes('nft-compat-attrs', {
  1: string('name'),
  2: be32('rev'),
  3: be32('type', { names: nftCompatTypeNames }),
});

/** Which revision of an extension of xtables the kernel has. C twin: `linux/netfilter/nf_tables_compat.h`. */
export const nftCompat: RawFamily = {
  name: 'nft-compat',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.NFT_COMPAT, { 0: { name: 'NFNL_MSG_COMPAT_GET', attributes: nftCompatAttrsSet } }),
  groups: NETFILTER_GROUPS,
};
