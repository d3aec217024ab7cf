import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import { MOST_MILLISECONDS, MOST_SECONDS, wholeTicks } from '../../net/core/sysctl.ts';
import type { AddrconfSysctl } from '../../net/ipv6/addrconf-sysctl.ts';
import { DEVCONF6 } from '../../net/ipv6/devconf6.ts';
import type { Inet6Links } from '../../net/rtnetlink/inet6-link.ts';
import { fullIpv6, parseIpv6 } from '../ipv6-text.ts';
import { parseInts } from '../number.ts';
import { targetOf, type FamilySettings } from './sys-net.ts';

/** A setting: its number, how its file shows it, and what it may be. */
interface Setting {
  readonly number: number;
  readonly unit: 'none' | 'seconds' | 'milliseconds' | 'unsigned';
  readonly min: number;
  readonly max: number;
}

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;
const UINT_MAX = 0xffff_ffff;
const MIN_MTU = 1280;

const int = (number: number): Setting => ({ number, unit: 'none', min: INT_MIN, max: INT_MAX });
const within = (number: number, min: number, max: number): Setting => ({ number, unit: 'none', min, max });
const unsigned = (number: number, min = 0, max: number = UINT_MAX): Setting => ({ number, unit: 'unsigned', min, max });
const seconds = (number: number): Setting => ({ number, unit: 'seconds', min: -MOST_SECONDS, max: MOST_SECONDS });
const milliseconds = (number: number): Setting => ({ number, unit: 'milliseconds', min: 0, max: MOST_MILLISECONDS });

/** `DEVCONF_*` (linux/ipv6.h) by the names of their files. From net/ipv6/addrconf.c:addrconf_sysctl. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  forwarding: int(DEVCONF6.FORWARDING),
  hop_limit: within(DEVCONF6.HOPLIMIT, 1, 255),
  mtu: within(DEVCONF6.MTU6, MIN_MTU, INT_MAX),
  accept_ra: int(3),
  accept_redirects: int(4),
  autoconf: int(5),
  dad_transmits: int(DEVCONF6.DAD_TRANSMITS),
  router_solicitations: within(7, -1, INT_MAX),
  router_solicitation_interval: seconds(8),
  router_solicitation_max_interval: seconds(43),
  router_solicitation_delay: seconds(9),
  force_mld_version: int(16),
  mldv1_unsolicited_report_interval: milliseconds(30),
  mldv2_unsolicited_report_interval: milliseconds(31),
  use_tempaddr: int(DEVCONF6.USE_TEMPADDR),
  temp_valid_lft: int(11),
  temp_prefered_lft: int(12),
  regen_min_advance: int(DEVCONF6.REGEN_MIN_ADVANCE),
  regen_max_retry: int(13),
  max_desync_factor: int(14),
  max_addresses: int(15),
  accept_ra_defrtr: int(17),
  ra_defrtr_metric: unsigned(52, 1),
  accept_ra_min_hop_limit: int(38),
  accept_ra_min_lft: int(58),
  accept_ra_pinfo: int(18),
  ra_honor_pio_life: within(DEVCONF6.RA_HONOR_PIO_LIFE, 0, 1),
  ra_honor_pio_pflag: within(DEVCONF6.RA_HONOR_PIO_PFLAG, 0, 1),
  accept_ra_rtr_pref: int(19),
  router_probe_interval: seconds(20),
  accept_ra_rt_info_min_plen: int(49),
  accept_ra_rt_info_max_plen: int(21),
  proxy_ndp: int(DEVCONF6.PROXY_NDP),
  accept_source_route: int(24),
  optimistic_dad: int(23),
  use_optimistic: int(34),
  mc_forwarding: int(DEVCONF6.MC_FORWARDING),
  disable_ipv6: int(DEVCONF6.DISABLE_IPV6),
  accept_dad: int(DEVCONF6.ACCEPT_DAD),
  force_tllao: int(28),
  ndisc_notify: int(29),
  suppress_frag_ndisc: int(32),
  accept_ra_from_local: int(33),
  accept_ra_mtu: int(35),
  use_oif_addrs_only: int(37),
  ignore_routes_with_linkdown: int(DEVCONF6.IGNORE_ROUTES_WITH_LINKDOWN),
  drop_unicast_in_l2_multicast: int(40),
  drop_unsolicited_na: int(41),
  keep_addr_on_down: int(DEVCONF6.KEEP_ADDR_ON_DOWN),
  seg6_enabled: int(44),
  seg6_require_hmac: int(45),
  enhanced_dad: int(46),
  addr_gen_mode: unsigned(DEVCONF6.ADDR_GEN_MODE),
  disable_policy: int(48),
  ndisc_tclass: within(50, 0, 255),
  rpl_seg_enabled: within(51, 0, 1),
  ioam6_enabled: within(53, 0, 1),
  ioam6_id: unsigned(54, 0, 0xffff),
  ioam6_id_wide: unsigned(55),
  ndisc_evict_nocarrier: within(DEVCONF6.NDISC_EVICT_NOCARRIER, 0, 1),
  accept_untracked_na: within(57, 0, 2),
};

const STABLE_SECRET = 'stable_secret';

/** `/proc/sys/net/ipv6/conf`. */
export function ipv6Settings(namespace: Net, links: Inet6Links, sysctl: AddrconfSysctl): FamilySettings {
  const target = targetOf(namespace, (dev) => links.has(dev));
  return {
    names: [...Object.keys(SETTINGS), STABLE_SECRET],
    devices: () => namespace.devices.filter((dev) => links.has(dev)).map(({ name }) => name),
    get: (device, name) => {
      const whose = target(device);
      const conf = whose === undefined ? undefined : sysctl.conf(namespace, whose);
      if (conf === undefined) return -errno.ENOENT;
      // From net/ipv6/addrconf.c:addrconf_sysctl_stable_secret. For all there is none, and to begin with for nobody.
      if (name === STABLE_SECRET) return whose === 'all' || conf.secret === null ? -errno.EIO : fullIpv6(conf.secret);
      const setting = SETTINGS[name];
      return setting === undefined ? -errno.ENOENT : shown(setting, conf.get(setting.number));
    },
    mode: (name) => (name === STABLE_SECRET ? 0o600 : name === 'mc_forwarding' ? 0o444 : 0o644),
    set: (device, name, text) => {
      const whose = target(device);
      if (whose === undefined) return -errno.ENOENT;
      if (name === STABLE_SECRET) {
        const secret = whose === 'all' ? undefined : parseIpv6(text.trim());
        return secret === undefined || whose === 'all' ? -errno.EIO : sysctl.setSecret(namespace, whose, secret);
      }
      const setting = SETTINGS[name];
      const values = parseInts(text, 1);
      if (setting === undefined) return -errno.ENOENT;
      if (values === 'EINVAL') return -errno.EINVAL;
      const [value = 0] = values;
      const max = name === 'mtu' && typeof whose !== 'string' ? whose.mtu : setting.max;
      if (value < setting.min || value > max) return -errno.EINVAL;
      return sysctl.set(namespace, whose, setting.number, kept(setting, value));
    },
  };
}

function shown({ unit }: Setting, value: number): string {
  if (unit === 'unsigned') return String(value >>> 0);
  return String(unit === 'seconds' ? Math.trunc(value / 1000) : value);
}

function kept({ unit }: Setting, value: number): number {
  if (unit === 'seconds') return value * 1000;
  return unit === 'milliseconds' ? wholeTicks(value) : value | 0;
}
