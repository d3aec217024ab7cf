import { bits, eachBit, header, named, number, octets, text, type Rules } from './rule.ts';

// From include/uapi/linux/genetlink.h: GENL_*.
const OPERATION_FLAGS = ['admin-perm', 'cmd-cap-do', 'cmd-cap-dump', 'cmd-cap-haspol', 'uns-admin-perm'] as const;

/** `NETLINK_GENERIC`: the controller, and wireless devices. */
export const genericRules: Rules = {
  'genl.ctrl.cmd': header(16, 'command'),
  'nl80211.cmd': header(16, 'command'),
  'net_dm.cmd': header(16, 'command'),
  'genl.ctrl_attr': named,
  'genl.ctrl.ops_attr': named,
  'genl.ctrl.groups_attr': named,
  'nl80211.attr_type': named,
  'nl80211.band_attr': named,
  'nl80211.band_iftype_attr': named,
  'nl80211.bitrate_attr': named,
  'nl80211.frequency_attr': named,
  'nl80211.if_combination_attrs': named,
  'nl80211.reg_rule_attr': named,
  'nl80211.txq_stats': named,
  'genl.ctrl.family_id': number('family-id'),
  'genl.ctrl.family_name': text('family-name'),
  'genl.ctrl.version': number('version'),
  'genl.ctrl.hdrsize': number('hdrsize'),
  'genl.ctrl.maxattr': number('maxattr'),
  'genl.ctrl.op_id': number('id'),
  'genl.ctrl.op_flags': bits(OPERATION_FLAGS, 'flags'),
  'genl.ctrl.group_id': number('id'),
  'genl.ctrl.group_name': text('name'),
  'nl80211.attr_value': { kind: 'extent' },
  'nl80211.attr_value16': { kind: 'some-number' },
  'nl80211.attr_value32': { kind: 'some-number' },
  'nl80211.attr_value64': { kind: 'some-number' },
  'nl80211.ifname': text('ifname'),
  'nl80211.mac': octets('mac'),
  'nl80211.wiphy_name': text('wiphy-name'),
  'nl80211.alpha2': text('reg-alpha2'),
  'nl80211.iftype': number('iftype'),
  'nl80211.chan_width': number('channel-width'),
  'nl80211.channel_type': number('wiphy-channel-type'),
  'nl80211.ps_state': number('ps-state'),
  ...eachBit('genl.ctrl.op_flags', 'flags', { admin_perm: 'admin-perm', cmd_cap_do: 'cmd-cap-do', cmd_cap_dump: 'cmd-cap-dump', cmd_cap_haspol: 'cmd-cap-haspol', uns_admin_perm: 'uns-admin-perm' }),
};
