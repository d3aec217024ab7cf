import {
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { AttributeTable } from '@netdevkit/netlink';
import type { AfSpec } from './af-spec.ts';
import { refuse } from './link-request.ts';

const GSO_MAX_SEGS = 65_535;
const GRO_MAX_SIZE = 8 * 65_535;

/** What has no place in a link's attributes, whatever is done with them. From net/core/rtnetlink.c:validate_linkmsg. */
export function validateLink(dev: net_device, tb: AttributeTable, af: AfSpec, extack: netlink_ext_ack): number {
  if (tb.has(IFLA_ADDRESS) && tb.length(IFLA_ADDRESS) < dev.addr_len) return -errno.EINVAL;
  if (tb.has(IFLA_BROADCAST) && tb.length(IFLA_BROADCAST) < dev.addr_len) return -errno.EINVAL;
  const most = (type: number): number => tb.u32(type) ?? 0;
  if (most(IFLA_GSO_MAX_SIZE) > dev.tso_max_size) return refuse(extack, 'EINVAL', 'too big gso_max_size');
  if (most(IFLA_GSO_MAX_SEGS) > Math.min(GSO_MAX_SEGS, dev.tso_max_segs)) return refuse(extack, 'EINVAL', 'too big gso_max_segs');
  if (most(IFLA_GRO_MAX_SIZE) > GRO_MAX_SIZE) return refuse(extack, 'EINVAL', 'too big gro_max_size');
  if (most(IFLA_GSO_IPV4_MAX_SIZE) > dev.tso_max_size) return refuse(extack, 'EINVAL', 'too big gso_ipv4_max_size');
  if (most(IFLA_GRO_IPV4_MAX_SIZE) > GRO_MAX_SIZE) return refuse(extack, 'EINVAL', 'too big gro_ipv4_max_size');
  return af.validate(dev, tb, extack);
}
