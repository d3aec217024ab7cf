/**
 * Data center bridging: `RTM_GETDCB` and `RTM_SETDCB`. C twin: `linux/dcbnl.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  packed,
  pad,
  record,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  unused,
  type Field,
  type RawFamily,
} from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

const commands = enumeration('dcb-cmd', [
  'undefined', 'gstate', 'sstate', 'pgtx-gcfg', 'pgtx-scfg', 'pgrx-gcfg', 'pgrx-scfg', 'pfc-gcfg', 'pfc-scfg', 'set-all',
  'gperm-hwaddr', 'gcap', 'gnumtcs', 'snumtcs', 'pfc-gstate', 'pfc-sstate', 'bcn-gcfg', 'bcn-scfg', 'gapp', 'sapp',
  'ieee-set', 'ieee-get', 'gdcbx', 'sdcbx', 'gfeatcfg', 'sfeatcfg', 'cee-get', 'ieee-del',
]);

const dcbmsg = struct('dcbmsg', [u8('dcb-family', { names: addressFamilies }), u8('cmd', { names: commands }), pad(2)]);

/** One of each traffic class or priority. */
const eight = (element: Field): Field => packed(element, 8 * memberOctets(element));

function memberOctets({ type }: Field): number {
  return type === 'u8' ? 1 : type === 'u32' ? 4 : 8;
}

const ets = struct('ieee-ets', [
  u8('willing'),
  u8('ets-cap'),
  u8('cbs'),
  eight(u8('tc-tx-bw')),
  eight(u8('tc-rx-bw')),
  eight(u8('tc-tsa')),
  eight(u8('prio-tc')),
  eight(u8('tc-reco-bw')),
  eight(u8('tc-reco-tsa')),
  eight(u8('reco-prio-tc')),
]);

const ieeePfc = struct('ieee-pfc', [
  u8('pfc-cap'),
  u8('pfc-en'),
  u8('mbc'),
  pad(1),
  u16('delay'),
  pad(2),
  eight(u64('requests')),
  eight(u64('indications')),
]);

const qcn = struct('ieee-qcn', [
  eight(u8('rpg-enable')),
  eight(u32('rppp-max-rps')),
  eight(u32('rpg-time-reset')),
  eight(u32('rpg-byte-reset')),
  eight(u32('rpg-threshold')),
  eight(u32('rpg-max-rate')),
  eight(u32('rpg-ai-rate')),
  eight(u32('rpg-hai-rate')),
  eight(u32('rpg-gd')),
  eight(u32('rpg-min-dec-fac')),
  eight(u32('rpg-min-rate')),
  eight(u32('cndd-state-machine')),
]);

const qcnStats = struct('ieee-qcn-stats', [eight(u64('rppp-rp-centiseconds')), eight(u32('rppp-created-rps'))]);

const buffer = struct('dcbnl-buffer', [eight(u8('prio2buffer')), eight(u32('buffer-size')), u32('total-size')]);

const selector = enumeration('dcb-app-selector', {
  0: 'cee-ethtype-or-none',
  1: 'ethertype-or-cee-portnum',
  2: 'stream',
  3: 'dgram',
  4: 'any',
  5: 'dscp',
  255: 'dcb-pcp',
});

const app = struct('dcb-app', [u8('selector', { names: selector }), u8('priority'), u16('protocol')]);

const appTable = attributes('dcb-ieee-app-table-attrs', { 1: many(record('ieee-app', app)), 2: many(record('dcb-app', app)) });

const trustTable = attributes('dcb-app-trust-table-attrs', { 1: many(u8('app-trust', { names: selector })) });

const ieee = attributes('dcb-ieee-attrs', {
  1: record('ets', ets),
  2: record('pfc', ieeePfc),
  3: nest('app-table', appTable),
  4: record('peer-ets', ets),
  5: record('peer-pfc', ieeePfc),
  6: nest('peer-app', appTable),
  7: record('maxrate', struct('ieee-maxrate', [eight(u64('tc-maxrate'))])),
  8: record('qcn', qcn),
  9: record('qcn-stats', qcnStats),
  10: record('dcb-buffer', buffer),
  11: nest('dcb-app-trust-table', trustTable),
  12: nest('dcb-rewr-table', appTable),
});

const pg = struct('cee-pg', [u8('willing'), u8('error'), u8('pg-en'), u8('tcs-supported'), eight(u8('pg-bw')), eight(u8('prio-pg'))]);

const ceePfc = struct('cee-pfc', [u8('willing'), u8('error'), u8('pfc-en'), u8('tcs-supported')]);

const param = attributes('dcb-tc-attrs', {
  1: u8('pgid'),
  2: u8('up-mapping'),
  3: u8('strict-prio'),
  4: u8('bw-pct'),
  5: flag('all'),
});

const perClass: Readonly<Record<number, Field>> = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [index + 1, nest(`tc-${String(index)}`, param)]),
);

const pgAttrs = attributes('dcb-pg-attrs', {
  ...perClass,
  10: nest('tc-all', param),
  11: u8('bw-id-0'),
  12: u8('bw-id-1'),
  13: u8('bw-id-2'),
  14: u8('bw-id-3'),
  15: u8('bw-id-4'),
  16: u8('bw-id-5'),
  17: u8('bw-id-6'),
  18: u8('bw-id-7'),
  19: unused('bw-id-max'),
  20: flag('bw-id-all'),
});

const pfcAttrs = attributes('dcb-pfc-up-attrs', {
  1: u8('0'),
  2: u8('1'),
  3: u8('2'),
  4: u8('3'),
  5: u8('4'),
  6: u8('5'),
  7: u8('6'),
  8: u8('7'),
  9: flag('all'),
});

const featcfg = attributes('dcb-featcfg-attrs', {
  1: flag('all'),
  2: u8('pg'),
  3: u8('pfc'),
  4: u8('app'),
});

const ceeApp = attributes('dcb-cee-app-attrs', { 1: many(record('app', app)) });

const peerApp = attributes('dcb-cee-peer-app-attrs', {
  1: record('info', struct('dcb-peer-app-info', [u8('willing'), u8('error')])),
  2: many(record('app', app)),
});

const cee = attributes('dcb-cee-attrs', {
  1: record('peer-pg', pg),
  2: record('peer-pfc', ceePfc),
  3: nest('peer-app-table', peerApp),
  4: nest('tx-pg', pgAttrs),
  5: nest('rx-pg', pgAttrs),
  6: nest('pfc', pfcAttrs),
  7: nest('app-table', ceeApp),
  8: nest('feat', featcfg),
});

const cap = attributes('dcb-cap-attrs', {
  1: flag('all'),
  2: u8('pg'),
  3: u8('pfc'),
  4: u8('up2tc'),
  5: u8('pg-tcs'),
  6: u8('pfc-tcs'),
  7: u8('gsp'),
  8: u8('bcn'),
  9: u8('dcbx'),
});

const numtcs = attributes('dcb-numtcs-attrs', { 1: flag('all'), 2: u8('pg'), 3: u8('pfc') });

const bcn = attributes('dcb-bcn-attrs', {
  1: u8('rp-0'),
  2: u8('rp-1'),
  3: u8('rp-2'),
  4: u8('rp-3'),
  5: u8('rp-4'),
  6: u8('rp-5'),
  7: u8('rp-6'),
  8: u8('rp-7'),
  9: flag('rp-all'),
  10: u32('bcna-0'),
  11: u32('bcna-1'),
  12: u32('alpha'),
  13: u32('beta'),
  14: u32('gd'),
  15: u32('gi'),
  16: u32('tmax'),
  17: u32('td'),
  18: u32('rmin'),
  19: u32('w'),
  20: u32('rd'),
  21: u32('ru'),
  22: u32('wrtt'),
  23: u32('ri'),
  24: u32('c'),
  25: flag('all'),
});

const appAttrs = attributes('dcb-app-attrs', { 1: u8('idtype'), 2: u16('id'), 3: u8('priority') });

const dcbAttrs = attributes('dcb-attrs', {
  1: string('ifname'),
  2: u8('state'),
  3: u8('pfc-state'),
  4: nest('pfc-cfg', pfcAttrs),
  5: u8('num-tc'),
  6: nest('pg-cfg', pgAttrs),
  7: u8('set-all'),
  8: binary('perm-hwaddr', { hint: 'mac' }),
  9: nest('cap', cap),
  10: nest('numtcs', numtcs),
  11: nest('bcn', bcn),
  12: nest('app', appAttrs),
  13: nest('ieee', ieee),
  14: u8('dcbx', { names: flagBits('dcb-cap-dcbx', ['host', 'lld-managed', 'ver-cee', 'ver-ieee', 'static']) }),
  15: nest('featcfg', featcfg),
  16: nest('cee', cee),
});

/** Data center bridging. */
export const dcb: RawFamily = {
  name: 'dcb',
  protocol: 0,
  requests: {
    78: { name: 'RTM_GETDCB', header: dcbmsg, attributes: dcbAttrs },
    79: { name: 'RTM_SETDCB', header: dcbmsg, attributes: dcbAttrs },
  },
  groups: { 23: 'rtnlgrp-dcb' },
};
