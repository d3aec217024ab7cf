/**
 * Attributes of links whose insides the specification leaves out or has otherwise than the kernel, and the messages that
 * list properties. C twin: `linux/if_link.h`.
 *
 * @packageDocumentation
 */

import {
  bondSlaveAttrsSet,
  ifinfomsgStruct,
  ifla6AttrsSet,
  linkAttrsSet,
  linkinfoAttrsSet,
  linkinfoBridgeAttrsSet,
  portSelfAttrsSet,
  protinfoMsgFormats,
  rtextFilterBits,
  vfPortsAttrsSet,
  vfVlanAttrsSet,
  vlanProtocolsNames,
} from '../generated/rt-link.ts';
import {
  attributes,
  be16,
  binary,
  choice,
  enumeration,
  flag,
  many,
  nest,
  pad,
  record,
  s32,
  string,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Extension,
  type Field,
  type RawFamily,
} from '../schema/index.ts';
import { addressFamilies, linkTypes } from './route-names.ts';
import { canDeviceStats } from './rt-link-can.ts';
import { linkNameSets, linkNameStructs } from './rt-link-names.ts';

const vfVlanInfo = struct('ifla-vf-vlan-info', [
  u32('vf'),
  u32('vlan'),
  u32('qos'),
  be16('vlan-proto', { names: vlanProtocolsNames }),
  pad(2),
]);

const portVsi = struct('ifla-port-vsi', [u8('vsi-mgr-id'), binary('vsi-type-id', { length: 3 }), u8('vsi-type-version'), pad(3)]);

const portRequest = enumeration('port-vdp-request', ['preassociate', 'preassociate-rr', 'associate', 'disassociate']);

const portResponse = enumeration('port-vdp-response', {
  0: 'vdp-response-success', 1: 'vdp-response-invalid-format', 2: 'vdp-response-insufficient-resources',
  3: 'vdp-response-unused-vtid', 4: 'vdp-response-vtid-violation', 5: 'vdp-response-vtid-version-vioaltion',
  6: 'vdp-response-out-of-sync', 256: 'profile-response-success', 257: 'profile-response-inprogress',
  258: 'profile-response-invalid', 259: 'profile-response-badstate', 260: 'profile-response-insufficient-resources',
  261: 'profile-response-error',
});

const portFields: Readonly<Record<number, Field>> = {
  1: u32('vf'),
  2: string('profile'),
  3: record('vsi-type', portVsi),
  4: binary('instance-uuid', { hint: 'uuid' }),
  5: binary('host-uuid', { hint: 'uuid' }),
  6: u8('request', { names: portRequest }),
  7: u16('response', { names: portResponse }),
};

const devlinkPort = attributes('devlink-port-attrs', { 1: string('bus-name'), 2: string('dev-name'), 3: u32('port-index') });

/** Who asks for memberships. */
export const bridgeQuerierState: AttributeSet = attributes('bridge-querier-state-attrs', {
  1: binary('ip-address', { hint: 'ipv4' }),
  2: u32('ip-port'),
  3: u64('ip-other-timer'),
  4: pad(),
  5: binary('ipv6-address', { hint: 'ipv6' }),
  6: u32('ipv6-port'),
  7: u64('ipv6-other-timer'),
});

/** From include/uapi/linux/if.h: `IF_OPER_*`. */
const operationalStates = enumeration('if-oper', ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up']);

/** From include/uapi/linux/if.h: `IF_LINK_MODE_*`. */
const linkModes = enumeration('if-link-mode', ['default', 'dormant', 'testing']);

/** From include/uapi/linux/if_link.h: `IFLA_EVENT_*`. */
const linkEvents = enumeration('ifla-event', ['none', 'reboot', 'features', 'bonding-failover', 'notify-peers', 'igmp-resend', 'bonding-options']);

/** Where the specification says the number of a family, its name stands now. */
const protinfoByName = Object.fromEntries(
  Object.entries(protinfoMsgFormats.formats).map(([family, format]) => [addressFamilies.values[Number(family)] ?? family, format]),
);

/** Attributes of links. */
export const rtLinkMore: Extension = {
  sets: [
    ...linkNameSets,
    [
      linkAttrsSet,
      {
        16: u8('operstate', { names: operationalStates }),
        17: u8('linkmode', { names: linkModes }),
        29: u32('ext-mask', { names: { ...rtextFilterBits, values: { ...rtextFilterBits.values, 8: 'name-only' } } }),
        44: u32('event', { names: linkEvents }),
        55: nest('proto-down-reason', attributes('proto-down-reason-attrs', { 1: u32('mask'), 2: u32('value') })),
        62: nest('devlink-port', devlinkPort),
      },
    ],
    [linkinfoAttrsSet, { 3: subMessage('xstats', choice('linkinfo-xstats-msg', { can: { header: canDeviceStats } }), 'kind') }],
    [
      linkinfoBridgeAttrsSet,
      {
        8: be16('vlan-protocol', { names: vlanProtocolsNames }),
        21: flag('fdb-flush'),
        47: nest('mcast-querier-state', bridgeQuerierState),
      },
    ],
    [ifla6AttrsSet, { 7: binary('token', { hint: 'ipv6' }) }],
    [bondSlaveAttrsSet, { 9: s32('prio') }],
    [vfVlanAttrsSet, { 1: many(record('info', vfVlanInfo)) }],
    [vfPortsAttrsSet, { 1: many(nest('port', attributes('vf-port-attrs', portFields))) }],
    [portSelfAttrsSet, portFields],
  ],
  choices: [[protinfoMsgFormats, protinfoByName]],
  structs: [
    ...linkNameStructs,
    [ifinfomsgStruct, [u8('ifi-family', { names: addressFamilies }), u16('ifi-type', { names: linkTypes }), u32('ifi-change', { hint: 'hex' })]],
  ],
};

/** Properties of links: other names. */
export const rtLinkProp: RawFamily = {
  name: 'rt-linkprop',
  protocol: 0,
  requests: {
    108: { name: 'RTM_NEWLINKPROP', header: ifinfomsgStruct, attributes: linkAttrsSet },
    109: { name: 'RTM_DELLINKPROP', header: ifinfomsgStruct, attributes: linkAttrsSet },
    110: { name: 'RTM_GETLINKPROP', header: ifinfomsgStruct, attributes: linkAttrsSet },
  },
};
