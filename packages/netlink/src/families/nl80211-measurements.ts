/**
 * Measurements of distance and neighbour awareness in nl80211: nests that the specification leaves as octets.
 * C twin: `linux/nl80211.h`.
 *
 * @packageDocumentation
 */

import { nl80211AttrsSet } from '../generated/nl80211.ts';
import {
  attributes,
  binary,
  enumeration,
  flag,
  flagBits,
  indexed,
  nest,
  pad,
  s32,
  s64,
  u16,
  u32,
  u64,
  u8,
  type Extension,
} from '../schema/index.ts';
import { rateInfoSet } from './nl80211-stations.ts';

const HEX = { hint: 'hex' } as const;
const MAC = { hint: 'mac' } as const;

const ftmResponder = attributes('ftm-responder-attrs', { 1: flag('enabled'), 2: binary('lci'), 3: binary('civicloc') });

const ftmStats = attributes('ftm-responder-stats-attrs', {
  1: u32('success-num'),
  2: u32('partial-num'),
  3: u32('failed-num'),
  4: u32('asap-num'),
  5: u32('non-asap-num'),
  6: u64('total-duration-msec'),
  7: u32('unknown-triggers-num'),
  8: u32('reschedule-requests-num'),
  9: u32('out-of-window-triggers-num'),
  10: pad(),
});

const preambles = enumeration('preamble', ['legacy', 'ht', 'vht', 'dmg', 'he']);

const ftmCapabilities = attributes('pmsr-ftm-capa-attrs', {
  1: flag('asap'),
  2: flag('non-asap'),
  3: flag('req-lci'),
  4: flag('req-civicloc'),
  5: u32('preambles', { names: flagBits('preambles', ['legacy', 'ht', 'vht', 'dmg', 'he']) }),
  6: u32('bandwidths', HEX),
  7: u8('max-bursts-exponent'),
  8: u8('max-ftms-per-burst'),
  9: flag('trigger-based'),
  10: flag('non-trigger-based'),
});

const ftmRequest = attributes('pmsr-ftm-req-attrs', {
  1: flag('asap'),
  2: u32('preamble', { names: preambles }),
  3: u8('num-bursts-exp'),
  4: u16('burst-period'),
  5: u8('burst-duration'),
  6: u8('ftms-per-burst'),
  7: u8('num-ftmr-retries'),
  8: flag('request-lci'),
  9: flag('request-civicloc'),
  10: flag('trigger-based'),
  11: flag('non-trigger-based'),
  12: flag('lmr-feedback'),
  13: u8('bss-color'),
});

const failures = enumeration('pmsr-ftm-failure', [
  'unspecified',
  'no-response',
  'rejected',
  'wrong-channel',
  'peer-not-capable',
  'invalid-timestamp',
  'peer-busy',
  'bad-changed-params',
]);

const ftmResponse = attributes('pmsr-ftm-resp-attrs', {
  1: u32('fail-reason', { names: failures }),
  2: u16('burst-index'),
  3: u32('num-ftmr-attempts'),
  4: u32('num-ftmr-successes'),
  5: u32('busy-retry-time'),
  6: u8('num-bursts-exp'),
  7: u8('burst-duration'),
  8: u8('ftms-per-burst'),
  9: s32('rssi-avg'),
  10: s32('rssi-spread'),
  11: nest('tx-rate', rateInfoSet),
  12: nest('rx-rate', rateInfoSet),
  13: s64('rtt-avg'),
  14: u64('rtt-variance'),
  15: u64('rtt-spread'),
  16: s64('dist-avg'),
  17: u64('dist-variance'),
  18: u64('dist-spread'),
  19: binary('lci'),
  20: binary('civicloc'),
  21: pad(),
});

const requestData = attributes('pmsr-req-data-attrs', { 1: nest('ftm', ftmRequest) });

const responseData = attributes('pmsr-resp-data-attrs', { 1: nest('ftm', ftmResponse) });

const status = enumeration('pmsr-status', ['success', 'refused', 'timeout', 'failure']);

const peer = attributes('pmsr-peer-attrs', {
  1: binary('addr', MAC),
  2: nest('chan', () => nl80211AttrsSet),
  3: nest('req', attributes('pmsr-req-attrs', { 1: nest('data', requestData), 2: flag('get-ap-tsf') })),
  4: nest(
    'resp',
    attributes('pmsr-resp-attrs', {
      1: nest('data', responseData),
      2: u32('status', { names: status }),
      3: u64('host-time'),
      4: u64('ap-tsf'),
      5: flag('final'),
      6: pad(),
    }),
  ),
});

const measurements = attributes('pmsr-attrs', {
  1: u32('max-peers'),
  2: flag('report-ap-tsf'),
  3: flag('randomize-mac-addr'),
  4: nest('type-capa', attributes('pmsr-type-capa-attrs', { 1: nest('ftm', ftmCapabilities) })),
  5: indexed(nest('peers', peer)),
});

const serviceFilter = attributes('nan-srf-attrs', {
  1: flag('include'),
  2: binary('bf'),
  3: u8('bf-idx'),
  4: indexed(binary('mac-addrs', MAC)),
});

const nanFunction = attributes('nan-func-attrs', {
  1: u8('type', { names: enumeration('nan-function-type', ['publish', 'subscribe', 'follow-up']) }),
  2: binary('service-id'),
  3: u8('publish-type'),
  4: flag('publish-bcast'),
  5: flag('subscribe-active'),
  6: u8('follow-up-id'),
  7: u8('follow-up-req-id'),
  8: binary('follow-up-dest', MAC),
  9: flag('close-range'),
  10: u32('ttl'),
  11: binary('service-info'),
  12: nest('srf', serviceFilter),
  13: indexed(binary('rx-match-filter')),
  14: indexed(binary('tx-match-filter')),
  15: u8('instance-id'),
  16: u8('term-reason', { names: enumeration('nan-func-term-reason', ['user-request', 'ttl-expired', 'error']) }),
});

const nanMatch = attributes('nan-match-attrs', { 1: nest('func-local', nanFunction), 2: nest('func-peer', nanFunction) });

/** Measurements. */
export const nl80211Measurements: Extension = {
  sets: [
    [
      nl80211AttrsSet,
      {
        240: nest('nan-func', nanFunction),
        241: nest('nan-match', nanMatch),
        270: nest('ftm-responder', ftmResponder),
        271: nest('ftm-responder-stats', ftmStats),
        273: nest('peer-measurements', measurements),
      },
    ],
  ],
};
