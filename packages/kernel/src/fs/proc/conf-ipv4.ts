import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../../net/core/net-namespace.ts';
import type { Devinet } from '../../net/ipv4/devinet.ts';
import type { FamilySettings } from './sys-net.ts';

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

/** What `all` has otherwise than `default`, from which devices get theirs: source routes are refused. */
const ACCEPT_SOURCE_ROUTE = 9;

/** `/proc/sys/net/ipv4/conf`. Unlike Linux, `all` and `default` cannot be changed, and no RTM_NEWNETCONF tells of a change. */
export function ipv4Settings(namespace: Net, devinet: Devinet): FamilySettings {
  const find = (name: string): net_device | undefined => {
    const dev = namespace.byName(name);
    return dev?.name === name && devinet.inDevice(dev) !== undefined ? dev : undefined;
  };
  return {
    names: Object.keys(SETTINGS),
    devices: () => namespace.devices.filter((dev) => devinet.inDevice(dev) !== undefined).map(({ name }) => name),
    get: (device, name) => {
      const setting = SETTINGS[name];
      if (setting === undefined) return -errno.ENOENT;
      if (device === 'all' && setting === ACCEPT_SOURCE_ROUTE) return '0';
      const dev = device === 'all' || device === 'default' ? null : find(device);
      if (dev === undefined) return -errno.ENOENT;
      return String(dev === null ? devinet.defaultConf(setting) : devinet.conf(dev, setting));
    },
    isWritable: (device, name) => device !== 'all' && device !== 'default' && name !== 'mc_forwarding',
    set: (device, name, value) => {
      const dev = find(device);
      const setting = SETTINGS[name];
      return dev === undefined || setting === undefined ? -errno.ENOENT : devinet.setConf(dev, setting, value);
    },
  };
}
