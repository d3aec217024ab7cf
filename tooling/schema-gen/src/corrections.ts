import type { Correction, Keys } from './apply-corrections.ts';

/*
 * Where the specifications of Linux 7.2 differ from what kernels put on the wire. Sizes and places were compared with the
 * structures of the UAPI headers by a compiled probe; the rest was found in captures.
 */

const pad = (len: number): Keys => ({ name: 'pad', type: 'pad', len });
const member = (name: string, type: string, more: Keys = {}): Keys => ({ name, type, ...more });

const TAIL = 'The C structure ends in padding.';
const LAYOUT = 'The C structure has other widths, or padding between members.';
const ARRAY = 'An array of numbers.';

/** By name of the file. */
export const corrections: Readonly<Record<string, readonly Correction[]>> = {
  'ethtool.yaml': [
    { why: 'Each counter is a nest of its own.', set: 'stats-grp', attribute: 'stat', change: { 'multi-attr': true } },
  ],
  'nlctrl.yaml': [
    { why: 'The padding stands in front of the mask.', set: 'policy-attrs', attribute: 'mask', change: { value: 12 } },
    { why: 'As above.', set: 'policy-attrs', attribute: 'pad', change: { value: 11 } },
  ],
  'nftables.yaml': [
    {
      why: 'Before Linux 6.5 elements were numbered, and nft numbers them still.',
      set: 'setelem-list-attrs',
      attribute: 'elements',
      change: { type: 'indexed-array', 'sub-type': 'nest', 'nested-attributes': 'setelem-attrs' },
    },
  ],
  'ovs_flow.yaml': [
    { why: TAIL, struct: 'ovs-key-arp', add: pad(2) },
    { why: TAIL, struct: 'ovs-key-ct-tuple-ipv4', add: pad(3) },
    { why: LAYOUT, struct: 'ovs-action-add-mpls', member: 'mpls-ethertype', change: { type: 'u16' } },
  ],
  'rt-link.yaml': [
    { why: TAIL, struct: 'rtnl-link-ifmap', add: pad(4) },
    { why: LAYOUT, struct: 'ifla-vf-guid', members: [member('vf', 'u32'), pad(4), member('guid', 'u64')] },
    {
      why: 'Messages of AF_BRIDGE have other attributes there.',
      set: 'link-attrs',
      attribute: 'af-spec',
      change: { type: 'sub-message', 'sub-message': 'af-spec-msg', selector: 'ifi-family', 'nested-attributes': null },
    },
    { why: 'As above.', subMessage: 'af-spec-msg', formats: [{ value: '*', 'attribute-set': 'af-spec-attrs' }] },
    {
      why: 'It depends on the family.',
      set: 'link-attrs',
      attribute: 'protinfo',
      change: { type: 'sub-message', 'sub-message': 'protinfo-msg', selector: 'ifi-family' },
    },
    {
      why: 'AF_BRIDGE and AF_INET6.',
      subMessage: 'protinfo-msg',
      formats: [
        { value: '7', 'attribute-set': 'linkinfo-brport-attrs' },
        { value: '10', 'attribute-set': 'ifla6-attrs' },
      ],
    },
  ],
  'rt-route.yaml': [
    {
      why: 'The C structure has three members more.',
      struct: 'rta-cacheinfo',
      members: [
        member('rta-clntref', 'u32'), member('rta-lastuse', 'u32'), member('rta-expires', 's32'), member('rta-error', 'u32'),
        member('rta-used', 'u32'), member('rta-id', 'u32'), member('rta-ts', 'u32'), member('rta-tsage', 'u32'),
      ],
    }, // prettier-ignore
  ],
  'tc.yaml': [
    { why: TAIL, struct: 'tc-stats', add: pad(4) },
    { why: TAIL, struct: 'gnet-stats-basic', add: pad(4) },
    {
      why: LAYOUT,
      struct: 'tc-ratespec',
      members: [
        member('cell-log', 'u8'), member('linklayer', 'u8'), member('overhead', 'u16'), member('cell-align', 's16'),
        member('mpu', 'u16'), member('rate', 'u32'),
      ],
    }, // prettier-ignore
    {
      why: LAYOUT,
      struct: 'tc-u32-sel',
      members: [
        member('flags', 'u8'), member('offshift', 'u8'), member('nkeys', 'u8'), pad(1),
        member('offmask', 'u16', { 'byte-order': 'big-endian' }), member('off', 'u16'), member('offoff', 's16'), member('hoff', 's16'),
        member('hmask', 'u32', { 'byte-order': 'big-endian' }),
        member('keys', 'binary', { struct: 'tc-u32-key', 'sub-type': 'struct' }),
      ],
    }, // prettier-ignore
    { why: ARRAY, struct: 'tc-u32-pcnt', member: 'kcnts', change: { type: 'binary', 'sub-type': 'u64' } },
    {
      why: LAYOUT,
      struct: 'tc-pedit-sel',
      members: [
        member('index', 'u32'), member('capab', 'u32'), member('action', 's32'), member('refcnt', 's32'), member('bindcnt', 's32'),
        member('nkeys', 'u8'), member('flags', 'u8'), pad(2),
        member('keys', 'binary', { struct: 'tc-pedit-key', 'sub-type': 'struct' }),
      ],
    }, // prettier-ignore
    { why: ARRAY, struct: 'tc-prio-qopt', member: 'priomap', change: { 'sub-type': 'u8' } },
    { why: ARRAY, struct: 'tc-mqprio-qopt', member: 'prio-tc-map', change: { 'sub-type': 'u8' } },
    { why: ARRAY, struct: 'tc-mqprio-qopt', member: 'count', change: { 'sub-type': 'u16' } },
    { why: ARRAY, struct: 'tc-mqprio-qopt', member: 'offset', change: { 'sub-type': 'u16' } },
    { why: ARRAY, struct: 'tc-fq-qd-stats', member: 'band-drops', change: { 'sub-type': 'u64' } },
    { why: ARRAY, struct: 'tc-fq-qd-stats', member: 'band-pkt-count', change: { 'sub-type': 'u32' } },
  ],
};
