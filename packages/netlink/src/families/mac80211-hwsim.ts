/**
 * `MAC80211_HWSIM`: simulated radios. C twin: `drivers/net/wireless/virtual/mac80211_hwsim.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  flag,
  flagBits,
  packed,
  pad,
  record,
  s32,
  s8,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type GenericFamily,
} from '../schema/index.ts';

const flags = flagBits('hwsim-tx-control-flags', ['req-tx-status', 'no-ack', 'stat-ack']);

const txInfo = struct('hwsim-tx-rate', [s8('idx'), u8('count')]);

const txInfoFlags = struct('hwsim-tx-rate-flag', [s8('idx'), u16('flags', { hint: 'hex' })]);

/** Those of measurements hold attributes of nl80211, whose tables are not loaded for them. */
const hwsimAttrs = attributes('hwsim-attrs', {
  1: binary('addr-receiver', { hint: 'mac' }),
  2: binary('addr-transmitter', { hint: 'mac' }),
  3: binary('frame'),
  4: u32('flags', { names: flags }),
  5: u32('rx-rate'),
  6: s32('signal'),
  7: packed(record('tx-info', txInfo)),
  8: u64('cookie'),
  9: u32('channels'),
  10: u32('radio-id'),
  11: string('reg-hint-alpha2'),
  12: u32('reg-custom-reg'),
  13: flag('reg-strict-reg'),
  14: flag('support-p2p-device'),
  15: flag('use-chanctx'),
  16: flag('destroy-radio-on-close'),
  17: string('radio-name'),
  18: flag('no-vif'),
  19: u32('freq'),
  20: pad(),
  21: packed(record('tx-info-flags', txInfoFlags)),
  22: binary('perm-addr', { hint: 'mac' }),
  23: u32('iftype-support', { hint: 'hex' }),
  24: packed(u32('cipher-support', { hint: 'hex' })),
  25: flag('mlo-support'),
  26: binary('pmsr-support'),
  27: binary('pmsr-request'),
  28: binary('pmsr-result'),
  29: flag('multi-radio'),
});

/** Simulated radios. */
export const mac80211Hwsim: GenericFamily = {
  name: 'MAC80211_HWSIM',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'register', attributes: hwsimAttrs },
  2: { name: 'frame', attributes: hwsimAttrs },
  3: { name: 'tx-info-frame', attributes: hwsimAttrs },
  4: { name: 'new-radio', attributes: hwsimAttrs },
  5: { name: 'del-radio', attributes: hwsimAttrs },
  6: { name: 'get-radio', attributes: hwsimAttrs },
  7: { name: 'add-mac-addr', attributes: hwsimAttrs },
  8: { name: 'del-mac-addr', attributes: hwsimAttrs },
  9: { name: 'start-pmsr', attributes: hwsimAttrs },
  10: { name: 'abort-pmsr', attributes: hwsimAttrs },
  11: { name: 'report-pmsr', attributes: hwsimAttrs },
  },
  groups: { 0: 'config' },
};
