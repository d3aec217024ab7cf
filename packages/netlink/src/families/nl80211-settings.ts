/**
 * What programs tell nl80211: keys, rates, scans, reasons to wake up, and other nests that the specification leaves as
 * octets. C twin: `linux/nl80211.h`.
 *
 * @packageDocumentation
 */

import { ifCombinationAttributesSet, nl80211AttrsSet, supportedIftypesSet, wowlanTriggersAttrsSet } from '../generated/nl80211.ts';
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
  s8,
  struct,
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

const keyTypes = enumeration('key-type', ['group', 'pairwise', 'peerkey']);

const keyDefaultTypes = attributes('key-default-types-attrs', { 1: flag('unicast'), 2: flag('multicast') });

const key = attributes('key-attrs', {
  1: binary('data'),
  2: u8('idx'),
  3: u32('cipher', HEX),
  4: binary('seq'),
  5: flag('default'),
  6: flag('default-mgmt'),
  7: u32('type', { names: keyTypes }),
  8: nest('default-types', keyDefaultTypes),
  9: u8('mode', { names: enumeration('key-mode', ['rx-tx', 'no-tx', 'set-tx']) }),
  10: flag('default-beacon'),
});

const gi = enumeration('txrate-gi', ['default', 'force-sgi', 'force-lgi']);

/** Masks of rates, of one band. */
const txRates = attributes('tx-rate-attrs', {
  1: binary('legacy'),
  2: binary('ht'),
  3: binary('vht'),
  4: u8('gi', { names: gi }),
  5: binary('he'),
  6: u8('he-gi'),
  7: u8('he-ltf'),
  // After 6.12.
  8: binary('eht'),
  9: u8('eht-gi'),
  10: u8('eht-ltf'),
});

/** What the bands are called. */
const bands = ['2ghz', '5ghz', '60ghz', '6ghz', 's1ghz', 'lc'] as const;

const byBand = (name: string, field: (band: string) => Field): AttributeSet =>
  attributes(name, Object.fromEntries(bands.map((band, index) => [index, field(band)])));

const txqParams = attributes('txq-attrs', {
  1: u8('ac', { names: enumeration('ac', ['vo', 'vi', 'be', 'bk']) }),
  2: u16('txop'),
  3: u16('cwmin'),
  4: u16('cwmax'),
  5: u8('aifs'),
});

const pattern = attributes('packet-pattern-attrs', { 1: binary('mask'), 2: binary('pattern'), 3: u32('offset') });

const payloadSeq = struct('nl80211-wowlan-tcp-data-seq', [u32('start'), u32('offset'), u32('len')]);

const payloadToken = struct('nl80211-wowlan-tcp-data-token', [u32('offset'), u32('len'), binary('token-stream')]);

const wowlanTcp = attributes('wowlan-tcp-attrs', {
  1: binary('src-ipv4', { hint: 'ipv4' }),
  2: binary('dst-ipv4', { hint: 'ipv4' }),
  3: binary('dst-mac', MAC),
  4: u16('src-port'),
  5: u16('dst-port'),
  6: binary('data-payload'),
  7: record('data-payload-seq', payloadSeq),
  8: record('data-payload-token', payloadToken),
  9: u32('data-interval'),
  10: binary('wake-payload'),
  11: binary('wake-mask'),
});

/** C twin: `struct nl80211_bss_select_rssi_adjust`. */
const rssiAdjust = struct('bss-select-rssi-adjust', [u8('band'), s8('delta')]);

/** From include/linux/ieee80211.h: `WLAN_CIPHER_SUITE_*`. */
const ciphers = enumeration('cipher-suites', {
  0x000fac00: 'use-group', 0x000fac01: 'wep40', 0x000fac02: 'tkip', 0x000fac04: 'ccmp', 0x000fac05: 'wep104', 0x000fac06: 'aes-cmac',
  0x000fac08: 'gcmp', 0x000fac09: 'gcmp-256', 0x000fac0a: 'ccmp-256', 0x000fac0b: 'bip-gmac-128', 0x000fac0c: 'bip-gmac-256',
  0x000fac0d: 'bip-cmac-256', 0x00147201: 'sms4',
}); // prettier-ignore

/** How keys are agreed upon. From include/linux/ieee80211.h: `WLAN_AKM_SUITE_*`. */
const keyManagement = enumeration('akm-suites', {
  0x000fac01: '8021x', 0x000fac02: 'psk', 0x000fac03: 'ft-8021x', 0x000fac04: 'ft-psk', 0x000fac05: '8021x-sha256',
  0x000fac06: 'psk-sha256', 0x000fac07: 'tdls', 0x000fac08: 'sae', 0x000fac09: 'ft-over-sae', 0x000fac0a: 'ap-peer-key',
  0x000fac0b: '8021x-suite-b', 0x000fac0c: '8021x-suite-b-192', 0x000fac0d: 'ft-8021x-sha384', 0x000fac0e: 'fils-sha256',
  0x000fac0f: 'fils-sha384', 0x000fac10: 'ft-fils-sha256', 0x000fac11: 'ft-fils-sha384', 0x000fac12: 'owe', 0x000fac13: 'ft-psk-sha384',
  0x000fac14: 'psk-sha384', 0x506f9a02: 'wfa-dpp',
}); // prettier-ignore

/** From include/uapi/linux/nl80211.h: `NL80211_IFTYPE_*`. */
const interfaceTypes = enumeration('nl80211-iftype', [
  'unspecified', 'adhoc', 'station', 'ap', 'ap-vlan', 'wds', 'monitor', 'mesh-point', 'p2p-client', 'p2p-go', 'p2p-device', 'ocb', 'nan',
]); // prettier-ignore

/** The name of a network: octets, which mostly are text. */
const NAME = { hint: 'escaped' } as const;

const schedScanMatch: AttributeSet = attributes('sched-scan-match-attrs', {
  1: binary('ssid', NAME),
  2: s32('rssi'),
  3: flag('relative-rssi'),
  4: record('rssi-adjust', rssiAdjust),
  5: binary('bssid', MAC),
  6: nest('per-band-rssi', byBand('sched-scan-rssi-by-band', (band) => s32(band))),
});

const netDetectResults = indexed(nest('net-detect-results', () => nl80211AttrsSet));

/** Unlike the set of what is supported, which says all of these by flags. */
const wowlanTriggers = attributes('wowlan-triggers', {
  ...wowlanTriggersAttrsSet.attributes,
  4: indexed(nest('pkt-pattern', pattern)),
  10: binary('wakeup-pkt-80211'),
  11: u32('wakeup-pkt-80211-len'),
  12: binary('wakeup-pkt-8023'),
  13: u32('wakeup-pkt-8023-len'),
  14: nest('tcp-connection', wowlanTcp),
  18: nest('net-detect', () => nl80211AttrsSet),
  19: netDetectResults,
});

const patternSupport = struct('nl80211-pattern-support', [
  u32('max-patterns'),
  u32('min-pattern-len'),
  u32('max-pattern-len'),
  u32('max-pkt-offset'),
]);

const rekeyData = attributes('rekey-data-attrs', { 1: binary('kek'), 2: binary('kck'), 3: binary('replay-ctr'), 4: u32('akm', HEX) });

const pmksaCandidate = attributes('pmksa-candidate-attrs', { 1: u32('index'), 2: binary('bssid', MAC), 3: flag('preauth') });

const schedScanPlan = attributes('sched-scan-plan-attrs', { 1: u32('interval'), 2: u32('iterations') });

const bssSelect = attributes('bss-select-attrs', { 1: flag('rssi'), 2: u32('band-pref'), 3: record('rssi-adjust', rssiAdjust) });

const tidConfig = attributes('tid-config-attrs', {
  1: pad(),
  2: u64('vif-supp', HEX),
  3: u64('peer-supp', HEX),
  4: flag('override'),
  5: u16('tids', HEX),
  6: u8('noack'),
  7: u8('retry-short'),
  8: u8('retry-long'),
  9: u8('ampdu-ctrl'),
  10: u8('rtscts-ctrl'),
  11: u8('amsdu-ctrl'),
  12: u8('tx-rate-type'),
  13: nest('tx-rate', byBand('tid-tx-rates', (band) => nest(band, txRates))),
});

const mbssidConfig = attributes('mbssid-config-attrs', {
  1: u8('max-interfaces'),
  2: u8('max-ema-profile-periodicity'),
  3: u8('index'),
  4: u32('tx-ifindex'),
  5: flag('ema'),
});

const obssPd = attributes('obss-pd-attrs', {
  1: u8('min-offset'),
  2: u8('max-offset'),
  3: u8('non-srg-max-offset'),
  4: binary('bss-color-bitmap'),
  5: binary('partial-bssid-bitmap'),
  6: u8('sr-ctrl'),
});

const bssColor = attributes('bss-color-attrs', {
  1: u8('color'),
  2: flag('disabled'),
  3: flag('partial'),
});

const filsDiscovery = attributes('fils-discovery-attrs', { 1: u32('int-min'), 2: u32('int-max'), 3: binary('tmpl') });

const unsolProbe = attributes('unsol-bcast-probe-resp-attrs', { 1: u32('int'), 2: binary('tmpl') });

const iftypeAkm = attributes('iftype-akm-attrs', {
  1: nest('iftypes', supportedIftypesSet),
  2: packed(u32('suites', HEX)),
});

const radio = attributes('wiphy-radio-attrs', {
  1: u32('index'),
  2: many(nest('freq-range', attributes('wiphy-radio-freq-range-attrs', { 1: u32('start'), 2: u32('end') }))),
  3: many(nest('interface-combination', ifCombinationAttributesSet)),
  // After 6.12.
  4: u32('antenna-mask', HEX),
  5: u32('rts-threshold'),
});

const mntrFlags = attributes('mntr-flags-attrs', {
  1: flag('fcsfail'),
  2: flag('plcpfail'),
  3: flag('control'),
  4: flag('other-bss'),
  5: flag('cook-frames'),
  6: flag('active'),
  // After 6.12.
  7: flag('skip-tx'),
});

/** Which parameters of networks can be set: attributes of the outermost level, as flags. */
const bssParam = attributes('bss-param-attrs', {
  28: flag('bss-cts-prot'),
  29: flag('bss-short-preamble'),
  30: flag('bss-short-slot-time'),
  36: flag('bss-basic-rates'),
  96: flag('ap-isolate'),
  109: flag('bss-ht-opmode'),
  162: flag('p2p-ctwindow'),
  163: flag('p2p-oppps'),
});

const nanCapabilities = attributes('nan-capa-attrs', {
  1: flag('configurable-sync'),
  2: flag('userspace-de'),
  3: u8('op-mode', HEX),
  4: u8('num-antennas', HEX),
  5: u16('max-channel-switch-time'),
  6: u8('capabilities', HEX),
});

const csaIes = nest('csa-ies', () => nl80211AttrsSet);

/** Settings of wireless devices. */
export const nl80211Settings: Extension = {
  sets: [
    [wowlanTriggersAttrsSet, { 4: record('pkt-pattern', patternSupport), 18: u32('net-detect') }],
    [
      nl80211AttrsSet,
      {
        5: u32('iftype', { names: interfaceTypes }),
        9: u32('key-cipher', { names: ciphers, hint: 'hex' }),
        23: nest('mntr-flags', mntrFlags),
        24: binary('mesh-id', NAME),
        37: indexed(nest('wiphy-txq-params', txqParams)),
        44: indexed(u32('scan-frequencies')),
        45: indexed(binary('scan-ssids', NAME)),
        52: binary('ssid', NAME),
        57: packed(u32('cipher-suites', { names: ciphers, hint: 'hex' })),
        73: packed(u32('cipher-suites-pairwise', { names: ciphers, hint: 'hex' })),
        74: u32('cipher-suite-group', { names: ciphers, hint: 'hex' }),
        76: packed(u32('akm-suites', { names: keyManagement, hint: 'hex' })),
        79: binary('prev-bssid', MAC),
        80: nest('key', key),
        81: indexed(nest('keys', key)),
        90: nest('tx-rates', byBand('tx-rates-by-band', (band) => nest(band, txRates))),
        110: nest('key-default-types', keyDefaultTypes),
        117: nest('wowlan-triggers', wowlanTriggers),
        122: nest('rekey-data', rekeyData),
        125: nest('scan-supp-rates', byBand('scan-supp-rates-by-band', (band) => binary(band))),
        129: nest('sta-wme', attributes('sta-wme-attrs', { 1: u8('uapsd-queues', HEX), 2: u8('max-sp') })),
        132: indexed(nest('sched-scan-match', schedScanMatch)),
        134: nest('pmksa-candidate', pmksaCandidate),
        166: indexed(binary('mac-addrs', MAC)),
        185: csaIes,
        186: packed(u16('cntdwn-offs-beacon')),
        187: packed(u16('cntdwn-offs-presp')),
        188: u32('rxmgmt-flags', { names: flagBits('rxmgmt-flags', ['answered', 'external-auth']) }),
        225: indexed(nest('sched-scan-plans', schedScanPlan)),
        227: nest('bss-select', bssSelect),
        230: indexed(nest('iftype-ext-capa', () => nl80211AttrsSet)),
        234: binary('scan-start-time-tsf-bssid', MAC),
        247: record('sched-scan-rssi-adjust', rssiAdjust),
        249: binary('fils-erp-username', NAME),
        250: binary('fils-erp-realm', NAME),
        279: nest('he-obss-pd', obssPd),
        283: nest('he-bss-color', bssColor),
        284: indexed(nest('iftype-akm-suites', iftypeAkm)),
        285: indexed(nest('tid-config', tidConfig)),
        292: indexed(u32('scan-freq-khz')),
        294: nest('fils-discovery', filsDiscovery),
        295: nest('unsol-bcast-probe-resp', unsolProbe),
        299: flag('reconnect-requested'),
        305: nest('color-change-elems', () => nl80211AttrsSet),
        306: nest('mbssid-config', mbssidConfig),
        307: indexed(binary('mbssid-elems')),
        312: indexed(nest('mlo-links', () => nl80211AttrsSet)),
        316: u16('max-num-akm-suites'),
        325: indexed(binary('ema-rnr-elems')),
        331: indexed(nest('wiphy-radios', radio)),
        332: indexed(nest('wiphy-interface-combinations', ifCombinationAttributesSet)),
        // After 6.12.
        334: binary('supported-selectors'),
        335: u16('mlo-reconf-rem-links', HEX),
        336: flag('epcs'),
        337: u16('assoc-mld-ext-capa-ops', HEX),
        338: u8('wiphy-radio-index'),
        339: u8('s1g-long-beacon-period'),
        340: nest('s1g-short-beacon', attributes('s1g-short-beacon-attrs', { 1: binary('head'), 2: binary('tail') })),
        341: nest('bss-param', bssParam),
        342: binary('nan-config'),
        343: flag('nan-new-cluster'),
        344: nest('nan-capabilities', nanCapabilities),
      },
    ],
  ],
};
