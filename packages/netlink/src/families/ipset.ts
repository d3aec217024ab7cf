import {
  attributes,
  be16,
  be32,
  be64,
  binary,
  flagBits,
  many,
  nest,
  pad,
  string,
  u8,
  type AttributeSet,
  type Field,
  type Names,
  type RawFamily,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages, netfilterProtocols } from './nfnetlink.ts';

/** `ipset-cmd-flags`. C twins: `IPSET_FLAG_*` of `enum ipset_cmd_flags`. */
export const ipsetCmdFlagsBits: Names = flagBits('ipset-cmd-flags', {
  0: 'exist',
  1: 'list-setname',
  2: 'list-header',
  3: 'skip-counter-update',
  4: 'skip-subcounter-update',
  5: 'match-counters',
  7: 'return-nomatch',
  8: 'map-skbmark',
  9: 'map-skbprio',
  10: 'map-skbqueue',
});

/** `ipset-cadt-flags`. C twins: `IPSET_FLAG_*` of `enum ipset_cadt_flags`. */
export const ipsetCadtFlagsBits: Names = flagBits('ipset-cadt-flags', [
  'before',
  'physdev',
  'nomatch',
  'with-counters',
  'with-comment',
  'with-forceadd',
  'with-skbinfo',
  'iface-wildcard',
]);

/** `ipset-ipaddr-attrs`. C twins: `IPSET_ATTR_IPADDR_*`. */
export const ipsetIpaddrAttrsSet: AttributeSet = attributes('ipset-ipaddr-attrs', {
  1: be32('ipv4', { hint: 'ipv4' }),
  2: binary('ipv6', { hint: 'ipv6' }),
});

/** What a set and its elements both have: `IPSET_ATTR_IP` to `IPSET_ATTR_BITMASK`. */
const common: Readonly<Record<number, Field>> = {
  1: nest('ip', ipsetIpaddrAttrsSet),
  2: nest('ip-to', ipsetIpaddrAttrsSet),
  3: u8('cidr'),
  4: be16('port'),
  5: be16('port-to'),
  6: be32('timeout'),
  7: u8('proto'),
  8: be32('cadt-flags', { names: ipsetCadtFlagsBits }),
  9: be32('cadt-lineno'),
  10: be32('mark'),
  11: be32('markmask'),
  12: nest('bitmask', ipsetIpaddrAttrsSet),
};

/** `ipset-create-attrs`: how a set is made. C twins: `IPSET_ATTR_IP` to `IPSET_ATTR_MEMSIZE`. */
export const ipsetCreateAttrsSet: AttributeSet = attributes('ipset-create-attrs', {
  ...common,
  17: be32('initval'),
  18: be32('hashsize'),
  19: be32('maxelem'),
  20: u8('netmask'),
  21: u8('bucketsize'),
  22: u8('resize'),
  23: be32('size'),
  24: be32('elements'),
  25: be32('references'),
  26: be32('memsize'),
});

/** `ipset-adt-attrs`: an element. C twins: `IPSET_ATTR_IP` to `IPSET_ATTR_PAD`. */
export const ipsetAdtAttrsSet: AttributeSet = attributes('ipset-adt-attrs', {
  ...common,
  17: binary('ether', { hint: 'mac' }),
  18: string('name'),
  19: string('nameref'),
  20: nest('ip2', ipsetIpaddrAttrsSet),
  21: u8('cidr2'),
  22: nest('ip2-to', ipsetIpaddrAttrsSet),
  23: string('iface'),
  24: be64('bytes'),
  25: be64('packets'),
  26: string('comment'),
  // The mark in the upper half, its mask in the lower.
  27: be64('skbmark', { hint: 'hex' }),
  // The numbers of a class of tc: major in the upper half, minor in the lower.
  28: be32('skbprio', { hint: 'hex' }),
  29: be16('skbqueue'),
  30: pad(),
});

/** `ipset-elements-attrs`: a list of elements. */
export const ipsetElementsAttrsSet: AttributeSet = attributes('ipset-elements-attrs', {
  7: many(nest('data', ipsetAdtAttrsSet)),
});

function command(name: string, third: string, data: AttributeSet, tenth: string): AttributeSet {
  return attributes(name, {
    1: u8('protocol'),
    2: string('setname'),
    3: string(third),
    4: u8('revision'),
    5: u8('family', { names: netfilterProtocols }),
    6: be32('flags', { names: ipsetCmdFlagsBits }),
    7: nest('data', data),
    8: nest('adt', ipsetElementsAttrsSet),
    9: be32('lineno'),
    10: u8(tenth),
    11: be16('index'),
  });
}

/** `ipset-attrs`, of commands about whole sets. C twins: `IPSET_ATTR_*`, `linux/netfilter/ipset/ip_set.h`. */
export const ipsetAttrsSet: AttributeSet = command('ipset-attrs', 'typename', ipsetCreateAttrsSet, 'revision-min');

/** `ipset-protocol-attrs`: the tenth attribute is `IPSET_ATTR_PROTOCOL_MIN`. */
export const ipsetProtocolAttrsSet: AttributeSet = command('ipset-protocol-attrs', 'typename', ipsetCreateAttrsSet, 'protocol-min');

/** `ipset-names-attrs`: the third attribute is `IPSET_ATTR_SETNAME2`. */
export const ipsetNamesAttrsSet: AttributeSet = command('ipset-names-attrs', 'setname2', ipsetCreateAttrsSet, 'revision-min');

/** `ipset-element-attrs`, of commands about elements. */
export const ipsetElementAttrsSet: AttributeSet = command('ipset-element-attrs', 'typename', ipsetAdtAttrsSet, 'revision-min');

/** Sets of addresses, ports, networks. C twin: `linux/netfilter/ipset/ip_set.h`. */
export const ipset: RawFamily = {
  name: 'ipset',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.IPSET, {
    1: { name: 'IPSET_CMD_PROTOCOL', attributes: ipsetProtocolAttrsSet, kind: 'get' },
    2: { name: 'IPSET_CMD_CREATE', attributes: ipsetAttrsSet },
    3: { name: 'IPSET_CMD_DESTROY', attributes: ipsetAttrsSet },
    4: { name: 'IPSET_CMD_FLUSH', attributes: ipsetAttrsSet },
    5: { name: 'IPSET_CMD_RENAME', attributes: ipsetNamesAttrsSet },
    6: { name: 'IPSET_CMD_SWAP', attributes: ipsetNamesAttrsSet },
    7: { name: 'IPSET_CMD_LIST', attributes: ipsetAttrsSet, kind: 'get' },
    8: { name: 'IPSET_CMD_SAVE', attributes: ipsetAttrsSet, kind: 'get' },
    9: { name: 'IPSET_CMD_ADD', attributes: ipsetElementAttrsSet },
    10: { name: 'IPSET_CMD_DEL', attributes: ipsetElementAttrsSet },
    11: { name: 'IPSET_CMD_TEST', attributes: ipsetElementAttrsSet, kind: 'get' },
    12: { name: 'IPSET_CMD_HEADER', attributes: ipsetAttrsSet, kind: 'get' },
    13: { name: 'IPSET_CMD_TYPE', attributes: ipsetAttrsSet, kind: 'get' },
    14: { name: 'IPSET_CMD_GET_BYNAME', attributes: ipsetAttrsSet },
    15: { name: 'IPSET_CMD_GET_BYINDEX', attributes: ipsetAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
