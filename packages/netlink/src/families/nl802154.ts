/**
 * `nl802154` and `MAC802154_HWSIM`: IEEE 802.15.4, and simulated radios of it. C twins: `net/nl802154.h`,
 * `drivers/net/ieee802154/mac802154_hwsim.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  be32,
  binary,
  enumeration,
  flag,
  indexed,
  many,
  nest,
  pad,
  s32,
  s8,
  string,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Field,
  type GenericFamily,
} from '../schema/index.ts';

const HEX = { hint: 'hex' } as const;

const iftype = enumeration('nl802154-iftype', { 0: 'node', 1: 'monitor', 2: 'coord', 0xffffffff: 'unspec' });

const ccaMode = enumeration('nl802154-cca-modes', {
  1: 'energy',
  2: 'carrier',
  3: 'energy-carrier',
  4: 'aloha',
  5: 'uwb-shr',
  6: 'uwb-multiplexed',
});

const ccaOpt = enumeration('nl802154-cca-opts', ['energy-carrier-and', 'energy-carrier-or']);

const supportedBool = enumeration('nl802154-supported-bool-states', { 0: 'false', 1: 'true', 3: 'both' });

/** Flags whose types are the values. */
const flagSet = (name: string, values: Readonly<Record<number, string>>): AttributeSet =>
  attributes(name, Object.fromEntries(Object.entries(values).map(([value, text]) => [value, flag(text)])));

const channels = flagSet(
  'nl802154-channels',
  Object.fromEntries(Array.from({ length: 32 }, (_, channel) => [channel, `channel-${String(channel)}`])),
);

/** Channels, by page. */
const pages: Readonly<Record<number, Field>> = Object.fromEntries(
  Array.from({ length: 32 }, (_, page) => [page, nest(`page-${String(page)}`, channels)]),
);

const capabilities = attributes('nl802154-wpan-phy-capability-attrs', {
  1: nest('iftypes', flagSet('nl802154-iftypes', { 0: 'node', 1: 'monitor', 2: 'coord' })),
  2: nest('channels', attributes('nl802154-pages', pages)),
  3: indexed(s32('tx-powers')),
  4: indexed(s32('cca-ed-levels')),
  5: nest('cca-modes', flagSet('nl802154-cca-modes-supported', ccaMode.values)),
  6: nest('cca-opts', flagSet('nl802154-cca-opts-supported', ccaOpt.values)),
  7: u8('min-minbe'),
  8: u8('max-minbe'),
  9: u8('min-maxbe'),
  10: u8('max-maxbe'),
  11: u8('min-csma-backoffs'),
  12: u8('max-csma-backoffs'),
  13: s8('min-frame-retries'),
  14: s8('max-frame-retries'),
  15: u32('lbt', { names: supportedBool }),
});

const coordinator = attributes('nl802154-coord-attrs', {
  1: u16('panid', HEX),
  2: binary('addr'),
  3: u8('channel'),
  4: u8('page'),
  5: u8('preamble-code'),
  6: u8('mean-prf'),
  7: u16('superframe-spec'),
  8: u8('link-quality'),
  9: flag('gts-permit'),
  10: binary('payload-data'),
  11: pad(),
});

const address = attributes('nl802154-dev-addr-attrs', {
  1: u16('pan-id', HEX),
  2: u32('mode', { names: enumeration('nl802154-dev-addr-modes', { 2: 'short', 3: 'extended' }) }),
  3: u16('short', HEX),
  4: u64('extended', HEX),
  5: pad(),
  6: u8('peer-type', { names: enumeration('nl802154-peer-type', { 1: 'parent', 2: 'child' }) }),
});

const keyMode = enumeration('nl802154-key-id-modes', ['implicit', 'index', 'index-short', 'index-extended']);

const keyId = attributes('nl802154-key-id-attrs', {
  1: u32('mode', { names: keyMode }),
  2: u8('index'),
  3: nest('implicit', address),
  4: u32('source-short', HEX),
  5: u64('source-extended', HEX),
  6: pad(),
});

const secLevel = attributes('nl802154-seclevel-attrs', {
  1: u32('levels', HEX),
  2: u32('frame', { names: enumeration('nl802154-frames', ['beacon', 'data', 'ack', 'cmd']) }),
  3: u32('cmd-frame'),
  4: u8('dev-override'),
});

const secDevice = attributes('nl802154-dev-attrs', {
  1: u32('frame-counter'),
  2: u16('pan-id', HEX),
  3: u16('short-addr', HEX),
  4: u64('extended-addr', HEX),
  5: u8('seclevel-exempt'),
  6: u32('key-mode', { names: enumeration('nl802154-dev-key-modes', ['ignore', 'restrict', 'record']) }),
  7: pad(),
});

const deviceKey = attributes('nl802154-devkey-attrs', {
  1: u32('frame-counter'),
  2: u64('extended-addr', HEX),
  3: nest('id', keyId),
  4: pad(),
});

const key = attributes('nl802154-key-attrs', {
  1: nest('id', keyId),
  2: u8('usage-frames', HEX),
  3: binary('usage-cmds'),
  4: binary('bytes'),
});

const scanType = enumeration('nl802154-scan-types', {
  1: 'ed',
  2: 'active',
  3: 'passive',
  4: 'orphan',
  5: 'enhanced-active',
  6: 'rit-passive',
});

const nl802154Attrs = attributes('nl802154-attrs', {
  1: u32('wpan-phy'),
  2: string('wpan-phy-name'),
  3: u32('ifindex'),
  4: string('ifname'),
  5: u32('iftype', { names: iftype }),
  6: u64('wpan-dev', HEX),
  7: u8('page'),
  8: u8('channel'),
  9: u16('pan-id', HEX),
  10: u16('short-addr', HEX),
  11: s32('tx-power'),
  12: u32('cca-mode', { names: ccaMode }),
  13: u32('cca-opt', { names: ccaOpt }),
  14: s32('cca-ed-level'),
  15: s8('max-frame-retries'),
  16: u8('max-be'),
  17: u8('min-be'),
  18: u8('max-csma-backoffs'),
  19: u8('lbt-mode'),
  20: u32('generation'),
  21: nest('channels-supported', attributes('nl802154-channels-supported-attrs', { 22: many(u32('supported-channel', HEX)) })),
  22: u32('supported-channel', HEX),
  23: u64('extended-addr', HEX),
  24: nest('wpan-phy-caps', capabilities),
  25: indexed(u32('supported-commands')),
  26: u8('ackreq-default'),
  27: pad(),
  28: u32('pid'),
  29: u32('netns-fd'),
  30: nest('coordinator', coordinator),
  31: u8('scan-type', { names: scanType }),
  32: u32('scan-flags', HEX),
  33: u32('scan-channels', HEX),
  34: u64('scan-preamble-codes', HEX),
  35: u32('scan-mean-prf', HEX),
  36: u8('scan-duration'),
  37: u8('scan-done-reason', { names: enumeration('nl802154-scan-done-reasons', { 1: 'finished', 2: 'aborted' }) }),
  38: u8('beacon-interval'),
  39: u32('max-associations'),
  40: nest('peer', address),
  41: u8('sec-enabled'),
  42: u32('sec-out-level'),
  43: nest('sec-out-key-id', keyId),
  44: be32('sec-frame-counter'),
  45: nest('sec-level', secLevel),
  46: nest('sec-device', secDevice),
  47: nest('sec-devkey', deviceKey),
  48: nest('sec-key', key),
});

/** IEEE 802.15.4. Numbers are in little-endian order whatever the machine's. */
export const nl802154: GenericFamily = {
  name: 'nl802154',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get-wpan-phy', attributes: nl802154Attrs },
  2: { name: 'set-wpan-phy', attributes: nl802154Attrs },
  3: { name: 'new-wpan-phy', attributes: nl802154Attrs },
  4: { name: 'del-wpan-phy', attributes: nl802154Attrs },
  5: { name: 'get-interface', attributes: nl802154Attrs },
  6: { name: 'set-interface', attributes: nl802154Attrs },
  7: { name: 'new-interface', attributes: nl802154Attrs },
  8: { name: 'del-interface', attributes: nl802154Attrs },
  9: { name: 'set-channel', attributes: nl802154Attrs },
  10: { name: 'set-pan-id', attributes: nl802154Attrs },
  11: { name: 'set-short-addr', attributes: nl802154Attrs },
  12: { name: 'set-tx-power', attributes: nl802154Attrs },
  13: { name: 'set-cca-mode', attributes: nl802154Attrs },
  14: { name: 'set-cca-ed-level', attributes: nl802154Attrs },
  15: { name: 'set-max-frame-retries', attributes: nl802154Attrs },
  16: { name: 'set-backoff-exponent', attributes: nl802154Attrs },
  17: { name: 'set-max-csma-backoffs', attributes: nl802154Attrs },
  18: { name: 'set-lbt-mode', attributes: nl802154Attrs },
  19: { name: 'set-ackreq-default', attributes: nl802154Attrs },
  20: { name: 'set-wpan-phy-netns', attributes: nl802154Attrs },
  21: { name: 'set-sec-params', attributes: nl802154Attrs },
  22: { name: 'get-sec-key', attributes: nl802154Attrs },
  23: { name: 'new-sec-key', attributes: nl802154Attrs },
  24: { name: 'del-sec-key', attributes: nl802154Attrs },
  25: { name: 'get-sec-dev', attributes: nl802154Attrs },
  26: { name: 'new-sec-dev', attributes: nl802154Attrs },
  27: { name: 'del-sec-dev', attributes: nl802154Attrs },
  28: { name: 'get-sec-devkey', attributes: nl802154Attrs },
  29: { name: 'new-sec-devkey', attributes: nl802154Attrs },
  30: { name: 'del-sec-devkey', attributes: nl802154Attrs },
  31: { name: 'get-sec-level', attributes: nl802154Attrs },
  32: { name: 'new-sec-level', attributes: nl802154Attrs },
  33: { name: 'del-sec-level', attributes: nl802154Attrs },
  34: { name: 'scan-event', attributes: nl802154Attrs },
  35: { name: 'trigger-scan', attributes: nl802154Attrs },
  36: { name: 'abort-scan', attributes: nl802154Attrs },
  37: { name: 'scan-done', attributes: nl802154Attrs },
  38: { name: 'send-beacons', attributes: nl802154Attrs },
  39: { name: 'stop-beacons', attributes: nl802154Attrs },
  40: { name: 'associate', attributes: nl802154Attrs },
  41: { name: 'disassociate', attributes: nl802154Attrs },
  42: { name: 'set-max-associations', attributes: nl802154Attrs },
  43: { name: 'list-associations', attributes: nl802154Attrs },
  },
  groups: { 0: 'config', 1: 'scan' },
};

const edge = attributes('mac802154-hwsim-edge-attrs', { 1: u32('endpoint-id'), 2: u8('lqi') });

const hwsimAttrs = attributes('mac802154-hwsim-attrs', {
  1: u32('radio-id'),
  2: nest('radio-edge', edge),
  3: nest('radio-edges', attributes('mac802154-hwsim-edges', { 2: many(nest('radio-edge', edge)) })),
});

/** Simulated radios. */
export const mac802154Hwsim: GenericFamily = {
  name: 'MAC802154_HWSIM',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get-radio', attributes: hwsimAttrs },
  2: { name: 'set-radio', attributes: hwsimAttrs },
  3: { name: 'new-radio', attributes: hwsimAttrs },
  4: { name: 'del-radio', attributes: hwsimAttrs },
  5: { name: 'get-edge', attributes: hwsimAttrs },
  6: { name: 'set-edge', attributes: hwsimAttrs },
  7: { name: 'del-edge', attributes: hwsimAttrs },
  8: { name: 'new-edge', attributes: hwsimAttrs },
  },
  groups: { 0: 'config' },
};
