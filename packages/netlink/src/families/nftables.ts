import {
  chainAttrsSet,
  chainFlagsBits,
  dataAttrsSet,
  exprAttrsSet,
  exprBitwiseAttrsSet,
  exprCmpAttrsSet,
  exprCtAttrsSet,
  exprFibAttrsSet,
  exprImmediateAttrsSet,
  exprListAttrsSet,
  exprLookupAttrsSet,
  exprMetaAttrsSet,
  exprNatAttrsSet,
  exprObjrefAttrsSet,
  exprPayloadAttrsSet,
  exprTproxyAttrsSet,
  flowtableHookAttrsSet,
  hookDevAttrsSet,
  lookupFlagsBits,
  nfgenmsgStruct,
  nftCounterAttrsSet,
  numgenAttrsSet,
  objAttrsSet,
  objectTypeNames,
  registersNames,
  ruleAttrsSet,
  setAttrsSet,
  setDescAttrsSet,
  setDescConcatAttrsSet,
  setElemFlagsBits,
  setFieldAttrsSet,
  setelemAttrsSet,
  setelemListAttrsSet,
  verdictAttrsSet,
} from '../generated/nftables.ts';
import {
  attributes,
  be16,
  be32,
  be64,
  binary,
  enumeration,
  flagBits,
  many,
  nest,
  pad,
  sbe32,
  string,
  u32,
  u8,
  type AttributeSet,
  type Extension,
  type Field,
  type RawFamily,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages, netfilterProtocols } from './nfnetlink.ts';

/** The number of a register. */
const register = (name: string): Field => be32(name, { names: registersNames });

/** `trace-attrs`; those of the connection since Linux 6.16. C twins: `NFTA_TRACE_*`. */
export const traceAttrsSet: AttributeSet = attributes('trace-attrs', {
  1: string('table'),
  2: string('chain'),
  3: be64('rule-handle'),
  4: be32('type', { names: enumeration('trace-types', { 1: 'policy', 2: 'return', 3: 'rule' }) }),
  5: nest('verdict', verdictAttrsSet),
  // From net/netfilter/nf_tables_trace.c:nft_trace_notify: the only one that is not in network order.
  6: u32('id'),
  7: binary('ll-header'),
  8: binary('network-header'),
  9: binary('transport-header'),
  10: be32('iif'),
  11: be16('iiftype'),
  12: be32('oif'),
  13: be16('oiftype'),
  14: be32('mark'),
  15: be32('nfproto'),
  16: be32('policy'),
  17: pad(),
  18: be32('ct-id'),
  19: u8('ct-direction'),
  20: be32('ct-status'),
  21: be32('ct-state', {
    names: flagBits('ct-state', { 0: 'invalid', 1: 'established', 2: 'related', 3: 'new', 6: 'untracked' }),
  }),
});

/** The messages of nf_tables that its specification leaves out. C twin: `linux/netfilter/nf_tables.h`. */
export const nftablesMessages: RawFamily = {
  name: 'nftables',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.NFTABLES, {
    17: { name: 'NFT_MSG_TRACE', attributes: traceAttrsSet },
    21: { name: 'NFT_MSG_GETOBJ_RESET', attributes: objAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};

/**
 * What kernels send otherwise than the specification of nf_tables says: it forgets paddings, which moves what follows them,
 * has some attributes in another order, others in another width or byte order. For use beside the schema of `nftables`.
 * C twin: `linux/netfilter/nf_tables.h`.
 */
export const nftablesCorrections: Extension = {
  structs: [[nfgenmsgStruct, [u8('nfgen-family', { names: netfilterProtocols })]]],
  sets: [
    [
      chainAttrsSet,
      {
        // C twins: `NF_DROP`, `NF_ACCEPT`.
        5: be32('policy', { names: enumeration('chain-policy', ['drop', 'accept']) }),
        9: pad(),
        10: be32('flags', { names: chainFlagsBits }),
        11: be32('id'),
        12: binary('userdata'),
      },
    ],
    [ruleAttrsSet, { 8: pad(), 9: be32('id'), 10: be32('position-id'), 11: be32('chain-id') }],
    [
      setAttrsSet,
      {
        // C twin: `NFT_DATA_VERDICT`; other types are user space's own.
        6: be32('data-type', { names: enumeration('data-types', { 0xffffff00: 'verdict' }) }),
        10: be32('id'),
        11: be64('timeout'),
        12: be32('gc-interval'),
        15: be32('obj-type', { names: objectTypeNames }),
      },
    ],
    [setDescAttrsSet, { 2: nest('concat', setDescConcatAttrsSet) }],
    [setDescConcatAttrsSet, { 1: many(nest('elem', setFieldAttrsSet)) }],
    [
      setelemAttrsSet,
      {
        3: be32('flags', { names: setElemFlagsBits }),
        4: be64('timeout'),
        5: be64('expiration'),
        7: nest('expr', exprAttrsSet),
        8: pad(),
        9: string('objref'),
        10: nest('key-end', dataAttrsSet),
        11: nest('expressions', exprListAttrsSet),
      },
    ],
    [setelemListAttrsSet, { 4: be32('set-id') }],
    // A prefix, instead of a whole name, since Linux 6.17.
    [hookDevAttrsSet, { 2: many(string('prefix')) }],
    [flowtableHookAttrsSet, { 2: sbe32('priority') }],
    [nftCounterAttrsSet, { 3: pad() }],
    [numgenAttrsSet, { 1: register('dreg'), 5: string('set-name'), 6: be32('set-id') }],
    ...expressions(),
  ],
};

function expressions(): readonly (readonly [AttributeSet, Readonly<Record<number, Field>>])[] {
  return [
    // The second source since Linux 6.13.
    [exprBitwiseAttrsSet, { 1: register('sreg'), 2: register('dreg'), 8: register('sreg2') }],
    [exprCmpAttrsSet, { 1: register('sreg') }],
    [exprCtAttrsSet, { 1: register('dreg'), 4: register('sreg') }],
    [
      exprFibAttrsSet,
      { 1: register('dreg'), 2: be32('result', { names: enumeration('fib-result', ['unspec', 'oif', 'oifname', 'addrtype']) }) },
    ],
    [exprImmediateAttrsSet, { 1: register('dreg') }],
    [
      exprLookupAttrsSet,
      {
        1: string('set'),
        2: register('sreg'),
        3: register('dreg'),
        4: be32('set-id'),
        5: be32('flags', { names: lookupFlagsBits }),
      },
    ],
    [exprMetaAttrsSet, { 1: register('dreg'), 3: register('sreg') }],
    [
      exprNatAttrsSet,
      {
        1: be32('type', { names: enumeration('nat-types', ['snat', 'dnat']) }),
        3: register('reg-addr-min'),
        4: register('reg-addr-max'),
        5: register('reg-proto-min'),
        6: register('reg-proto-max'),
      },
    ],
    [exprObjrefAttrsSet, { 1: be32('imm-type', { names: objectTypeNames }), 3: register('set-sreg') }],
    [
      exprPayloadAttrsSet,
      {
        6: be32('csum-type', { names: enumeration('payload-csum-types', ['none', 'inet', 'sctp']) }),
        8: be32('csum-flags', { names: flagBits('payload-csum-flags', ['l4csum-pseudohdr']) }),
      },
    ],
    [exprTproxyAttrsSet, { 2: register('reg-addr'), 3: register('reg-port') }],
  ];
}
