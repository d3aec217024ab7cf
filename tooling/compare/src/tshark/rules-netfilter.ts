import { bits, eachBit, header, named, number, skip, text, type Rules } from './rule.ts';

// From include/uapi/linux/netfilter/nf_conntrack_common.h: IPS_*.
const CONNTRACK_STATUS = [
  'expected', 'seen-reply', 'assured', 'confirmed', 'src-nat', 'dst-nat', 'seq-adjust', 'src-nat-done', 'dst-nat-done', 'dying',
  'fixed-timeout', 'template', 'untracked', 'helper', 'offload', 'hw-offload',
] as const; // prettier-ignore
// From include/uapi/linux/netfilter/ipset/ip_set.h: IPSET_FLAG_*.
const IPSET_FLAGS = ['exist', 'list-setname', 'list-header', 'skip-counter-update', 'skip-subcounter-update', 'match-counters'] as const;
// From include/uapi/linux/netfilter/ipset/ip_set.h: IPSET_FLAG_*.
const IPSET_DATA_FLAGS = ['before', 'physdev', 'nomatch', 'with-counters', 'with-comment', 'with-forceadd', 'with-skbinfo', 'iface-wildcard'] as const;

/** `NETLINK_NETFILTER`: connection tracking, sets, logs. */
export const netfilterRules: Rules = {
  'netlink-netfilter.ipset_command': header(4, 'message'),
  'netlink-netfilter.exp_type': header(4, 'message'),
  'netlink-netfilter.ulog_type': header(4, 'message'),
  'nflog.tlv_length': { kind: 'attribute-length' },
  'nflog.tlv': skip('an attribute as a whole: its length, type and value are compared'),
  'nflog.tlv_value': { kind: 'extent' },
  'netlink-netfilter.ct.attr': named,
  'netlink-netfilter.nfct_tuple': named,
  'netlink-netfilter.nfct_tuple.ip': named,
  'netlink-netfilter.nfct_tuple.proto': named,
  'netlink-netfilter.ipset_attr': named,
  'netlink-netfilter.ipset_adt_attr': named,
  'netlink-netfilter.ipset_ip_attr': named,
  'nflog.tlv_type': named,
  'netlink-netfilter.family': number('nfgen-family'),
  'netlink-netfilter.version': number('version'),
  'netlink-netfilter.res_id': number('res-id'),
  'netlink-netfilter.ct_attr.timeout': number('timeout'),
  'netlink-netfilter.ct_attr.id': number('id'),
  'netlink-netfilter.ct_attr.status': bits(CONNTRACK_STATUS, 'status'),
  'netlink-netfilter.nfct_tuple.ip.ip_addr': text('ip-v4-src', 'ip-v4-dst', 'ip-v6-src', 'ip-v6-dst'),
  'netlink-netfilter.nfct_tuple.proto.num': number('proto-num'),
  'netlink-netfilter.nfct_tuple.proto.src_port': number('proto-src-port'),
  'netlink-netfilter.nfct_tuple.proto.dst_port': number('proto-dst-port'),
  'netlink-netfilter.ipset.setname': text('setname'),
  'netlink-netfilter.ipset.typename': text('typename'),
  'netlink-netfilter.ipset.family': number('family'),
  'netlink-netfilter.ipset.flags': bits(IPSET_FLAGS, 'flags'),
  'netlink-netfilter.ipset.cadt_flags': bits(IPSET_DATA_FLAGS, 'cadt-flags'),
  'netlink-netfilter.ipset.cidr': number('cidr'),
  'netlink-netfilter.ipset.timeout': number('timeout'),
  'netlink-netfilter.ipset.comment': text('comment'),
  'netlink-netfilter.ipset.ip_addr': text('ipv4'),
  'netlink-netfilter.ipset.ip6_addr': text('ipv6'),
  'nflog.family': number('nfgen-family'),
  'nflog.version': number('version'),
  'nflog.res_id': number('res-id'),
  'nflog.hook': number('hook'),
  'nflog.protocol': number('hw-protocol'),
  'nflog.ifindex_indev': number('ifindex-indev'),
  'nflog.prefix': text('prefix'),
  'nflog.timestamp': skip('a time in words; its octets are compared as an attribute'),
  ...eachBit('netlink-netfilter.ct_attr.status', 'status', { expected: 'expected', seen_reply: 'seen-reply', assured: 'assured', confirmed: 'confirmed', src_nat: 'src-nat', dst_nat: 'dst-nat', seq_adjust: 'seq-adjust', src_nat_done: 'src-nat-done', dst_nat_done: 'dst-nat-done', dying: 'dying', fixed_timeout: 'fixed-timeout', template: 'template', untracked: 'untracked', helper: 'helper', offload: 'offload' }),
};
