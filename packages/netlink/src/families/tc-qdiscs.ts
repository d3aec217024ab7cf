/**
 * Queueing disciplines and their classes: what the specification leaves out, or has otherwise than the kernel.
 * C twins: `linux/pkt_sched.h`, `linux/gen_stats.h`.
 *
 * @packageDocumentation
 */

import {
  attrsSet,
  fqAttrsSet,
  gredAttrsSet,
  hfscAttrsSet,
  optionsMsgFormats,
  taprioAttrsSet,
  taprioTcEntryAttrsSet,
  tcaStabAttrsSet,
  tcaStatsAppMsgFormats,
  tcaStatsAttrsSet,
  tcGredQoptStruct,
  tcMqprioQoptStruct,
  tcPrioQoptStruct,
  tcRatespecStruct,
  tcSfbQoptStruct,
} from '../generated/tc.ts';
import {
  attributes,
  be16,
  binary,
  choice,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  packed,
  pad,
  record,
  s32,
  struct,
  subMessage,
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
import { tcHandle, tcNameSets, tcNameStructs } from './tc-names.ts';

const skbprioQopt = struct('tc-skbprio-qopt', [u32('limit')]);

/** Nests that follow a structure in one attribute have the type of that attribute: `TCA_OPTIONS`. */
const prioAttrs = attributes('prio-attrs', { 2: nest('options', attributes('prio-options-attrs', {})) });

const mqprioAttrs = attributes('mqprio-attrs', {
  1: u16('mode', { names: enumeration('mqprio-mode', ['dcb', 'channel']) }),
  2: u16('shaper', { names: enumeration('mqprio-shaper', ['dcb', 'bw-rate']) }),
  3: nest('min-rate64', attributes('mqprio-min-rate64-attrs', { 3: many(u64('rate')) })),
  4: nest('max-rate64', attributes('mqprio-max-rate64-attrs', { 4: many(u64('rate')) })),
  5: many(nest('tc-entry', attributes('mqprio-tc-entry-attrs', { 1: u32('index'), 2: u32('fp') }))),
});

const serviceCurve = struct('tc-service-curve', [u32('m1'), u32('d'), u32('m2')]);

const cbqAttrs = attributes('cbq-attrs', {
  1: record(
    'lssopt',
    struct('tc-cbq-lssopt', [
      u8('change', { hint: 'hex' }),
      u8('flags', { names: flagBits('tcf-cbq-lss', ['bounded', 'isolated']) }),
      u8('ewma-log'),
      u8('level'),
      u32('maxidle'),
      u32('minidle'),
      u32('offtime'),
      u32('avpkt'),
    ]),
  ),
  2: record('wrropt', struct('tc-cbq-wrropt', [u8('flags'), u8('priority'), u8('cpriority'), pad(1), u32('allot'), u32('weight')])),
  3: record('fopt', struct('tc-cbq-fopt', [u32('split'), u32('defmap'), u32('defchange')])),
  4: record('ovl-strategy', struct('tc-cbq-ovl', [u8('strategy'), u8('priority2'), pad(2), u32('penalty')])),
  5: record('rate', tcRatespecStruct),
  6: binary('rtab'),
  7: record('police', struct('tc-cbq-police', [u8('police'), pad(3)])),
});

const dsmarkAttrs = attributes('dsmark-attrs', {
  1: u16('indices'),
  2: u16('default-index'),
  3: flag('set-tc-index'),
  4: u8('mask', { hint: 'hex' }),
  5: u8('value', { hint: 'hex' }),
});

const htbXstats = struct('tc-htb-xstats', [u32('lends'), u32('borrows'), u32('giants'), s32('tokens'), s32('ctokens')]);

const cbqXstats = struct('tc-cbq-xstats', [u32('borrows'), u32('overactions'), s32('avgidle'), s32('undertime')]);

/** After 6.12. */
const netemXstats = struct('tc-netem-xstats', [
  u64('delayed'),
  u64('dropped'),
  u64('corrupted'),
  u64('duplicated'),
  u64('reordered'),
  u64('ecn-marked'),
  u64('allocation-errors'),
]);

/** Queueing disciplines. `cbq` and `dsmark` were there up to Linux 6.2. */
export const tcQdiscs: Extension = {
  structs: tcNameStructs,
  sets: [
    ...tcNameSets,
    [gredAttrsSet, { 1: packed(record('parms', tcGredQoptStruct)) }],
    [hfscAttrsSet, { 1: record('rsc', serviceCurve), 2: record('fsc', serviceCurve), 3: record('usc', serviceCurve) }],
    [fqAttrsSet, { 18: u32('offload-horizon') }],
    [taprioAttrsSet, { 7: nest('admin-sched', taprioAttrsSet), 12: many(nest('tc-entry', taprioTcEntryAttrsSet)) }],
    [tcaStabAttrsSet, { 2: packed(u16('data')) }],
  ],
  choices: [
    [
      optionsMsgFormats,
      {
        prio: { header: tcPrioQoptStruct, attributes: prioAttrs },
        mqprio: { header: tcMqprioQoptStruct, attributes: mqprioAttrs },
        sfb: { attributes: attributes('sfb-attrs', { 1: record('parms', tcSfbQoptStruct) }) },
        skbprio: { header: skbprioQopt },
        cbq: { attributes: cbqAttrs },
        dsmark: { attributes: dsmarkAttrs },
      },
    ],
    [
      tcaStatsAppMsgFormats,
      { htb: { header: htbXstats }, cbq: { header: cbqXstats }, netem: { header: netemXstats } },
    ],
  ],
};

const fqCodelClassXstats = struct('tc-fq-codel-cl-stats', [
  u32('type'),
  s32('deficit'),
  u32('ldelay'),
  u32('count'),
  u32('lastcount'),
  u32('dropping'),
  s32('drop-next'),
  // The union that this is in is as long as what the discipline says.
  pad(12),
]);

/** What a class says of its kind: not always what its queueing discipline does. */
const classApp = choice('class-stats-app-msg', {
  ...tcaStatsAppMsgFormats.formats,
  htb: { header: htbXstats },
  cbq: { header: cbqXstats },
  hfsc: { header: struct('tc-hfsc-stats', [u64('work'), u64('rtwork'), u32('period'), u32('level')]) },
  drr: { header: struct('tc-drr-stats', [u32('deficit')]) },
  qfq: { header: struct('tc-qfq-stats', [u32('weight'), u32('lmax')]) },
  fq_codel: { header: fqCodelClassXstats },
});

const classOptions = choice('class-options-msg', {
  ...optionsMsgFormats.formats,
  hfsc: { attributes: hfscAttrsSet },
  cbq: { attributes: cbqAttrs },
  dsmark: { attributes: dsmarkAttrs },
});

const classStats = attributes('class-stats-attrs', { ...tcaStatsAttrsSet.attributes, 4: subMessage('app', classApp, 'kind') });

const classAttrs = attributes('class-attrs', {
  ...attrsSet.attributes,
  2: subMessage('options', classOptions, 'kind'),
  4: subMessage('xstats', classApp, 'kind'),
  7: nest('stats2', classStats),
});

/** What the last word of the header is depends on what the message is about. */
const headerOf = (handle: Field, info: Field): Struct =>
  struct('tcmsg', [u8('family', { names: addressFamilies }), pad(3), s32('ifindex'), handle, tcHandle('parent'), info]);

/** The handle of the queueing discipline in a class. */
const classMsg = headerOf(tcHandle('handle'), tcHandle('info'));

/** The handle of a filter is what its kind makes of it. */
const filterMsg = headerOf(
  u32('handle', { hint: 'hex' }),
  record('info', struct('tcm-info', [be16('protocol', { names: etherTypes }), u16('priority')])),
);

/** Classes: their kinds are those of queueing disciplines, their options are not; and filters and chains, whose headers differ. */
export const tcClasses: RawFamily = {
  name: 'tc-class',
  protocol: 0,
  requests: {
    40: { name: 'RTM_NEWTCLASS', header: classMsg, attributes: classAttrs },
    41: { name: 'RTM_DELTCLASS', header: classMsg, attributes: classAttrs },
    42: { name: 'RTM_GETTCLASS', header: classMsg, attributes: classAttrs },
    44: { name: 'RTM_NEWTFILTER', header: filterMsg, attributes: attrsSet },
    45: { name: 'RTM_DELTFILTER', header: filterMsg, attributes: attrsSet },
    46: { name: 'RTM_GETTFILTER', header: filterMsg, attributes: attrsSet },
    100: { name: 'RTM_NEWCHAIN', header: filterMsg, attributes: attrsSet },
    101: { name: 'RTM_DELCHAIN', header: filterMsg, attributes: attrsSet },
    102: { name: 'RTM_GETCHAIN', header: filterMsg, attributes: attrsSet },
  },
};
