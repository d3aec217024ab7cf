import { bits, eachBit, named, number, text, type Rules } from './rule.ts';

// From include/uapi/linux/netlink_diag.h: NDIAG_SHOW_*.
const NETLINK_SHOW = ['meminfo', 'groups', 'ring-cfg', 'flags'] as const;
// From include/uapi/linux/packet_diag.h: PACKET_SHOW_*.
const PACKET_SHOW = ['info', 'mclist', 'ring-cfg', 'fanout', 'meminfo', 'filter'] as const;
// From include/uapi/linux/unix_diag.h: UDIAG_SHOW_*.
const UNIX_SHOW = ['name', 'vfs', 'peer', 'icons', 'rqlen', 'meminfo', 'uid'] as const;

// From include/uapi/linux/inet_diag.h: INET_DIAG_*, from 1 on.
const INET_EXTENSIONS = ['meminfo', 'info', 'vegasinfo', 'cong', 'tos', 'tclass', 'skmeminfo', 'shutdown'] as const;
// From include/net/tcp_states.h: TCP_*, from 0 on.
const TCP_STATES = [
  '', 'established', 'syn-sent', 'syn-recv', 'fin-wait1', 'fin-wait2', 'time-wait', 'close', 'close-wait', 'last-ack', 'listen', 'closing',
  'new-syn-recv', 'bound-inactive',
] as const; // prettier-ignore

/** `NETLINK_SOCK_DIAG`. */
export const sockDiagRules: Rules = {
  'netlink-sock_diag.inet_attr': named,
  'netlink-sock_diag.netlink_attr': named,
  'netlink-sock_diag.unix_attr': named,
  'netlink-sock_diag.family': number('sdiag-family', 'idiag-family', 'udiag-family', 'ndiag-family', 'pdiag-family'),
  'netlink-sock_diag.type': number('udiag-type', 'ndiag-type', 'pdiag-type'),
  'netlink-sock_diag.state': number('idiag-state', 'udiag-state', 'ndiag-state'),
  'netlink-sock_diag.inode': number('idiag-inode', 'udiag-ino', 'ndiag-ino', 'pdiag-ino'),
  'netlink-sock_diag.cookie': number('idiag-cookie', 'udiag-cookie', 'ndiag-cookie', 'pdiag-cookie'),
  'netlink-sock_diag.inet_protocol': number('sdiag-protocol'),
  'netlink-sock_diag.inet_extended': bits(INET_EXTENSIONS, 'idiag-ext'),
  'netlink-sock_diag.inet_padding': number('sdiag-raw-protocol'),
  'netlink-sock_diag.inet_states': bits(TCP_STATES, 'idiag-states'),
  'netlink-sock_diag.inet_sport': number('idiag-sport'),
  'netlink-sock_diag.inet_dport': number('idiag-dport'),
  'netlink-sock_diag.inet_src_ip4': text('idiag-src'),
  'netlink-sock_diag.inet_src_ip6': text('idiag-src'),
  'netlink-sock_diag.inet_dest_ip4': text('idiag-dst'),
  'netlink-sock_diag.inet_dest_ip6': text('idiag-dst'),
  'netlink-sock_diag.inet_interface': number('idiag-if'),
  'netlink-sock_diag.recv_queue': number('idiag-rqueue', 'udiag-rqueue'),
  'netlink-sock_diag.send_queue': number('idiag-wqueue', 'udiag-wqueue'),
  'netlink-sock_diag.rmem_alloc': number('rmem-alloc', 'idiag-rmem'),
  'netlink-sock_diag.rcvbuf': number('rcvbuf'),
  'netlink-sock_diag.wmem_alloc': number('wmem-alloc'),
  'netlink-sock_diag.sndbuf': number('sndbuf'),
  'netlink-sock_diag.fwd_alloc': number('fwd-alloc'),
  'netlink-sock_diag.wmem_queued': number('wmem-queued'),
  'netlink-sock_diag.shutdown': bits(['receive', 'send'], 'shutdown'),
  'netlink-sock_diag.netlink_protocol': number('ndiag-protocol', 'sdiag-protocol'),
  'netlink-sock_diag.netlink_portid': number('ndiag-portid'),
  'netlink-sock_diag.netlink_dst_portid': number('ndiag-dst-portid'),
  'netlink-sock_diag.netlink_show': bits(NETLINK_SHOW, 'ndiag-show'),
  'netlink-sock_diag.packet_protocol': number('pdiag-num', 'sdiag-protocol'),
  'netlink-sock_diag.packet_show': bits(PACKET_SHOW, 'pdiag-show'),
  'netlink-sock_diag.unix_show': bits(UNIX_SHOW, 'udiag-show'),
  'netlink-sock_diag.unix_name': text('name'),
  'netlink-sock_diag.unix_peer_inode': number('peer'),
  ...eachBit('netlink-sock_diag.netlink_show', 'ndiag-show', { meminfo: 'meminfo', groups: 'groups', ring_cfg: 'ring-cfg' }),
  ...eachBit('netlink-sock_diag.packet_show', 'pdiag-show', { info: 'info', mclist: 'mclist', ring_cfg: 'ring-cfg', fanout: 'fanout', meminfo: 'meminfo', filter: 'filter' }),
  ...eachBit('netlink-sock_diag.unix_show', 'udiag-show', { name: 'name', vfs: 'vfs', peer: 'peer', icons: 'icons', rqlen: 'rqlen', meminfo: 'meminfo' }),
};
