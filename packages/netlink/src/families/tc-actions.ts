/**
 * Actions of traffic control: `RTM_*ACTION`, and the parameters that the specification leaves as octets.
 * C twins: `linux/rtnetlink.h`, `linux/pkt_cls.h`, `linux/tc_act/*.h`.
 *
 * @packageDocumentation
 */

import {
  actAttrsSet,
  actBpfAttrsSet,
  actConnmarkAttrsSet,
  actCsumAttrsSet,
  actCtAttrsSet,
  actCtinfoAttrsSet,
  actGateAttrsSet,
  actIfeAttrsSet,
  actMirredAttrsSet,
  actNatAttrsSet,
  actPeditAttrsSet,
  actSampleAttrsSet,
  actSimpleAttrsSet,
  actSkbeditAttrsSet,
  actSkbmodAttrsSet,
  actTunnelKeyAttrsSet,
  actVlanAttrsSet,
  flowerKeyEncOptsAttrsSet,
  tcPeditSelStruct,
} from '../generated/tc.ts';
import {
  attributes,
  be16,
  be32,
  binary,
  bitfield32,
  enumeration,
  flag,
  flagBits,
  indexed,
  many,
  nest,
  packed,
  pad,
  record,
  s32,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Extension,
  type Field,
  type RawFamily,
  type Struct,
} from '../schema/index.ts';
import { etherTypes } from './ether-types.ts';
import { addressFamilies } from './route-names.ts';
import { tcVerdicts } from './tc-names.ts';

/** What every action's parameters begin with. C twin: `tc_gen` (linux/pkt_cls.h). */
const gen = [u32('index'), u32('capab'), s32('action', { names: tcVerdicts }), s32('refcnt'), s32('bindcnt')];

const parms = (name: string, ...members: readonly Field[]): Field => record('parms', struct(name, [...gen, ...members]));

/** An instruction of classic BPF. C twin: `struct sock_filter` (linux/filter.h). */
export const sockFilter: Struct = struct('sock-filter', [u16('code', { hint: 'hex' }), u8('jt'), u8('jf'), u32('k', { hint: 'hex' })]);

const mirredAction = enumeration('tc-mirred-eaction', { 1: 'egress-redir', 2: 'egress-mirror', 3: 'ingress-redir', 4: 'ingress-mirror' });

const csumFlags = flagBits('tc-csum-update-flags', ['ipv4hdr', 'icmp', 'igmp', 'tcp', 'udp', 'udplite', 'sctp']);

const skbmodFlags = flagBits('tc-skbmod-flags', ['dmac', 'smac', 'etype', 'swapmac', 'ecn']);

const tunnelAction = enumeration('tc-tunnel-key-action', { 1: 'set', 2: 'release' });

const gateEntry = attributes('act-gate-entry-attrs', {
  1: u32('index'),
  2: flag('gate'),
  3: u32('interval'),
  4: s32('ipv'),
  5: s32('max-octets'),
});

const gateList = attributes('act-gate-entry-list-attrs', { 1: many(nest('entry', gateEntry)) });

const peditKeyEx = attributes('act-pedit-key-ex-attrs', {
  1: u16('htype', { names: enumeration('pedit-header-type', ['network', 'eth', 'ip4', 'ip6', 'tcp', 'udp']) }),
  2: u16('cmd', { names: enumeration('pedit-cmd', ['set', 'add']) }),
});

const peditKeysEx = attributes('act-pedit-keys-ex-attrs', { 6: many(nest('key-ex', peditKeyEx)) });

/** Without octets where the value is the packet's own. */
const ifeMetalist = attributes('act-ife-metalst-attrs', {
  1: binary('skbmark'),
  2: binary('hashid'),
  3: binary('prio'),
  4: binary('qmap'),
  5: binary('tcindex'),
});

/** Parameters of actions. */
export const tcActions: Extension = {
  sets: [
    [actBpfAttrsSet, { 2: parms('tc-act-bpf'), 4: packed(record('ops', sockFilter)), 9: u32('id') }],
    [actConnmarkAttrsSet, { 1: parms('tc-connmark', u16('zone'), pad(2)) }],
    [actCsumAttrsSet, { 1: parms('tc-csum', u32('update-flags', { names: csumFlags })) }],
    [
      actCtAttrsSet,
      {
        1: parms('tc-ct'),
        9: binary('nat-ipv4-min', { hint: 'ipv4' }),
        10: binary('nat-ipv4-max', { hint: 'ipv4' }),
        11: binary('nat-ipv6-min', { hint: 'ipv6' }),
        12: binary('nat-ipv6-max', { hint: 'ipv6' }),
      },
    ],
    [actCtinfoAttrsSet, { 3: record('act', struct('tc-ctinfo', gen)) }],
    [actGateAttrsSet, { 2: parms('tc-gate'), 5: nest('entry-list', gateList) }],
    [
      actIfeAttrsSet,
      {
        1: parms('tc-ife', u16('flags', { names: flagBits('tc-ife-flags', { 0: 'encode' }) }), pad(2)),
        3: binary('dmac', { hint: 'mac' }),
        4: binary('smac', { hint: 'mac' }),
        6: nest('metalst', ifeMetalist),
      },
    ],
    [
      actMirredAttrsSet,
      { 2: parms('tc-mirred', s32('eaction', { names: mirredAction }), u32('ifindex')), 4: u32('blockid') },
    ],
    [
      actNatAttrsSet,
      {
        1: parms(
          'tc-nat',
          be32('old-addr', { hint: 'ipv4' }),
          be32('new-addr', { hint: 'ipv4' }),
          be32('mask', { hint: 'ipv4' }),
          u32('flags', { names: flagBits('tca-nat-flags', { 0: 'egress' }) }),
        ),
      },
    ],
    [
      actPeditAttrsSet,
      { 4: record('parms-ex', tcPeditSelStruct), 5: nest('keys-ex', peditKeysEx), 6: nest('key-ex', peditKeyEx) },
    ],
    [actSampleAttrsSet, { 2: parms('tc-sample') }],
    // `tc` sends 32 octets of its stack: the text and its NUL, then what was there before.
    [actSimpleAttrsSet, { 2: parms('tc-defact'), 3: binary('data', { hint: 'c-string' }) }],
    [actSkbeditAttrsSet, { 2: parms('tc-skbedit') }],
    [
      actSkbmodAttrsSet,
      {
        2: parms('tc-skbmod', pad(4), u64('flags', { names: skbmodFlags })),
        3: binary('dmac', { hint: 'mac' }),
        4: binary('smac', { hint: 'mac' }),
        5: u16('etype', { names: etherTypes }),
      },
    ],
    [
      actTunnelKeyAttrsSet,
      {
        2: parms('tc-tunnel-key', s32('t-action', { names: tunnelAction })),
        3: binary('enc-ipv4-src', { hint: 'ipv4' }),
        4: binary('enc-ipv4-dst', { hint: 'ipv4' }),
        5: binary('enc-ipv6-src', { hint: 'ipv6' }),
        6: binary('enc-ipv6-dst', { hint: 'ipv6' }),
        7: be32('enc-key-id'),
        11: nest('enc-opts', flowerKeyEncOptsAttrsSet),
      },
    ],
    [
      actVlanAttrsSet,
      {
        4: be16('push-vlan-protocol', { names: etherTypes }),
        7: binary('push-eth-dst', { hint: 'mac' }),
        8: binary('push-eth-src', { hint: 'mac' }),
      },
    ],
  ],
};

const tcamsg = struct('tcamsg', [u8('family', { names: addressFamilies }), pad(3)]);

const rootFlags = flagBits('tca-act-flags', ['large-dump-on', 'terse-dump']);

const rootAttrs = attributes('tca-root-attrs', {
  1: indexed(nest('tab', actAttrsSet)),
  2: bitfield32('flags', rootFlags),
  3: u32('count'),
  4: u32('time-delta'),
  5: string('ext-warn-msg'),
});

/** Actions that stand by themselves. */
export const tcActionMessages: RawFamily = {
  name: 'tc-action',
  protocol: 0,
  requests: {
    48: { name: 'RTM_NEWACTION', header: tcamsg, attributes: rootAttrs },
    49: { name: 'RTM_DELACTION', header: tcamsg, attributes: rootAttrs },
    50: { name: 'RTM_GETACTION', header: tcamsg, attributes: rootAttrs },
  },
};
