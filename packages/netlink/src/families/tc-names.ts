/**
 * Names of what the specification of traffic control has as numbers. C twins: `linux/pkt_sched.h`, `linux/time.h`.
 *
 * @packageDocumentation
 */

import {
  actAttrsSet,
  actCtAttrsSet,
  actGateAttrsSet,
  actMplsAttrsSet,
  cakeAttrsSet,
  flowerAttrsSet,
  matchallAttrsSet,
  policeAttrsSet,
  redAttrsSet,
  taprioAttrsSet,
  taprioSchedEntrySet,
  taprioTcEntryAttrsSet,
  tcEtfQoptStruct,
  tcGactStruct,
  tcGredSoptStruct,
  tcHtbGlobStruct,
  tcMplsStruct,
  tcmsgStruct,
  tcPeditSelStruct,
  tcPoliceStruct,
  tcRatespecStruct,
  tcRedQoptStruct,
  tcVlanStruct,
  u32AttrsSet,
} from '../generated/tc.ts';
import { be16, binary, bitfield32, enumeration, flagBits, s32, u16, u32, u8, type Extension, type Field, type Names } from '../schema/index.ts';
import { etherTypes } from './ether-types.ts';
import { addressFamilies, ipProtocols } from './route-names.ts';

/**
 * The handle of a queueing discipline or of a class.
 *
 * @param name - of the member
 */
export function tcHandle(name: string): Field {
  return binary(name, { hint: 'tc-handle', length: 4 });
}

/**
 * What becomes of a packet. From include/uapi/linux/pkt_cls.h: `TC_ACT_*`; jumps, which have a number in their lower bits, stay
 * numbers.
 */
export const tcVerdicts: Names = enumeration('tc-action', {
  [-1]: 'unspec', 0: 'ok', 1: 'reclassify', 2: 'shot', 3: 'pipe', 4: 'stolen', 5: 'queued', 6: 'repeat', 7: 'redirect', 8: 'trap',
}); // prettier-ignore

const hardwareStats = flagBits('tca-act-hw-stats', ['immediate', 'delayed']);

const vlanAction = enumeration('tca-vlan-act', { 1: 'pop', 2: 'push', 3: 'modify', 4: 'pop-eth', 5: 'push-eth' });

const mplsAction = enumeration('tca-mpls-act', { 1: 'pop', 2: 'push', 3: 'modify', 4: 'dec-ttl', 5: 'mac-push' });

const ctActions = flagBits('tca-ct-act', ['commit', 'force', 'clear', 'nat', 'nat-src', 'nat-dst']);

/** From include/uapi/linux/pkt_cls.h: `TCA_CLS_FLAGS_*`. */
const filterFlags = u32('flags', { names: flagBits('cls-flags', ['skip-hw', 'skip-sw', 'in-hw', 'not-in-hw', 'verbose']) });

const ctState = flagBits('tca-flower-key-ct-flags', ['new', 'established', 'related', 'tracked', 'invalid', 'reply']);

/** Numbers of VLANs are in the order of the host. From net/sched/cls_flower.c:fl_set_key_vlan. */
const flowerNames = {
  8: be16('key-eth-type', { names: etherTypes }),
  9: u8('key-ip-proto', { names: ipProtocols }),
  22: filterFlags,
  23: u16('key-vlan-id'),
  25: be16('key-vlan-eth-type', { names: etherTypes }),
  71: be16('key-tcp-flags', { hint: 'hex' }),
  72: be16('key-tcp-flags-mask', { hint: 'hex' }),
  77: u16('key-cvlan-id'),
  79: be16('key-cvlan-eth-type', { names: etherTypes }),
  91: u16('key-ct-state', { names: ctState }),
  92: u16('key-ct-state-mask', { names: ctState }),
};

const cakeFlow = enumeration('cake-flow', ['none', 'src-ip', 'dst-ip', 'hosts', 'flows', 'dual-src', 'dual-dst', 'triple']);

const cakeDiffserv = enumeration('cake-diffserv', ['diffserv3', 'diffserv4', 'diffserv8', 'besteffort', 'precedence']);

const redFlags = flagBits('red-flags', ['ecn', 'harddrop', 'adaptative', 'nodrop']);

/** From include/uapi/linux/time.h: `CLOCK_*`. */
const clocks = enumeration('clockid', {
  0: 'realtime', 1: 'monotonic', 2: 'process-cputime', 3: 'thread-cputime', 4: 'monotonic-raw', 5: 'realtime-coarse',
  6: 'monotonic-coarse', 7: 'boottime', 8: 'realtime-alarm', 9: 'boottime-alarm', 11: 'tai',
}); // prettier-ignore

/** Which frames may be interrupted. From include/uapi/linux/pkt_sched.h: `TC_FP_*`. */
const preemption = enumeration('tc-fp', { 1: 'express', 2: 'preemptible' });

const gateCommands = enumeration('taprio-cmd', ['set-gates', 'set-and-hold', 'set-and-release']);

/** Attributes with names. */
export const tcNameSets: NonNullable<Extension['sets']> = [
  [
    cakeAttrsSet,
    {
      3: u32('diffserv-mode', { names: cakeDiffserv }),
      4: u32('atm', { names: enumeration('cake-atm', ['none', 'atm', 'ptm']) }),
      5: u32('flow-mode', { names: cakeFlow }),
      16: u32('ack-filter', { names: enumeration('cake-ack', ['none', 'filter', 'aggressive']) }),
      18: u32('fwmark', { hint: 'hex' }),
    },
  ],
  [actAttrsSet, { 8: bitfield32('hw-stats', hardwareStats), 9: bitfield32('used-hw-stats', hardwareStats) }],
  [actCtAttrsSet, { 3: u16('action', { names: ctActions }) }],
  [actGateAttrsSet, { 10: s32('clockid', { names: clocks }) }],
  [actMplsAttrsSet, { 4: be16('proto', { names: etherTypes }) }],
  [flowerAttrsSet, flowerNames],
  [policeAttrsSet, { 5: u32('result', { names: tcVerdicts }) }],
  [matchallAttrsSet, { 3: filterFlags }],
  [u32AttrsSet, { 11: filterFlags }],
  [redAttrsSet, { 4: bitfield32('flags', redFlags) }],
  [taprioAttrsSet, { 5: s32('sched-clockid', { names: clocks }), 10: u32('flags', { names: flagBits('taprio-flags', ['txtime-assist', 'full-offload']) }) }],
  [taprioSchedEntrySet, { 2: u8('cmd', { names: gateCommands }), 3: u32('gate-mask', { hint: 'hex' }) }],
  [taprioTcEntryAttrsSet, { 3: u32('fp', { names: preemption }) }],
];

/** Members with names. */
export const tcNameStructs: NonNullable<Extension['structs']> = [
  [tcmsgStruct, [u8('family', { names: addressFamilies }), tcHandle('handle'), tcHandle('parent')]],
  [tcGactStruct, [s32('action', { names: tcVerdicts })]],
  [tcMplsStruct, [s32('action', { names: tcVerdicts }), s32('m-action', { names: mplsAction })]],
  [tcPeditSelStruct, [s32('action', { names: tcVerdicts })]],
  [tcPoliceStruct, [s32('action', { names: tcVerdicts })]],
  [tcVlanStruct, [s32('action', { names: tcVerdicts }), s32('v-action', { names: vlanAction })]],
  [tcHtbGlobStruct, [u32('version', { hint: 'hex' }), u32('defcls', { hint: 'hex' })]],
  [tcRatespecStruct, [u8('linklayer', { names: enumeration('tc-linklayer', { 1: 'ethernet', 2: 'atm' }) })]],
  [tcRedQoptStruct, [u8('flags', { names: redFlags })]],
  [tcGredSoptStruct, [u8('flags', { names: redFlags })]],
  [
    tcEtfQoptStruct,
    [s32('clockid', { names: clocks }), s32('flags', { names: flagBits('etf-flags', ['deadline-mode', 'offload', 'skip-sock-check']) })],
  ],
];
