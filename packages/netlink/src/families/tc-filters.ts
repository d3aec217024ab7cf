/**
 * Filters of traffic control: extended matches, programs, and kinds that the specification leaves out.
 * C twins: `linux/pkt_cls.h`, `linux/tc_ematch/*.h`.
 *
 * @packageDocumentation
 */

import {
  actAttrsSet,
  bpfAttrsSet,
  cgroupAttrsSet,
  ematchAttrsSet,
  flowAttrsSet,
  flowerAttrsSet,
  flowerKeyEncOptErspanAttrsSet,
  flowerKeyEncOptGeneveAttrsSet,
  flowerKeyEncOptsAttrsSet,
  optionsMsgFormats,
  policeAttrsSet,
} from '../generated/tc.ts';
import {
  attributes,
  be16,
  be32,
  be64,
  binary,
  choice,
  enumeration,
  flagBits,
  indexed,
  nest,
  packed,
  pad,
  record,
  s32,
  string,
  struct,
  subMessage,
  u16,
  u32,
  u8,
  type Extension,
} from '../schema/index.ts';
import { sockFilter } from './tc-actions.ts';

const ematchKind = enumeration('tcf-em-kind', [
  'container',
  'cmp',
  'nbyte',
  'u32',
  'meta',
  'text',
  'vlan',
  'canid',
  'ipset',
  'ipt',
]);

const ematchHdr = struct('tcf-ematch-hdr', [
  u16('matchid'),
  u16('kind', { names: ematchKind }),
  u16('flags', { names: flagBits('tcf-em-flags', ['and', 'or', 'invert', 'simple']) }),
  pad(2),
]);

/** `align` with the flags above it, and the layer with the operand above it: four bits each. */
const emCmp = struct('tcf-em-cmp', [
  u32('val'),
  u32('mask', { hint: 'hex' }),
  u16('off'),
  u8('align-and-flags', { hint: 'hex' }),
  u8('layer-and-opnd', { hint: 'hex' }),
]);

/** A length of twelve bits, with the layer above it. */
const emNbyte = struct('tcf-em-nbyte', [u16('off'), u16('len-and-layer', { hint: 'hex' }), binary('pattern')]);

const emU32 = struct('tc-u32-key', [be32('mask', { hint: 'hex' }), be32('val', { hint: 'hex' }), s32('off'), s32('offmask')]);

const emText = struct('tcf-em-text', [
  string('algo', 16),
  u16('from-offset'),
  u16('to-offset'),
  u16('pattern-len'),
  u8('layers', { hint: 'hex' }),
  pad(1),
  binary('pattern'),
]);

const metaType = 1 << 12;

const metaIds = [
  'value', 'random', 'loadavg-0', 'loadavg-1', 'loadavg-2', 'dev', 'priority', 'protocol', 'pkttype', 'pktlen', 'datalen',
  'maclen', 'nfmark', 'tcindex', 'rtclassid', 'rtiif', 'sk-family', 'sk-state', 'sk-reuse', 'sk-bound-if', 'sk-refcnt',
  'sk-shutdown', 'sk-proto', 'sk-type', 'sk-rcvbuf', 'sk-rmem-alloc', 'sk-wmem-alloc', 'sk-omem-alloc', 'sk-wmem-queued',
  'sk-rcv-qlen', 'sk-snd-qlen', 'sk-err-qlen', 'sk-forward-allocs', 'sk-sndbuf', 'sk-allocs', 'sk-route-caps', 'sk-hash',
  'sk-lingertime', 'sk-ack-backlog', 'sk-max-ack-backlog', 'sk-prio', 'sk-rcvlowat', 'sk-rcvtimeo', 'sk-sndtimeo',
  'sk-sendmsg-off', 'sk-write-pending', 'vlan-tag', 'rxhash',
];

/** Four bits of type, 0 for octets and 1 for a number, above the number of what is looked at. */
const metaKind = enumeration(
  'tcf-meta-kind',
  Object.fromEntries(metaIds.flatMap((name, id) => [[id, `${name}-var`], [metaType + id, name]])),
);

const metaVal = struct('tcf-meta-val', [
  u16('kind', { names: metaKind }),
  u8('shift'),
  u8('op', { names: enumeration('tcf-em-opnd', ['eq', 'gt', 'lt']) }),
]);

const emMeta = attributes('em-meta-attrs', {
  1: record('hdr', struct('tcf-meta-hdr', [record('left', metaVal), record('right', metaVal)])),
  2: binary('lvalue'),
  3: binary('rvalue'),
});

const canFilter = struct('can-filter', [u32('can-id', { hint: 'hex' }), u32('can-mask', { hint: 'hex' })]);

const emIpset = struct('xt-set-info', [u16('index'), u8('dim'), u8('flags')]);

const emIpt = attributes('em-ipt-attrs', {
  1: u32('hook'),
  2: string('match-name'),
  3: u8('match-revision'),
  4: u8('nfproto'),
  5: binary('match-data'),
});

const ematchData = choice('ematch-data-msg', {
  container: { header: struct('tcf-em-container', [u32('ref')]) },
  cmp: { header: emCmp },
  nbyte: { header: emNbyte },
  u32: { header: emU32 },
  meta: { attributes: emMeta },
  text: { header: emText },
  canid: { body: packed(record('rules', canFilter)) },
  ipset: { header: emIpset },
  ipt: { attributes: emIpt },
});

/** A header, and behind it what its `kind` says. */
const ematch = choice('ematch-msg', { '*': { header: ematchHdr, body: subMessage('data', ematchData, 'kind') } });

const tcindexAttrs = attributes('tcindex-attrs', {
  1: u32('hash'),
  2: u16('mask', { hint: 'hex' }),
  3: u32('shift'),
  4: u32('fall-through'),
  5: u32('classid'),
  6: nest('police', policeAttrsSet),
  7: indexed(nest('act', actAttrsSet)),
});

const rsvpGpi = struct('tc-rsvp-gpi', [u32('key', { hint: 'hex' }), u32('mask', { hint: 'hex' }), s32('offset')]);

const rsvpPinfo = struct('tc-rsvp-pinfo', [
  record('dpi', rsvpGpi),
  record('spi', rsvpGpi),
  u8('protocol'),
  u8('tunnelid'),
  u8('tunnelhdr'),
  pad(1),
]);

const rsvpAttrs = attributes('rsvp-attrs', {
  1: u32('classid'),
  2: binary('dst', { hint: 'ipv4-or-v6' }),
  3: binary('src', { hint: 'ipv4-or-v6' }),
  4: record('pinfo', rsvpPinfo),
  5: nest('police', policeAttrsSet),
  6: indexed(nest('act', actAttrsSet)),
});

/** Filters. The last kinds were there up to Linux 6.2. */
export const tcFilters: Extension = {
  sets: [
    [ematchAttrsSet, { 2: indexed(subMessage('tree-list', ematch, '')) }],
    [bpfAttrsSet, { 5: packed(record('ops', sockFilter)) }],
    [cgroupAttrsSet, { 3: nest('ematches', ematchAttrsSet) }],
    [flowAttrsSet, { 9: indexed(nest('act', actAttrsSet)), 11: nest('ematches', ematchAttrsSet) }],
    // The label is in the order of the host; addresses of ARP are addresses.
    [
      flowerAttrsSet,
      {
        57: binary('key-arp-sip', { hint: 'ipv4' }),
        58: binary('key-arp-sip-mask', { hint: 'ipv4' }),
        59: binary('key-arp-tip', { hint: 'ipv4' }),
        60: binary('key-arp-tip-mask', { hint: 'ipv4' }),
        70: u32('key-mpls-label'),
      },
    ],
    [flowerKeyEncOptsAttrsSet, { 5: nest('pfcp', attributes('flower-key-enc-opt-pfcp-attrs', { 1: u8('type'), 2: be64('seid', { hint: 'hex' }) })) }],
    [flowerKeyEncOptGeneveAttrsSet, { 1: be16('class') }],
    [flowerKeyEncOptErspanAttrsSet, { 2: be32('index') }],
  ],
  choices: [
    [
      optionsMsgFormats,
      { tcindex: { attributes: tcindexAttrs }, rsvp: { attributes: rsvpAttrs }, rsvp6: { attributes: rsvpAttrs } },
    ],
  ],
};
