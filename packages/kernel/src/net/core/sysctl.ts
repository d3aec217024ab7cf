import { errno } from '@netdevkit/errno';
import type { Net } from './net-namespace.ts';

/** What a setting of a namespace is: one number or several, each within bounds. */
export interface Entry {
  readonly initial: readonly number[];
  readonly min: number;
  readonly max: number;
}

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;

/** `proc_dointvec`. */
const int = (...initial: number[]): Entry => ({ initial, min: INT_MIN, max: INT_MAX });
/** `proc_dointvec_minmax`, `proc_dou8vec_minmax`. */
const within = (min: number, max: number, ...initial: number[]): Entry => ({ initial, min, max });
/** `proc_dou8vec_minmax` without bounds. */
const u8 = (initial: number): Entry => within(0, 0xff, initial);
const flag = (initial: number): Entry => within(0, 1, initial);

/**
 * Settings by their paths below `/proc/sys/net`, as a namespace begins with them. From net/ipv4/sysctl_net_ipv4.c,
 * net/ipv4/route.c, net/ipv6/sysctl_net_ipv6.c, net/ipv6/route.c, net/ipv6/icmp.c. Those of TCP are not there, for there is no TCP.
 */
const ENTRIES: Readonly<Record<string, Entry>> = {
  'ipv4/fib_multipath_hash_fields': within(1, 0xfff, 7),
  'ipv4/fib_multipath_hash_policy': within(0, 3, 0),
  'ipv4/fib_multipath_use_neigh': flag(0),
  'ipv4/fib_notify_on_flag_change': within(0, 2, 0),
  'ipv4/fwmark_reflect': u8(0),
  'ipv4/icmp_echo_enable_probe': flag(0),
  'ipv4/icmp_echo_ignore_all': flag(0),
  'ipv4/icmp_echo_ignore_broadcasts': flag(1),
  'ipv4/icmp_errors_use_inbound_ifaddr': flag(0),
  'ipv4/icmp_ignore_bogus_error_responses': flag(1),
  'ipv4/icmp_msgs_burst': within(0, INT_MAX, 50),
  'ipv4/icmp_msgs_per_sec': within(0, INT_MAX, 1000),
  'ipv4/icmp_ratemask': int(6168),
  'ipv4/igmp_link_local_mcast_reports': u8(1),
  'ipv4/igmp_max_memberships': int(20),
  'ipv4/igmp_max_msf': int(10),
  'ipv4/igmp_qrv': within(1, INT_MAX, 2),
  'ipv4/ip_autobind_reuse': flag(0),
  'ipv4/ip_default_ttl': within(1, 255, 64),
  'ipv4/ip_dynaddr': u8(0),
  'ipv4/ip_early_demux': u8(1),
  'ipv4/ip_forward_update_priority': flag(1),
  'ipv4/ip_forward_use_pmtu': u8(0),
  'ipv4/ip_local_port_range': within(1, 0xffff, 32_768, 60_999),
  'ipv4/ip_no_pmtu_disc': u8(0),
  'ipv4/ip_nonlocal_bind': u8(0),
  'ipv4/ip_unprivileged_port_start': within(0, 0xffff, 1024),
  'ipv4/nexthop_compat_mode': flag(1),
  'ipv4/raw_l3mdev_accept': flag(1),
  'ipv4/route/min_adv_mss': int(256),
  'ipv4/route/min_pmtu': within(68, INT_MAX, 552),
  'ipv4/udp_early_demux': u8(1),
  'ipv4/udp_l3mdev_accept': flag(0),
  'ipv4/udp_rmem_min': within(1, INT_MAX, 4096),
  'ipv4/udp_wmem_min': within(1, INT_MAX, 4096),
  'ipv6/anycast_src_echo_reply': u8(0),
  'ipv6/auto_flowlabels': within(0, 3, 1),
  'ipv6/bindv6only': u8(0),
  'ipv6/fib_multipath_hash_fields': within(1, 0xfff, 7),
  'ipv6/fib_multipath_hash_policy': within(0, 3, 0),
  'ipv6/fib_notify_on_flag_change': within(0, 2, 0),
  'ipv6/flowlabel_consistency': u8(1),
  'ipv6/flowlabel_reflect': within(0, 7, 0),
  'ipv6/flowlabel_state_ranges': u8(0),
  'ipv6/fwmark_reflect': u8(0),
  'ipv6/icmp/echo_ignore_all': u8(0),
  'ipv6/icmp/echo_ignore_anycast': u8(0),
  'ipv6/icmp/echo_ignore_multicast': u8(0),
  'ipv6/icmp/error_anycast_as_unicast': flag(0),
  'ipv6/idgen_retries': int(3),
  'ipv6/ioam6_id': within(0, 0xff_ffff, 0xff_ffff),
  'ipv6/ip_nonlocal_bind': u8(0),
  'ipv6/max_dst_opts_length': int(INT_MAX),
  'ipv6/max_dst_opts_number': int(8),
  'ipv6/max_hbh_length': int(INT_MAX),
  'ipv6/max_hbh_opts_number': int(8),
  'ipv6/route/gc_elasticity': int(9),
  'ipv6/route/gc_thresh': int(1024),
  'ipv6/route/max_size': int(INT_MAX),
  'ipv6/route/min_adv_mss': int(1220),
  'ipv6/route/skip_notify_on_dev_down': flag(0),
  'ipv6/seg6_flowlabel': int(0),
};

/** The settings that something here goes by, by their paths below `/proc/sys/net`. */
export type SysctlName = 'ipv4/ip_default_ttl' | 'ipv4/ip_unprivileged_port_start' | 'ipv4/nexthop_compat_mode' | 'ipv6/route/gc_interval';

/** Times in seconds: `proc_dointvec_jiffies`. */
const SECONDS: Readonly<Record<string, number>> = {
  'ipv4/route/mtu_expires': 600,
  'ipv6/idgen_delay': 1,
  'ipv6/route/gc_interval': 30,
  'ipv6/route/gc_min_interval': 0,
  'ipv6/route/gc_timeout': 60,
  'ipv6/route/mtu_expires': 600,
};

/** Times are kept in ticks, `HZ` in a second, and must fit an int. Debian's kernels have 250. */
const HZ = 250;
export const MOST_SECONDS: number = Math.trunc(INT_MAX / HZ);
export const MOST_MILLISECONDS: number = INT_MAX;

/** `proc_dointvec_ms_jiffies`: milliseconds as they are read again, a tick being the least. */
export function wholeTicks(milliseconds: number): number {
  const tick = 1000 / HZ;
  return Math.ceil(milliseconds / tick) * tick;
}

/** All of them by their paths. */
export const SYSCTLS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ...Object.entries(ENTRIES),
  ...Object.entries(SECONDS).map(([name, seconds]): [string, Entry] => [name, within(-MOST_SECONDS, MOST_SECONDS, seconds)]),
]);

/**
 * Settings of namespaces that are numbers and no more: `ctl_table` entries whose handler is one of kernel/sysctl.c's. Whoever
 * goes by one asks for it when it matters.
 */
export class Sysctls {
  /** What was changed, by namespace number. */
  readonly #changed: (Map<string, readonly number[]> | undefined)[] = [];

  /** The first number of a setting. */
  get(net: Net, name: SysctlName): number {
    return this.values(net, name)[0] ?? 0;
  }

  /** All numbers of a setting. */
  values(net: Net, name: string): readonly number[] {
    return this.#changed[net.id]?.get(name) ?? SYSCTLS.get(name)?.initial ?? [];
  }

  /**
   * Changes a setting.
   *
   * @param values - as many as are to be changed, the first ones
   * @returns 0, or -EINVAL for what is out of bounds
   */
  set(net: Net, name: string, values: readonly number[]): number {
    const entry = SYSCTLS.get(name);
    if (entry === undefined || values.length > entry.initial.length) return -errno.EINVAL;
    if (values.some((value) => value < entry.min || value > entry.max)) return -errno.EINVAL;
    const next = this.values(net, name).map((value, i) => values[i] ?? value);
    if (!this.#isConsistent(net, name, next)) return -errno.EINVAL;
    (this.#changed[net.id] ??= new Map()).set(name, next);
    return 0;
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#changed[net.id] = undefined;
  }

  // From net/ipv4/sysctl_net_ipv4.c:ipv4_local_port_range, ipv4_privileged_ports.
  #isConsistent(net: Net, name: string, [first = 0, last = 0]: readonly number[]): boolean {
    if (name === 'ipv4/ip_local_port_range') return last >= first && first >= this.get(net, 'ipv4/ip_unprivileged_port_start');
    if (name === 'ipv4/ip_unprivileged_port_start') return first <= (this.values(net, 'ipv4/ip_local_port_range')[0] ?? 0);
    return true;
  }
}
