import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import type { Inet6Links } from '../../net/rtnetlink/inet6-link.ts';
import type { FamilySettings } from './sys-net.ts';

/** `DEVCONF_*` (linux/ipv6.h) by the names of their files. From net/ipv6/addrconf.c:addrconf_sysctl. */
const SETTINGS: Readonly<Record<string, number>> = {
  forwarding: 0,
  hop_limit: 1,
  mtu: 2,
  accept_ra: 3,
  accept_redirects: 4,
  autoconf: 5,
  dad_transmits: 6,
  router_solicitations: 7,
  router_solicitation_interval: 8,
  router_solicitation_max_interval: 43,
  router_solicitation_delay: 9,
  force_mld_version: 16,
  mldv1_unsolicited_report_interval: 30,
  mldv2_unsolicited_report_interval: 31,
  use_tempaddr: 10,
  temp_valid_lft: 11,
  temp_prefered_lft: 12,
  regen_max_retry: 13,
  max_desync_factor: 14,
  max_addresses: 15,
  accept_ra_defrtr: 17,
  ra_defrtr_metric: 52,
  accept_ra_min_hop_limit: 38,
  accept_ra_min_lft: 58,
  accept_ra_pinfo: 18,
  accept_ra_rtr_pref: 19,
  router_probe_interval: 20,
  accept_ra_rt_info_min_plen: 49,
  accept_ra_rt_info_max_plen: 21,
  proxy_ndp: 22,
  accept_source_route: 24,
  optimistic_dad: 23,
  use_optimistic: 34,
  mc_forwarding: 25,
  disable_ipv6: 26,
  accept_dad: 27,
  force_tllao: 28,
  ndisc_notify: 29,
  suppress_frag_ndisc: 32,
  accept_ra_from_local: 33,
  accept_ra_mtu: 35,
  use_oif_addrs_only: 37,
  ignore_routes_with_linkdown: 39,
  drop_unicast_in_l2_multicast: 40,
  drop_unsolicited_na: 41,
  keep_addr_on_down: 42,
  seg6_enabled: 44,
  seg6_require_hmac: 45,
  enhanced_dad: 46,
  addr_gen_mode: 47,
  disable_policy: 48,
  ndisc_tclass: 50,
  rpl_seg_enabled: 51,
  ioam6_enabled: 53,
  ioam6_id: 54,
  ioam6_id_wide: 55,
  ndisc_evict_nocarrier: 56,
  accept_untracked_na: 57,
};

/** Settings that files show in seconds, where messages have milliseconds. */
const IN_SECONDS: ReadonlySet<string> = new Set([
  'router_solicitation_interval',
  'router_solicitation_max_interval',
  'router_solicitation_delay',
  'router_probe_interval',
]);
/** Settings that are unsigned. */
const UNSIGNED: ReadonlySet<string> = new Set(['ioam6_id_wide']);
/** The one setting that may be changed, and the greatest of its values but IN6_ADDR_GEN_MODE_STABLE_PRIVACY. */
const ADDR_GEN_MODE = 'addr_gen_mode';
const MOST_MODE = 3;
const STABLE_PRIVACY = 2;

/** `/proc/sys/net/ipv6/conf`. Unlike on Linux, only `addr_gen_mode` of a device can be changed. */
export function ipv6Settings(namespace: Net, links: Inet6Links): FamilySettings {
  const find = (name: string): net_device | undefined => {
    const dev = namespace.byName(name);
    return dev?.name === name && links.has(dev) ? dev : undefined;
  };
  return {
    names: [...Object.keys(SETTINGS), 'stable_secret'],
    devices: () => namespace.devices.filter((dev) => links.has(dev)).map(({ name }) => name),
    get: (device, name) => {
      // From net/ipv6/addrconf.c:addrconf_sysctl_stable_secret: nobody has set it.
      if (name === 'stable_secret') return -errno.EIO;
      // What holds for all devices leaves it to each whether to look for duplicates.
      if (device === 'all' && name === 'accept_dad') return '0';
      const setting = SETTINGS[name];
      const dev = device === 'all' || device === 'default' ? null : find(device);
      if (setting === undefined || dev === undefined) return -errno.ENOENT;
      const value = links.conf(dev, setting);
      if (UNSIGNED.has(name)) return String(value >>> 0);
      return String(IN_SECONDS.has(name) ? Math.trunc(value / 1000) : value);
    },
    isWritable: (device, name) => name === ADDR_GEN_MODE && device !== 'all' && device !== 'default',
    set: (device, _name, mode) => {
      const dev = find(device);
      if (dev === undefined) return -errno.ENOENT;
      // Stable privacy needs a secret, which nothing here can set.
      if (mode < 0 || mode > MOST_MODE || mode === STABLE_PRIVACY) return -errno.EINVAL;
      links.setAddrGenMode(dev, mode);
      return 0;
    },
  };
}
