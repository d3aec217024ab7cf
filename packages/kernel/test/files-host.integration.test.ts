import { SIOCADDRT, SIOCSIFADDR, SIOCSIFFLAGS, SIOCSIFNETMASK, ifreq, rtentry } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { expect, it } from 'vitest';
import { Kernel, bufferMemory, type NetNamespace } from '../src/index.ts';
import { runOnHost } from './host.ts';

/** A call to make first, a file to read, or text to write into one. */
type Step =
  | { readonly command: number; readonly argument: string; readonly device: string }
  | { readonly read: string }
  | { readonly list: string }
  | { readonly write: string; readonly text: string };

const SCRIPT = `
import ctypes, errno, json, os, socket, struct, subprocess, sys
subprocess.run(['mount', '-t', 'sysfs', 'none', '/sys'], check=True)
libc = ctypes.CDLL(None, use_errno=True)
libc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out = []
for step in json.load(sys.stdin):
    try:
        if 'command' in step:
            argument = ctypes.create_string_buffer(bytes.fromhex(step['argument']), 160)
            device = ctypes.create_string_buffer(step['device'].encode(), 16)
            if step['device']:
                argument[88:96] = struct.pack('Q', ctypes.addressof(device))
            result = libc.ioctl(udp.fileno(), step['command'], argument)
            out.append(str(ctypes.get_errno() if result < 0 else 0))
        elif 'read' in step:
            with open(step['read'], newline='') as file:
                out.append(file.read())
        elif 'list' in step:
            out.append(' '.join(sorted(os.listdir(step['list']))))
        else:
            fd = os.open(step['write'], os.O_WRONLY)
            try:
                os.write(fd, step['text'].encode())
            finally:
                os.close(fd)
            out.append('')
    except OSError as error:
        out.append('errno %d' % error.errno)
json.dump(out, sys.stdout)
`;

function address(label: string, text: string): string {
  const bytes = Buffer.alloc(ifreq.SIZE);
  bytes.write(label);
  bytes.writeUInt16LE(2, 16);
  bytes.set(text.split('.').map(Number), 20);
  return bytes.toString('hex');
}

function route(destination: string, mask: string, flags: number, metric: number, gateway = ''): string {
  const bytes = Buffer.alloc(rtentry.SIZE);
  for (const [at, text] of [[8, destination], [24, gateway], [40, mask]] as const) {
    if (text === '') continue;
    bytes.writeUInt16LE(2, at);
    bytes.set(text.split('.').map(Number), at + 4);
  }
  bytes.writeUInt16LE(flags, 56);
  bytes.writeInt16LE(metric, 80);
  bytes.writeBigUInt64LE(1400n, 96);
  bytes.writeBigUInt64LE(8192n, 104);
  bytes.writeUInt16LE(50, 112);
  return bytes.toString('hex');
}

const up = (flags: number): string => {
  const bytes = Buffer.alloc(ifreq.SIZE);
  bytes.write('lo');
  bytes.writeInt16LE(flags, 16);
  return bytes.toString('hex');
};

const PROC = ['dev', 'dev_mcast', 'if_inet6', 'igmp', 'igmp6', 'ipv6_route', 'route', 'packet', 'psched', 'tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'icmp', 'unix', 'arp', 'mcfilter', 'mcfilter6', 'anycast6', 'sockstat6', 'rt_cache', 'snmp', 'snmp6'];
const SYS = 'netdev_group type dev_id dev_port iflink ifindex name_assign_type addr_assign_type addr_len link_mode address broadcast speed duplex dormant testing operstate carrier_changes ifalias carrier mtu flags tx_queue_len gro_flush_timeout napi_defer_hard_irqs proto_down carrier_up_count carrier_down_count threaded uevent'.split(' ');
const CONF4 = 'accept_local accept_redirects accept_source_route arp_accept arp_announce arp_evict_nocarrier arp_filter arp_ignore arp_notify bc_forwarding bootp_relay disable_policy disable_xfrm drop_gratuitous_arp drop_unicast_in_l2_multicast force_igmp_version forwarding igmpv2_unsolicited_report_interval igmpv3_unsolicited_report_interval ignore_routes_with_linkdown log_martians mc_forwarding medium_id promote_secondaries proxy_arp proxy_arp_pvlan route_localnet rp_filter secure_redirects send_redirects shared_media src_valid_mark tag'.split(' ');
const CONF6 = 'accept_dad accept_ra accept_ra_defrtr accept_ra_from_local accept_ra_min_hop_limit accept_ra_min_lft accept_ra_mtu accept_ra_pinfo accept_ra_rt_info_max_plen accept_ra_rt_info_min_plen accept_ra_rtr_pref accept_redirects accept_source_route accept_untracked_na addr_gen_mode autoconf dad_transmits disable_ipv6 disable_policy drop_unicast_in_l2_multicast drop_unsolicited_na enhanced_dad force_mld_version force_tllao forwarding hop_limit ignore_routes_with_linkdown ioam6_enabled ioam6_id ioam6_id_wide keep_addr_on_down max_addresses max_desync_factor mc_forwarding mldv1_unsolicited_report_interval mldv2_unsolicited_report_interval mtu ndisc_evict_nocarrier ndisc_notify ndisc_tclass optimistic_dad proxy_ndp ra_defrtr_metric ra_honor_pio_life ra_honor_pio_pflag regen_max_retry regen_min_advance router_probe_interval router_solicitation_delay router_solicitation_interval router_solicitation_max_interval router_solicitations rpl_seg_enabled seg6_enabled seg6_require_hmac stable_secret suppress_frag_ndisc temp_prefered_lft temp_valid_lft use_oif_addrs_only use_optimistic use_tempaddr'.split(' ');

/** Everything that is read, at some point. */
const look: readonly Step[] = [
  ...PROC.map((name) => ({ read: `/proc/net/${name}` })),
  ...SYS.map((name) => ({ read: `/sys/class/net/lo/${name}` })),
  { read: '/sys/class/net/lo/statistics/rx_packets' },
  { read: '/sys/class/net/lo/queues/rx-0/rps_flow_cnt' },
  { read: '/sys/class/net/lo/queues/tx-0/tx_timeout' },
  { read: '/sys/class/net/lo/queues/tx-0/xps_rxqs' },
  { list: '/sys/class/net' },
  { list: '/sys/class/net/lo/statistics' },
  { list: '/sys/devices/virtual/net' },
  { list: '/sys/class/net/lo/queues' },
  { read: '/sys/class/net/none/mtu' },
  { read: '/sys/class/net/lo' },
  { read: '/sys/class/net/lo/mtu/x' },
  { list: '/sys/class/net/lo/mtu' },
  { read: '/proc/self/net/route' },
];
const conf: readonly Step[] = [
  ...['all', 'default', 'lo'].flatMap((device) => [
    ...CONF4.map((name) => ({ read: `/proc/sys/net/ipv4/conf/${device}/${name}` })),
    ...CONF6.map((name) => ({ read: `/proc/sys/net/ipv6/conf/${device}/${name}` })),
  ]),
  { read: '/proc/sys/net/ipv4/ip_forward' },
  { read: '/proc/sys/net/ipv4/ip_default_ttl' },
  { read: '/proc/sys/net/ipv4/ip_local_port_range' },
  { read: '/proc/sys/net/core/somaxconn' },
  { list: '/proc/sys/net/ipv4/conf' },
];
const writes: readonly Step[] = ['1400\n', '0x5dc', '01000', ' 1300', '-1', '1300 ', '', '1e3', '1300\n\n', '99999999999999999999', '+1350', '67', '0', '5000000000']
  .flatMap((text) => [{ write: '/sys/class/net/lo/mtu', text }, { read: '/sys/class/net/lo/mtu' }])
  .concat(
    ['0x1', '1', '0', '73'].flatMap((text) => [{ write: '/sys/class/net/lo/flags', text }, { read: '/sys/class/net/lo/flags' }]),
    ['500', '32767', '-5', 'x'].flatMap((text) => [{ write: '/sys/class/net/lo/tx_queue_len', text }, { read: '/sys/class/net/lo/tx_queue_len' }]),
    ['hello\n', 'two\nlines\n', '\n', 'a'.repeat(255), 'a'.repeat(256)].flatMap((text) => [{ write: '/sys/class/net/lo/ifalias', text }, { read: '/sys/class/net/lo/ifalias' }]),
    ['4', '-1', '4294967295'].flatMap((text) => [{ write: '/sys/class/net/lo/netdev_group', text }, { read: '/sys/class/net/lo/netdev_group' }]),
    ['address', 'ifindex', 'carrier', 'proto_down', 'operstate', 'statistics/rx_bytes'].flatMap((name) => [{ write: `/sys/class/net/lo/${name}`, text: '1' }, { read: `/sys/class/net/lo/${name}` }]),
    ['1', ' 2\n', 'x', '', '0x10', '-3', '4 5', '99999999999', '1x', '07'].flatMap((text) => [{ write: '/proc/sys/net/ipv4/conf/lo/rp_filter', text }, { read: '/proc/sys/net/ipv4/conf/lo/rp_filter' }]),
    ['1', '3', '2', '4', '-1'].flatMap((text) => [{ write: '/proc/sys/net/ipv6/conf/lo/addr_gen_mode', text }, { read: '/proc/sys/net/ipv6/conf/lo/addr_gen_mode' }]),
    [{ write: '/proc/sys/net/ipv4/conf/lo/mc_forwarding', text: '1' }, { read: '/proc/sys/net/ipv4/conf/lo/mc_forwarding' }],
  );

const STEPS: readonly Step[] = [
  ...look,
  ...conf,
  { command: SIOCSIFFLAGS, argument: up(1), device: '' },
  ...look,
  { command: SIOCSIFADDR, argument: address('lo:1', '10.1.2.3'), device: '' },
  { command: SIOCSIFNETMASK, argument: address('lo:1', '255.255.255.0'), device: '' },
  { command: SIOCADDRT, argument: route('10.9.0.0', '255.255.0.0', 1, 0), device: 'lo' },
  { command: SIOCADDRT, argument: route('10.9.0.0', '255.255.0.0', 1 | 0x40 | 0x80 | 0x100, 8), device: 'lo' },
  { command: SIOCADDRT, argument: route('10.8.0.0', '255.255.0.0', 0x201, 0), device: '' },
  { command: SIOCADDRT, argument: route('10.7.0.1', '0.0.0.0', 5, 3), device: 'lo' },
  { command: SIOCADDRT, argument: route('0.0.0.0', '0.0.0.0', 1, 0), device: 'lo' },
  ...look,
  ...writes,
  { command: SIOCSIFFLAGS, argument: up(0), device: '' },
  // A group that its device once told its filter of shows that it does no more, which is not kept here.
  ...look.filter((step) => !('read' in step && step.read.endsWith('igmp6'))),
];

function here(namespace: NetNamespace, step: Step): string {
  try {
    if ('command' in step) {
      const argument = new Uint8Array(Buffer.from(step.argument, 'hex'));
      if (step.device !== '') new DataView(argument.buffer).setBigUint64(88, 0x9000n, true);
      const name = new Uint8Array(16);
      name.set(Buffer.from(step.device));
      namespace.ioctl(step.command, argument, { memory: bufferMemory(name, 0x9000n) });
      return '0';
    }
    if ('read' in step) return Buffer.from(namespace.readFile(step.read)).toString();
    if ('list' in step) return namespace.readdir(step.list).map(({ name }) => name).sort().join(' ');
    namespace.writeFile(step.write, Buffer.from(step.text));
    return '';
  } catch (error) {
    if (!isKernelError(error)) throw error;
    return 'command' in step ? String(error.errno) : `errno ${String(error.errno)}`;
  }
}

/** References of routes, which nobody counts here; and what Linux has left of other namespaces, published for all devices. */
function comparable(step: Step, answer: string): string {
  if ('read' in step && step.read.endsWith('arp')) return answer.replaceAll(/^.* \* {8}\*\n/gm, '');
  return 'read' in step && step.read.endsWith('ipv6_route') ? answer.replaceAll(/ 0000000[1-9] 00000000 /g, ' 00000001 00000000 ') : answer;
}

it('has the files that the host has, with the same octets', ({ skip }) => {
  const host = runOnHost(SCRIPT, STEPS);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes one answer for each step.
  const expected = host.answer as string[];
  using kernel = new Kernel();
  const different = STEPS.flatMap((step, i) => {
    const got = comparable(step, here(kernel.initialNamespace, step));
    const wanted = comparable(step, expected[i] ?? '');
    return got === wanted ? [] : [{ i, step, got, wanted }];
  });
  expect(different).toEqual([]);
});
