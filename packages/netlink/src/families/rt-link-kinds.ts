/**
 * What virtual links say of themselves in `IFLA_INFO_DATA`, beyond those that have a specification.
 * C twins: `linux/if_link.h`, `linux/veth.h`, `linux/can/vxcan.h`, `linux/batman_adv.h`, `linux/wwan.h`.
 *
 * @packageDocumentation
 */

import {
  bondSlaveAttrsSet,
  ifinfomsgStruct,
  linkAttrsSet,
  linkinfoBrportAttrsSet,
  linkinfoDataMsgFormats,
  linkinfoMemberDataMsgFormats,
  linkinfoNetkitAttrsSet,
  linkinfoVrfAttrsSet,
} from '../generated/rt-link.ts';
import {
  attributes,
  be16,
  binary,
  choice,
  enumeration,
  flagBits,
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
  type Extension,
} from '../schema/index.ts';

const macvlanMode = enumeration('macvlan-mode', { 1: 'private', 2: 'vepa', 4: 'bridge', 8: 'passthru', 16: 'source' });

const macvlanFlags = flagBits('macvlan-flags', ['nopromisc', 'nodst']);

const macaddrMode = enumeration('macvlan-macaddr-mode', ['add', 'del', 'flush', 'set']);

const macvlanAddresses = attributes('macvlan-macaddr-data', { 4: many(binary('macaddr', { hint: 'mac' })) });

const macvlanAttrs = attributes('linkinfo-macvlan-attrs', {
  1: u32('mode', { names: macvlanMode }),
  2: u16('flags', { names: macvlanFlags }),
  3: u32('macaddr-mode', { names: macaddrMode }),
  4: binary('macaddr', { hint: 'mac' }),
  5: nest('macaddr-data', macvlanAddresses),
  6: u32('macaddr-count'),
  7: u32('bc-queue-len'),
  8: u32('bc-queue-len-used'),
  9: s32('bc-cutoff'),
});

const ipvlanMode = enumeration('ipvlan-mode', ['l2', 'l3', 'l3s']);

const ipvlanAttrs = attributes('linkinfo-ipvlan-attrs', {
  1: u16('mode', { names: ipvlanMode }),
  2: u16('flags', { names: flagBits('ipvlan-flags', ['private', 'vepa']) }),
});

const macsecValidation = enumeration('macsec-validation-type', ['disabled', 'check', 'strict']);

const macsecOffload = enumeration('macsec-offload', ['off', 'phy', 'mac']);

const macsecAttrs = attributes('linkinfo-macsec-attrs', {
  1: binary('sci', { length: 8 }),
  2: be16('port'),
  3: u8('icv-len'),
  4: u64('cipher-suite', { hint: 'hex' }),
  5: u32('window'),
  6: u8('encoding-sa'),
  7: u8('encrypt'),
  8: u8('protect'),
  9: u8('inc-sci'),
  10: u8('es'),
  11: u8('scb'),
  12: u8('replay-protect'),
  13: u8('validation', { names: macsecValidation }),
  14: pad(),
  15: u8('offload', { names: macsecOffload }),
});

const rmnetFlags = struct('ifla-rmnet-flags', [
  u32('flags', {
    names: flagBits('rmnet-flags', [
      'ingress-deaggregation',
      'ingress-map-commands',
      'ingress-map-cksumv4',
      'egress-map-cksumv4',
      'ingress-map-cksumv5',
      'egress-map-cksumv5',
    ]),
  }),
  u32('mask', { hint: 'hex' }),
]);

const rmnetAttrs = attributes('linkinfo-rmnet-attrs', { 1: u16('mux-id'), 2: record('flags', rmnetFlags) });

const ipoibMode = enumeration('ipoib-mode', ['datagram', 'connected']);

const ipoibAttrs = attributes('linkinfo-ipoib-attrs', {
  1: u16('pkey', { hint: 'hex' }),
  2: u16('mode', { names: ipoibMode }),
  3: u16('umcast'),
});

/** A link of its own: what is asked of the other end. */
const peer = choice('link-peer', { '*': { header: ifinfomsgStruct, attributes: linkAttrsSet } });

const vethAttrs = attributes('linkinfo-veth-attrs', { 1: subMessage('peer', peer, 'kind') });

const caifAttrs = attributes('linkinfo-caif-attrs', { 1: u32('ipv4-connid'), 2: u32('ipv6-connid'), 3: u8('loopback') });

/** `ip link set type bridge_slave` says no `IFLA_INFO_SLAVE_KIND`, but a kind of this form. */
const memberOfKind = choice('linkinfo-member-of-kind-msg', {
  bridge_slave: { attributes: linkinfoBrportAttrsSet },
  bond_slave: { attributes: bondSlaveAttrsSet },
});

/** Link kinds of many sorts. */
export const rtLinkKinds: Extension = {
  sets: [[linkinfoNetkitAttrsSet, { 1: subMessage('peer-info', peer, 'kind') }]],
  choices: [
    [
      linkinfoDataMsgFormats,
      {
        macvlan: { attributes: macvlanAttrs },
        macvtap: { attributes: macvlanAttrs },
        ipvlan: { attributes: ipvlanAttrs },
        ipvtap: { attributes: ipvlanAttrs },
        macsec: { attributes: macsecAttrs },
        rmnet: { attributes: rmnetAttrs },
        ipoib: { attributes: ipoibAttrs },
        veth: { attributes: vethAttrs },
        vxcan: { attributes: vethAttrs },
        caif: { attributes: caifAttrs },
        dsa: { attributes: attributes('linkinfo-dsa-attrs', { 1: u32('conduit') }) },
        batadv: { attributes: attributes('linkinfo-batadv-attrs', { 1: string('algo-name') }) },
        wwan: { attributes: attributes('linkinfo-wwan-attrs', { 1: u32('link-id') }) },
        ppp: { attributes: attributes('linkinfo-ppp-attrs', { 1: s32('dev-fd') }) },
        // Of any kind it is attributes. From net/core/rtnetlink.c: ifla_info_policy.
        '*': { attributes: attributes('linkinfo-other-attrs', {}) },
      },
    ],
    [
      linkinfoMemberDataMsgFormats,
      { vrf: { attributes: linkinfoVrfAttrsSet }, '*': { body: subMessage('member', memberOfKind, 'kind') } },
    ],
  ],
};
