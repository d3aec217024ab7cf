import {
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_PROTO_DOWN_REASON_MASK,
  IFLA_PROTO_DOWN_REASON_MAX,
  IFLA_PROTO_DOWN_REASON_VALUE,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { AttributeTable, Validation } from '@netdevkit/netlink';
import type { DeviceConfig } from '../core/dev-config.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';

const POLICY = policies(IFLA_PROTO_DOWN_REASON_MAX, {
  [IFLA_PROTO_DOWN_REASON_MASK]: { type: 'NLA_U32' },
  [IFLA_PROTO_DOWN_REASON_VALUE]: { type: 'NLA_U32' },
});

/**
 * Holds a device down for a protocol's sake, and keeps the reasons: net/core/rtnetlink.c:do_set_proto_down.
 *
 * @param reasons - those of the devices that have any; changed
 */
export function setProtoDown(
  dev: net_device,
  tb: AttributeTable,
  config: DeviceConfig,
  reasons: WeakMap<net_device, number>,
  extack: netlink_ext_ack,
): number {
  if ((dev.netdev_ops?.ndo_change_proto_down ?? null) === null) {
    return refuse(extack, 'EOPNOTSUPP', 'Protodown not supported by device');
  }
  if (tb.has(IFLA_PROTO_DOWN_REASON)) {
    const table = new AttributeTable(IFLA_PROTO_DOWN_REASON_MAX);
    const error = tb.nested(IFLA_PROTO_DOWN_REASON, table, POLICY, Validation.LIBERAL, null);
    if (error < 0) return error;
    const value = table.u32(IFLA_PROTO_DOWN_REASON_VALUE);
    if (value === undefined) return refuse(extack, 'EINVAL', 'Invalid protodown reason value');
    const mask = table.u32(IFLA_PROTO_DOWN_REASON_MASK) ?? 0;
    const before = reasons.get(dev) ?? 0;
    // From net/core/dev.c:dev_change_proto_down_reason: no mask stands for all bits.
    reasons.set(dev, (mask === 0 ? value : (before & ~mask) | (value & mask)) >>> 0);
  }
  const down = tb.u8(IFLA_PROTO_DOWN);
  if (down === undefined) return 0;
  if (down === 0 && (reasons.get(dev) ?? 0) !== 0) return refuse(extack, 'EBUSY', 'Cannot clear protodown, active reasons');
  return config.changeProtoDown(dev, down !== 0);
}
