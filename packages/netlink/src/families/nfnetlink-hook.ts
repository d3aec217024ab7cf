import {
  attributes,
  be32,
  choice,
  enumeration,
  nest,
  sbe32,
  string,
  subMessage,
  u8,
  type AttributeSet,
  type Names,
  type RawFamily,
  type SubMessage,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';

/** `nfnl-hook-chaintype`; flow tables since Linux 6.17. C twins: `NFNL_HOOK_TYPE_*`. */
export const hookChaintypeNames: Names = enumeration('nfnl-hook-chaintype', { 1: 'nftables', 2: 'bpf', 3: 'nft-flowtable' });

/** `hook-chain-attrs`: the chain or the flow table of nf_tables behind a hook. C twins: `NFNLA_CHAIN_*`. */
export const hookChainAttrsSet: AttributeSet = attributes('hook-chain-attrs', {
  1: string('table'),
  2: u8('family'),
  3: string('name'),
});

/** `hook-bpf-attrs`. C twins: `NFNLA_HOOK_BPF_*`. */
export const hookBpfAttrsSet: AttributeSet = attributes('hook-bpf-attrs', {
  1: be32('id'),
});

/** What is behind a hook, by its type. */
export const hookDescFormats: SubMessage = choice('hook-desc', {
  nftables: { attributes: hookChainAttrsSet },
  bpf: { attributes: hookBpfAttrsSet },
  'nft-flowtable': { attributes: hookChainAttrsSet },
});

/** `hook-info-attrs`. C twins: `NFNLA_HOOK_INFO_*`. */
export const hookInfoAttrsSet: AttributeSet = attributes('hook-info-attrs', {
  1: subMessage('desc', hookDescFormats, 'type'),
  2: be32('type', { names: hookChaintypeNames }),
});

/** `hook-attrs`. C twins: `NFNLA_HOOK_*`, `linux/netfilter/nfnetlink_hook.h`. */
export const hookAttrsSet: AttributeSet = attributes('hook-attrs', {
  1: be32('hooknum'),
  2: sbe32('priority'),
  3: string('dev'),
  4: string('function-name'),
  5: string('module-name'),
  6: nest('chain-info', hookInfoAttrsSet),
});

/** The functions that hang in the hooks of netfilter. C twin: `linux/netfilter/nfnetlink_hook.h`. */
export const netfilterHook: RawFamily = {
  name: 'netfilter-hook',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.HOOK, { 0: { name: 'NFNL_MSG_HOOK_GET', attributes: hookAttrsSet } }),
  groups: NETFILTER_GROUPS,
};
