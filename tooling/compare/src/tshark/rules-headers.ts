import { header, headerFlag, skip, type Rules } from './rule.ts';

const ONE_VIEW = 'tshark lists the flags of requests to get and of those to make side by side; the number is compared';
const ENCODING = 'how a sender marks an attribute is a matter of encoding, which decoded messages do not show';

/** Headers of packets, messages and attributes. */
export const headerRules: Rules = {
  'netlink.hatype': skip('the header of the capture: it is what makes the packet one of netlink'),
  'netlink.family': { kind: 'protocol' },
  'data.data': skip('octets that tshark does not dissect'),
  'netlink.hdr_len': header(0, 'len'),
  'netlink.hdr_type': header(4, 'type'),
  'netlink-route.nltype': header(4, 'type'),
  'netlink-sock_diag.nltype': header(4, 'type'),
  'genl.family_id': header(4, 'type'),
  'netlink-netfilter.subsys': header(4, 'subsystem'),
  'netlink.hdr_flags': header(6, 'flags'),
  'netlink.hdr_flags.request': headerFlag('NLM_F_REQUEST'),
  'netlink.hdr_flags.multi': headerFlag('NLM_F_MULTI'),
  'netlink.hdr_flags.ack': headerFlag('NLM_F_ACK'),
  'netlink.hdr_flags.echo': headerFlag('NLM_F_ECHO'),
  'netlink.hdr_flags.dump_intr': headerFlag('NLM_F_DUMP_INTR'),
  'netlink.hdr_flags.dump_filtered': headerFlag('NLM_F_DUMP_FILTERED'),
  'netlink.hdr_flags.root': skip(ONE_VIEW),
  'netlink.hdr_flags.match': skip(ONE_VIEW),
  'netlink.hdr_flags.atomic': skip(ONE_VIEW),
  'netlink.hdr_flags.replace': skip(ONE_VIEW),
  'netlink.hdr_flags.excl': skip(ONE_VIEW),
  'netlink.hdr_flags.create': skip(ONE_VIEW),
  'netlink.hdr_flags.append': skip(ONE_VIEW),
  'netlink.hdr_seq': header(8, 'seq'),
  'netlink.hdr_pid': header(12, 'pid'),
  'netlink.error': header(16, 'errno'),
  'genl.cmd': header(16, 'command'),
  'genl.version': header(17, 'version'),
  'genl.reserved': skip('reserved octets are shown by neither; tshark gives their place'),
  'netlink.attr_len': { kind: 'attribute-length' },
  'netlink.attr_type': { kind: 'attribute-type', isNamed: false },
  'netlink.attr_index': { kind: 'attribute-type', isNamed: false },
  'netlink.attr_type.nested': skip(ENCODING),
  'netlink.attr_type.net_byteorder': skip(ENCODING),
  'netlink.attr_data': { kind: 'extent' },
};
