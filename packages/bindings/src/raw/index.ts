/**
 * The kernel's raw functions and records, in C's names, with negative errnos. What bindgen's output is to Rust: nobody
 * checks a record's invariants here. The safe packages wrap it; drivers may not import it.
 *
 * @packageDocumentation
 */

export * from './constants.ts';
export {
  default_ethtool_ops,
  type ethtool_channels,
  type ethtool_coalesce,
  type ethtool_drvinfo,
  type ethtool_link_ksettings,
  type ethtool_ops,
  type ethtool_ringparam,
  type ethtool_ts_info,
} from './ethtool.ts';
export type { kernel, log_level } from './kernel.ts';
export { module, type module_image, type module_state } from './module.ts';
export {
  napi_struct,
  net_device,
  netdev_queue,
  type link_stats64,
  type net,
  type net_device_ops,
  type packet_type,
  type qdisc,
} from './netdevice.ts';
export type { netlink_tap } from './netlink-tap.ts';
export { netlink_ext_ack, type nla_policies, type nla_policy, type nla_type, type nlattr_table, type nlmsg_builder } from './nlattr.ts';
export type { rtnl_link_ops } from './rtnetlink.ts';
export { sk_buff, skb_shared_data, type skb_data_pool } from './skbuff.ts';
