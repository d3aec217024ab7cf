import type { netlink_ext_ack, nla_policies, nlattr_table, nlmsg_builder } from './nlattr.ts';
import type { module } from './module.ts';
import type { net, net_device } from './netdevice.ts';

/**
 * `struct rtnl_link_ops` (include/net/rtnetlink.h): a kind of link. Absent operations are `null`; results are 0 or a negative
 * errno.
 *
 * `tb` are the `IFLA_*` attributes of the request; `data` are the kind's own, parsed with {@link policy} from
 * `IFLA_INFO_DATA`, `null` when the request has none or `maxtype` is 0.
 */
export interface rtnl_link_ops {
  /** What `ip link add type` and `IFLA_INFO_KIND` call it; one of a kernel's kinds has the name. */
  readonly kind: string;
  /** The module that registered it. */
  readonly owner: module;
  /** The greatest type of the kind's own attributes; 0 for none. */
  readonly maxtype: number;
  /** What the kind's own attributes may hold, by type from 0 to `maxtype`; `null` for a kind that checks them itself. */
  readonly policy: nla_policies | null;
  /**
   * Prepares a freshly allocated device, its private record included.
   * Unlike Linux, whose `setup` cannot fail, a negative errno refuses the device: TypeScript constructors may throw.
   */
  readonly setup: ((dev: net_device) => number) | null;
  /**
   * Looks at a request before any device is made or changed; under RTNL, for new links and changed ones alike. `null`:
   * anything goes.
   */
  readonly validate: ((tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack) => number) | null;
  /** Registers the device itself, as in C; `null` for plain `register_netdevice`. */
  readonly newlink:
    | ((src_net: net, dev: net_device, tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack) => number)
    | null;
  /** Changes a link of the kind after `IFLA_INFO_DATA`; the rest of the request is the core's. `null`: -EOPNOTSUPP. */
  readonly changelink:
    | ((dev: net_device, tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack) => number)
    | null;
  /** Queues the device (and what depends on it) for unregistration with {@link kernel.unregister_netdevice_queue}. */
  readonly dellink: ((dev: net_device) => void) | null;
  /** Octets that `fill_info` needs at most. */
  readonly get_size: ((dev: net_device) => number) | null;
  /** Writes the contents of `IFLA_INFO_DATA`. */
  readonly fill_info: ((msg: nlmsg_builder, dev: net_device) => number) | null;
  /** The namespace of the device at the other end or below. */
  readonly get_link_net: ((dev: net_device) => net) | null;
  /** How many queues a device gets whose request does not say. */
  readonly get_num_tx_queues: (() => number) | null;
  /** How many receive queues a device gets whose request does not say. `null`: 1. */
  readonly get_num_rx_queues: (() => number) | null;
}
