/**
 * What links say of themselves in messages of `AF_BRIDGE`, where `IFLA_AF_SPEC` holds attributes of its own.
 * C twin: `linux/if_bridge.h`.
 *
 * @packageDocumentation
 */

import { afSpecMsgFormats } from '../generated/rt-link.ts';
import {
  attributes,
  binary,
  enumeration,
  flagBits,
  many,
  nest,
  record,
  struct,
  u16,
  u32,
  u8,
  type Extension,
  type Names,
} from '../schema/index.ts';

const bridgeFlags = flagBits('bridge-flags', ['master', 'self']);

const bridgeMode = enumeration('bridge-mode', { 0: 'veb', 1: 'vepa', 65535: 'undef' });

/** `BRIDGE_VLAN_INFO_*`. */
export const bridgeVlanInfoFlags: Names = flagBits('bridge-vlan-info-flags', [
  'master',
  'pvid',
  'untagged',
  'range-begin',
  'range-end',
  'brentry',
  'only-opts',
]);

const vlanTunnelInfo = attributes('bridge-vlan-tunnel-attrs', {
  1: u32('id'),
  2: u16('vid'),
  3: u16('flags', { names: bridgeVlanInfoFlags }),
});

const mrpInfo = attributes('bridge-mrp-info-attrs', {
  1: u32('ring-id'),
  2: u32('p-ifindex'),
  3: u32('s-ifindex'),
  4: u16('prio'),
  5: u32('ring-state'),
  6: u32('ring-role'),
  7: u32('test-interval'),
  8: u32('test-max-miss'),
  9: u32('test-monitor'),
  10: u32('i-ifindex'),
  11: u32('in-state'),
  12: u32('in-role'),
  13: u32('in-test-interval'),
  14: u32('in-test-max-miss'),
});

const mrpAttrs = attributes('bridge-mrp-attrs', {
  1: nest('instance', attributes('bridge-mrp-instance-attrs', {
  1: u32('ring-id'),
  2: u32('p-ifindex'),
  3: u32('s-ifindex'),
  4: u16('prio'),
  })),
  2: nest('port-state', attributes('bridge-mrp-port-state-attrs', { 1: u32('state') })),
  3: nest('port-role', attributes('bridge-mrp-port-role-attrs', { 1: u32('role') })),
  4: nest('ring-state', attributes('bridge-mrp-ring-state-attrs', { 1: u32('ring-id'), 2: u32('state') })),
  5: nest('ring-role', attributes('bridge-mrp-ring-role-attrs', { 1: u32('ring-id'), 2: u32('role') })),
  6: nest('start-test', attributes('bridge-mrp-start-test-attrs', {
  1: u32('ring-id'),
  2: u32('interval'),
  3: u32('max-miss'),
  4: u32('period'),
  5: u32('monitor'),
  })),
  7: many(nest('info', mrpInfo)),
  8: nest('in-role', attributes('bridge-mrp-in-role-attrs', {
  1: u32('ring-id'),
  2: u16('in-id'),
  3: u32('role'),
  4: u32('i-ifindex'),
  })),
  9: nest('in-state', attributes('bridge-mrp-in-state-attrs', { 1: u32('in-id'), 2: u32('state') })),
  10: nest('start-in-test', attributes('bridge-mrp-start-in-test-attrs', {
  1: u32('in-id'),
  2: u32('interval'),
  3: u32('max-miss'),
  4: u32('period'),
  })),
});

const cfmMepCreate = attributes('bridge-cfm-mep-create-attrs', {
  1: u32('instance'),
  2: u32('domain'),
  3: u32('direction'),
  4: u32('ifindex'),
});

const cfmMepConfig = attributes('bridge-cfm-mep-config-attrs', {
  1: u32('instance'),
  2: binary('unicast-mac', { hint: 'mac' }),
  3: u32('mdlevel'),
  4: u32('mepid'),
});

const cfmCcConfig = attributes('bridge-cfm-cc-config-attrs', {
  1: u32('instance'),
  2: u32('enable'),
  3: u32('exp-interval'),
  4: binary('exp-maid'),
});

const cfmPeerMep = attributes('bridge-cfm-cc-peer-mep-attrs', { 1: u32('instance'), 2: u32('mepid') });

const cfmRdi = attributes('bridge-cfm-cc-rdi-attrs', { 1: u32('instance'), 2: u32('rdi') });

const cfmCcmTx = attributes('bridge-cfm-cc-ccm-tx-attrs', {
  1: u32('instance'),
  2: binary('dmac', { hint: 'mac' }),
  3: u32('seq-no-update'),
  4: u32('period'),
  5: u32('if-tlv'),
  6: u8('if-tlv-value'),
  7: u32('port-tlv'),
  8: u8('port-tlv-value'),
});

const cfmAttrs = attributes('bridge-cfm-attrs', {
  1: nest('mep-create', cfmMepCreate),
  2: nest('mep-delete', attributes('bridge-cfm-mep-delete-attrs', { 1: u32('instance') })),
  3: nest('mep-config', cfmMepConfig),
  4: nest('cc-config', cfmCcConfig),
  5: nest('cc-peer-mep-add', cfmPeerMep),
  6: nest('cc-peer-mep-remove', cfmPeerMep),
  7: nest('cc-rdi', cfmRdi),
  8: nest('cc-ccm-tx', cfmCcmTx),
  9: many(nest('mep-create-info', cfmMepCreate)),
  10: many(nest('mep-config-info', cfmMepConfig)),
  11: many(nest('cc-config-info', cfmCcConfig)),
  12: many(nest('cc-rdi-info', cfmRdi)),
  13: many(nest('cc-ccm-tx-info', cfmCcmTx)),
  14: many(nest('cc-peer-mep-info', cfmPeerMep)),
  15: many(nest('mep-status-info', attributes('bridge-cfm-mep-status-attrs', {
  1: u32('instance'),
  2: u32('opcode-unexp-seen'),
  3: u32('version-unexp-seen'),
  4: u32('rx-level-low-seen'),
  }))),
  16: many(nest('cc-peer-status-info', attributes('bridge-cfm-cc-peer-status-attrs', {
  1: u32('instance'),
  2: u32('peer-mepid'),
  3: u32('ccm-defect'),
  4: u32('rdi'),
  5: u8('port-tlv-value'),
  6: u8('if-tlv-value'),
  7: u32('seen'),
  8: u32('tlv-seen'),
  9: u32('seq-unexp-seen'),
  }))),
});

const mstEntry = attributes('bridge-mst-entry-attrs', { 1: u16('msti'), 2: u8('state') });

/** `IFLA_AF_SPEC` of a bridge or one of its ports. */
const bridgeAfSpecAttrs = attributes('bridge-af-spec-attrs', {
  0: u16('flags', { names: bridgeFlags }),
  1: u16('mode', { names: bridgeMode }),
  2: many(record('vlan-info', struct('bridge-vlan-info', [u16('flags', { names: bridgeVlanInfoFlags }), u16('vid')]))),
  3: many(nest('vlan-tunnel-info', vlanTunnelInfo)),
  4: nest('mrp', mrpAttrs),
  5: nest('cfm', cfmAttrs),
  6: nest('mst', attributes('bridge-mst-attrs', { 1: many(nest('entry', mstEntry)) })),
});

/** Links as a bridge or one of its ports. */
export const rtLinkBridge: Extension = {
  choices: [[afSpecMsgFormats, { bridge: { attributes: bridgeAfSpecAttrs } }]],
};
