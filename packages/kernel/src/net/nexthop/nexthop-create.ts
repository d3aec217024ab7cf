import { AF_INET, RT_SCOPE_LINK } from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';
import type { FibNh, Gateway } from '../ipv4/fib-info.ts';
import type { Nexthops as Ipv4Nexthops } from '../ipv4/fib-nexthop.ts';
import type { Fib6Create } from '../ipv6/fib6-create.ts';
import { ANY } from '../ipv6/ipv6-address.ts';
import type { NexthopInfo } from './nexthop.ts';
import type { Nexthops } from './nexthops.ts';

const LOOPBACK_IFINDEX = 1;

/** One way, as it is asked for. */
export interface WayConfig {
  readonly family: number;
  readonly flags: number;
  readonly fdb: boolean;
  readonly blackhole: boolean;
  readonly dev: net_device | null;
  readonly gateway: Gateway | null;
}

/** What {@link NexthopCreate} stands on. */
export interface NexthopCreateDeps {
  readonly nexthops: Nexthops;
  readonly ipv4: Ipv4Nexthops;
  readonly ipv6: Fib6Create;
}

/**
 * Makes next hops, if they can be reached: net/ipv4/nexthop.c.
 */
export class NexthopCreate {
  readonly #deps: NexthopCreateDeps;

  constructor(deps: NexthopCreateDeps) {
    this.#deps = deps;
  }

  /** Makes one way, with the `RTNH_F_*` that the object has. From net/ipv4/nexthop.c:nexthop_create. */
  single(net: Net, config: WayConfig, extack: netlink_ext_ack): { readonly info: NexthopInfo; readonly flags: number } | number {
    const { family, fdb, blackhole, gateway, flags } = config;
    const common = { family, fdb, blackhole, gateway, serial: this.#deps.nexthops.nextSerial() };
    if (fdb) {
      // One of IPv6 has a gateway, be it none.
      const shown = gateway ?? (family === AF_INET ? null : ANY);
      return { info: { ...common, gateway: shown, scope: RT_SCOPE_LINK, dev: null, hop: null, hop6: null }, flags };
    }
    const oif = blackhole ? LOOPBACK_IFINDEX : (config.dev?.ifindex ?? 0);
    if (family === AF_INET) {
      const hop: FibNh = { oif, gateway, scope: 0, flags, weight: 1, tclassid: 0, dev: null };
      const error = this.#deps.ipv4.check(net, hop, 0, 0, extack);
      return error < 0 ? error : { info: { ...common, scope: hop.scope, dev: hop.dev, hop, hop6: null }, flags: hop.flags };
    }
    if (typeof gateway === 'number') return -errno.EINVAL;
    const hop6 = this.#deps.ipv6.way(net, { flags, ifindex: oif, gateway, table: 0 }, extack);
    if (typeof hop6 === 'number') return hop6;
    const hop: FibNh = { oif: hop6.dev.ifindex, gateway: hop6.gateway, scope: RT_SCOPE_LINK, flags: hop6.flags, weight: 1, tclassid: 0, dev: hop6.dev };
    return { info: { ...common, scope: RT_SCOPE_LINK, dev: hop6.dev, hop, hop6 }, flags: hop6.flags };
  }
}
