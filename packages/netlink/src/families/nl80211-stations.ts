/**
 * What nl80211 says of stations, paths, networks and channels: nests that the specification leaves as octets.
 * C twin: `linux/nl80211.h`.
 *
 * @packageDocumentation
 */

import {
  bandAttrsSet,
  frameTypeAttrsSet,
  frequencyAttrsSet,
  iftypeAttrsSet,
  iftypeDataAttrsSet,
  nl80211AttrsSet,
  staFlagUpdateStruct,
  supportedIftypesSet,
  txqStatsAttrsSet,
} from '../generated/nl80211.ts';
import {
  attributes,
  binary,
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
  s64,
  s8,
  string,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Extension,
  type Field,
} from '../schema/index.ts';

const HEX = { hint: 'hex' } as const;
const MAC = { hint: 'mac' } as const;

const staFlags = attributes('sta-flags-attrs', {
  1: flag('authorized'),
  2: flag('short-preamble'),
  3: flag('wme'),
  4: flag('mfp'),
  5: flag('authenticated'),
  6: flag('tdls-peer'),
  7: flag('associated'),
  8: flag('spp-amsdu'),
});

/** A rate that was used. */
export const rateInfoSet: AttributeSet = attributes('rate-info-attrs', {
  1: u16('bitrate'),
  2: u8('mcs'),
  3: flag('40-mhz-width'),
  4: flag('short-gi'),
  5: u32('bitrate32'),
  6: u8('vht-mcs'),
  7: u8('vht-nss'),
  8: flag('80-mhz-width'),
  9: flag('80p80-mhz-width'),
  10: flag('160-mhz-width'),
  11: flag('10-mhz-width'),
  12: flag('5-mhz-width'),
  13: u8('he-mcs'),
  14: u8('he-nss'),
  15: u8('he-gi'),
  16: u8('he-dcm'),
  17: u8('he-ru-alloc'),
  18: flag('320-mhz-width'),
  19: u8('eht-mcs'),
  20: u8('eht-nss'),
  21: u8('eht-gi'),
  22: u8('eht-ru-alloc'),
  23: u8('s1g-mcs'),
  24: u8('s1g-nss'),
  25: flag('1-mhz-width'),
  26: flag('2-mhz-width'),
  27: flag('4-mhz-width'),
  28: flag('8-mhz-width'),
  29: flag('16-mhz-width'),
});

const bssParam = attributes('sta-bss-param-attrs', {
  1: flag('cts-prot'),
  2: flag('short-preamble'),
  3: flag('short-slot-time'),
  4: u8('dtim-period'),
  5: u16('beacon-interval'),
});

const tidStats = attributes('tid-stats-attrs', {
  1: u64('rx-msdu'),
  2: u64('tx-msdu'),
  3: u64('tx-msdu-retries'),
  4: u64('tx-msdu-failed'),
  5: pad(),
  6: nest('txq-stats', txqStatsAttrsSet),
});

const plinkState = enumeration('plink-state', ['listen', 'opn-snt', 'opn-rcvd', 'cnf-rcvd', 'estab', 'holding', 'blocked']);

const powerMode = enumeration('mesh-power-mode', ['unknown', 'active', 'light-sleep', 'deep-sleep']);

const staInfo = attributes('sta-info-attrs', {
  1: u32('inactive-time'),
  2: u32('rx-bytes'),
  3: u32('tx-bytes'),
  4: u16('llid'),
  5: u16('plid'),
  6: u8('plink-state', { names: plinkState }),
  7: s8('signal'),
  8: nest('tx-bitrate', rateInfoSet),
  9: u32('rx-packets'),
  10: u32('tx-packets'),
  11: u32('tx-retries'),
  12: u32('tx-failed'),
  13: s8('signal-avg'),
  14: nest('rx-bitrate', rateInfoSet),
  15: nest('bss-param', bssParam),
  16: u32('connected-time'),
  17: record('sta-flags', staFlagUpdateStruct),
  18: u32('beacon-loss'),
  19: s64('t-offset'),
  20: u32('local-pm', { names: powerMode }),
  21: u32('peer-pm', { names: powerMode }),
  22: u32('nonpeer-pm', { names: powerMode }),
  23: u64('rx-bytes64'),
  24: u64('tx-bytes64'),
  25: indexed(s8('chain-signal')),
  26: indexed(s8('chain-signal-avg')),
  27: u32('expected-throughput'),
  28: u64('rx-drop-misc'),
  29: u64('beacon-rx'),
  30: s8('beacon-signal-avg'),
  31: indexed(nest('tid-stats', tidStats)),
  32: u64('rx-duration'),
  33: pad(),
  34: s8('ack-signal'),
  35: s8('ack-signal-avg'),
  36: u32('rx-mpdus'),
  37: u32('fcs-error-count'),
  38: u8('connected-to-gate'),
  39: u64('tx-duration'),
  40: u16('airtime-weight'),
  41: u32('airtime-link-metric'),
  42: u64('assoc-at-boottime'),
  43: u8('connected-to-as'),
});

const mpathFlags = flagBits('mpath-flags', ['active', 'resolving', 'sn-valid', 'fixed', 'resolved']);

const mpathInfo = attributes('mpath-info-attrs', {
  1: u32('frame-qlen'),
  2: u32('sn'),
  3: u32('metric'),
  4: u32('exptime'),
  5: u8('flags', { names: mpathFlags }),
  6: u32('discovery-timeout'),
  7: u8('discovery-retries'),
  8: u8('hop-count'),
  9: u32('path-change'),
});

const meshConfig = attributes('meshconf-attrs', {
  1: u16('retry-timeout'),
  2: u16('confirm-timeout'),
  3: u16('holding-timeout'),
  4: u16('max-peer-links'),
  5: u8('max-retries'),
  6: u8('ttl'),
  7: u8('auto-open-plinks'),
  8: u8('hwmp-max-preq-retries'),
  9: u32('path-refresh-time'),
  10: u16('min-discovery-timeout'),
  11: u32('hwmp-active-path-timeout'),
  12: u16('hwmp-preq-min-interval'),
  13: u16('hwmp-net-diam-trvs-time'),
  14: u8('hwmp-rootmode'),
  15: u8('element-ttl'),
  16: u16('hwmp-rann-interval'),
  17: u8('gate-announcements'),
  18: u16('hwmp-perr-min-interval'),
  19: u8('forwarding'),
  20: s32('rssi-threshold'),
  21: u32('sync-offset-max-neighbor'),
  22: u16('ht-opmode'),
  23: u32('hwmp-path-to-root-timeout'),
  24: u16('hwmp-root-interval'),
  25: u16('hwmp-confirmation-interval'),
  26: u32('power-mode', { names: powerMode }),
  27: u16('awake-window'),
  28: u32('plink-timeout'),
  29: u8('connected-to-gate'),
  30: u8('nolearn'),
  31: u8('connected-to-as'),
});

const meshSetup = attributes('mesh-setup-attrs', {
  1: u8('enable-vendor-path-sel'),
  2: u8('enable-vendor-metric'),
  3: binary('ie'),
  4: flag('userspace-auth'),
  5: flag('userspace-ampe'),
  6: u8('enable-vendor-sync'),
  7: flag('userspace-mpm'),
  8: u8('auth-protocol'),
});

const bssStatus = enumeration('bss-status', ['authenticated', 'associated', 'ibss-joined']);

const bssUse = flagBits('bss-use-for', ['normal', 'mld-link']);

/** Signals are in hundredths of a decibel-milliwatt. */
const bss = attributes('bss-attrs', {
  1: binary('bssid', MAC),
  2: u32('frequency'),
  3: u64('tsf'),
  4: u16('beacon-interval'),
  5: u16('capability', HEX),
  6: binary('information-elements'),
  7: s32('signal-mbm'),
  8: u8('signal-unspec'),
  9: u32('status', { names: bssStatus }),
  10: u32('seen-ms-ago'),
  11: binary('beacon-ies'),
  12: u32('chan-width', { names: enumeration('bss-scan-width', ['20', '10', '5', '1', '2']) }),
  13: u64('beacon-tsf'),
  14: flag('presp-data'),
  15: u64('last-seen-boottime'),
  16: pad(),
  17: u64('parent-tsf'),
  18: binary('parent-bssid', MAC),
  19: indexed(s8('chain-signal')),
  20: u32('frequency-offset'),
  21: u8('mlo-link-id'),
  22: binary('mld-addr', MAC),
  23: u32('use-for', { names: bssUse }),
  24: u64('cannot-use-reasons', { names: flagBits('bss-cannot-use-reasons', ['nstr-nonprimary', '6ghz-pwr-mismatch']) }),
});

const surveyInfo = attributes('survey-info-attrs', {
  1: u32('frequency'),
  2: s8('noise'),
  3: flag('in-use'),
  4: u64('time'),
  5: u64('time-busy'),
  6: u64('time-ext-busy'),
  7: u64('time-rx'),
  8: u64('time-tx'),
  9: u64('time-scan'),
  10: pad(),
  11: u64('time-bss-rx'),
  12: u32('frequency-offset'),
});

const ruleFlags = flagBits('reg-rule-flags', {
  0: 'no-ofdm',
  1: 'no-cck',
  2: 'no-indoor',
  3: 'no-outdoor',
  4: 'dfs',
  5: 'ptp-only',
  6: 'ptmp-only',
  7: 'no-ir',
  8: 'no-ibss',
  11: 'auto-bw',
  12: 'ir-concurrent',
  13: 'no-ht40minus',
  14: 'no-ht40plus',
  15: 'no-80mhz',
  16: 'no-160mhz',
  17: 'no-he',
  18: 'no-320mhz',
  19: 'no-eht',
  20: 'psd',
  21: 'dfs-concurrent',
  22: 'no-6ghz-vlp-client',
  23: 'no-6ghz-afc-client',
  24: 'allow-6ghz-vlp-ap',
  25: 'allow-20mhz-activity',
});

const regRule = attributes('reg-rule-attrs', {
  1: u32('flags', { names: ruleFlags }),
  2: u32('freq-range-start'),
  3: u32('freq-range-end'),
  4: u32('freq-range-max-bw'),
  5: u32('power-max-ant-gain'),
  6: u32('power-max-eirp'),
  7: u32('dfs-cac-time'),
  8: s8('power-psd'),
});

const cqm = attributes('cqm-attrs', {
  1: packed(s32('rssi-thold')),
  2: u32('rssi-hyst'),
  3: u32('rssi-threshold-event', { names: enumeration('cqm-rssi-threshold-event', ['low', 'high', 'beacon-loss']) }),
  4: u32('pkt-loss-event'),
  5: u32('txe-rate'),
  6: u32('txe-pkts'),
  7: u32('txe-intvl'),
  8: flag('beacon-loss-event'),
  9: s32('rssi-level'),
});

/** What later kernels say of channels, and flags that the specification has as octets. */
const frequencyFields: Readonly<Record<number, Field>> = {
  8: u32('dfs-time'),
  9: flag('no-ht40-minus'),
  10: flag('no-ht40-plus'),
  11: flag('no-80mhz'),
  12: flag('no-160mhz'),
  13: u32('dfs-cac-time'),
  14: flag('indoor-only'),
  15: flag('ir-concurrent'),
  16: flag('no-20mhz'),
  17: flag('no-10mhz'),
  19: flag('no-he'),
  20: u32('offset'),
  21: flag('1mhz'),
  22: flag('2mhz'),
  23: flag('4mhz'),
  24: flag('8mhz'),
  25: flag('16mhz'),
  26: flag('no-320mhz'),
  27: flag('no-eht'),
  28: s8('psd'),
  29: flag('dfs-concurrent'),
  30: flag('no-6ghz-vlp-client'),
  31: flag('no-6ghz-afc-client'),
  32: flag('can-monitor'),
  33: flag('allow-6ghz-vlp-ap'),
  34: flag('allow-20mhz-activity'),
  // After 6.12.
  35: flag('no-4mhz'),
  36: flag('no-8mhz'),
  37: flag('no-16mhz'),
  38: flag('s1g-no-primary'),
  39: flag('no-uhr'),
};

/** Networks and stations. */
export const nl80211Stations: Extension = {
  sets: [
    [frequencyAttrsSet, frequencyFields],
    [bandAttrsSet, { 10: u8('edmg-channels', HEX), 11: u8('edmg-bw-config') }],
    [iftypeAttrsSet, iftypes()],
    [frameTypeAttrsSet, { 101: many(u16('frame-type', HEX)) }],
    [supportedIftypesSet, { 13: flag('nan-data'), 14: flag('pd') }],
    [iftypeDataAttrsSet, { 1: nest('iftypes', supportedIftypesSet), 12: binary('uhr-cap-mac'), 13: binary('uhr-cap-phy') }],
    [
      nl80211AttrsSet,
      {
        17: nest('sta-flags', staFlags),
        21: nest('sta-info', staInfo),
        27: nest('mpath-info', mpathInfo),
        33: string('reg-alpha2'),
        34: indexed(nest('reg-rules', regRule)),
        35: nest('mesh-config', meshConfig),
        47: nest('bss', bss),
        58: nest('freq-before', frequencyAttrsSet),
        59: nest('freq-after', frequencyAttrsSet),
        84: nest('survey-info', surveyInfo),
        94: nest('cqm', cqm),
        112: nest('mesh-setup', meshSetup),
      },
    ],
  ],
};

function iftypes(): Readonly<Record<number, Field>> {
  const { 12: nan } = iftypeAttrsSet.attributes;
  return nan === undefined ? {} : { 13: { ...nan, name: 'nan-data' }, 14: { ...nan, name: 'pd' } };
}
