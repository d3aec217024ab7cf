import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import type { DevinetSysctl } from '../../net/ipv4/devinet-sysctl.ts';
import type { InetLinks } from '../../net/rtnetlink/inet-link.ts';
import { parseInt32 } from '../number.ts';
import { targetOf, type FamilySettings } from './sys-net.ts';

/** `IPV4_DEVCONF_*` (linux/ip.h) by the names of their files. From net/ipv4/devinet.c:devinet_sysctl. */
const SETTINGS: Readonly<Record<string, number>> = {
  forwarding: 1,
  mc_forwarding: 2,
  bc_forwarding: 32,
  accept_redirects: 4,
  secure_redirects: 5,
  shared_media: 7,
  rp_filter: 8,
  send_redirects: 6,
  accept_source_route: 9,
  accept_local: 23,
  src_valid_mark: 24,
  proxy_arp: 3,
  medium_id: 14,
  bootp_relay: 10,
  log_martians: 11,
  tag: 12,
  arp_filter: 13,
  arp_announce: 18,
  arp_ignore: 19,
  arp_accept: 21,
  arp_notify: 22,
  arp_evict_nocarrier: 33,
  proxy_arp_pvlan: 25,
  force_igmp_version: 17,
  igmpv2_unsolicited_report_interval: 27,
  igmpv3_unsolicited_report_interval: 28,
  ignore_routes_with_linkdown: 29,
  drop_gratuitous_arp: 31,
  disable_xfrm: 15,
  disable_policy: 16,
  promote_secondaries: 20,
  route_localnet: 26,
  drop_unicast_in_l2_multicast: 30,
};

/** `/proc/sys/net/ipv4/conf`. */
export function ipv4Settings(namespace: Net, links: InetLinks, sysctl: DevinetSysctl): FamilySettings {
  const target = targetOf(namespace, (dev) => links.has(dev));
  return {
    names: Object.keys(SETTINGS),
    devices: () => namespace.devices.filter((dev) => links.has(dev)).map(({ name }) => name),
    get: (device, name) => {
      const [setting, whose] = [SETTINGS[name], target(device)];
      const value = setting === undefined || whose === undefined ? undefined : sysctl.get(namespace, whose, setting);
      return value === undefined ? -errno.ENOENT : String(value);
    },
    mode: (name) => (name === 'mc_forwarding' ? 0o444 : 0o644),
    set: (device, name, text) => {
      const [setting, whose] = [SETTINGS[name], target(device)];
      if (setting === undefined || whose === undefined) return -errno.ENOENT;
      const value = parseInt32(text);
      if (value === 'EINVAL') return -errno.EINVAL;
      return sysctl.set(namespace, whose, setting, value);
    },
  };
}
