import {
  AF_INET,
  NLM_F_CREATE,
  RTAX_ADVMSS,
  RTAX_RTT,
  RTAX_WINDOW,
  RTF_GATEWAY,
  RTF_HOST,
  RTF_IRTT,
  RTF_MTU,
  RTF_REJECT,
  RTF_WINDOW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  RTPROT_BOOT,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  SIOCDELRT,
  rtentry,
} from '@netdevkit/bindings';
import { IFNAMSIZ } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { decodeCString } from '../../text.ts';
import type { IoctlContext } from '../core/ioctl-context.ts';
import type { Span } from '../core/route-metrics.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { Devinet } from './devinet.ts';
import type { FibConfig } from './fib-info.ts';
import type { FibRoutes } from './fib-routes.ts';
import type { Fib } from './fib.ts';
import { isMask } from './ipv4-mask.ts';

/** What {@link FibIoctl} stands on. */
export interface FibIoctlDeps {
  readonly fib: Fib;
  readonly routes: FibRoutes;
  readonly devinet: Devinet;
  readonly rtnl: Rtnl;
}

/** The device that a route names, and the address of an alias of it. */
interface Output {
  readonly oif: number;
  readonly prefsrc: number;
}

/**
 * SIOCADDRT and SIOCDELRT: `ip_rt_ioctl` (net/ipv4/fib_frontend.c).
 */
export class FibIoctl {
  readonly #deps: FibIoctlDeps;

  constructor(deps: FibIoctlDeps) {
    this.#deps = deps;
  }

  /** Adds or deletes the route of a `struct rtentry`: 0 or a negative errno. */
  run(command: number, address: bigint, context: IoctlContext): number {
    const given = context.memory.read(address, rtentry.SIZE);
    if (given === undefined) return -errno.EFAULT;
    if (!context.credentials.netAdmin) return -errno.EPERM;
    const { rtnl, fib, routes } = this.#deps;
    return rtnl.locked(() => {
      const config = this.#config(command, new DataView(given.buffer, given.byteOffset), context);
      if (typeof config === 'number') return config;
      if (command === SIOCDELRT) {
        const table = fib.table(config.net, config.table);
        return table === undefined ? -errno.ESRCH : routes.delete(table, config, null);
      }
      const table = fib.newTable(config.net, config.table);
      return table === undefined ? -errno.ENOBUFS : routes.insert(table, config, null);
    });
  }

  // From net/ipv4/fib_frontend.c:rtentry_to_fib_config.
  #config(command: number, view: DataView, context: IoctlContext): FibConfig | number {
    const { namespace } = context;
    const flags = rtentry.rt_flags(view, 0);
    const [family, dst] = socketAddress(view, rtentry.rt_dst(0));
    if (family !== AF_INET) return -errno.EAFNOSUPPORT;
    let dstLength = 32;
    if ((flags & RTF_HOST) === 0) {
      const [maskFamily, mask] = socketAddress(view, rtentry.rt_genmask(0));
      if (maskFamily !== AF_INET && (mask !== 0 || maskFamily !== 0)) return -errno.EAFNOSUPPORT;
      if (!isMask(mask) || (dst & ~mask) !== 0) return -errno.EINVAL;
      dstLength = Math.clz32(~mask);
    }
    const adds = command !== SIOCDELRT;
    const metric = rtentry.rt_metric(view, 0);
    const base: FibConfig = {
      net: namespace,
      dst,
      dstLength,
      dscp: 0,
      table: RT_TABLE_MAIN,
      protocol: adds ? RTPROT_BOOT : 0,
      scope: RT_SCOPE_HOST,
      type: RTN_UNREACHABLE,
      flags: 0,
      nlflags: adds ? NLM_F_CREATE : 0,
      oif: 0,
      gateway: null,
      priority: metric === 0 ? 0 : (metric - 1) >>> 0,
      prefsrc: 0,
      metrics: null,
      multipath: null,
      flow: 0,
      encap: false,
      nhId: 0,
      requester: null,
    };
    if ((flags & RTF_REJECT) !== 0) return base;
    const output = this.#output(rtentry.rt_dev(view, 0), context);
    if (typeof output === 'number') return output;
    const [gatewayFamily, address] = socketAddress(view, rtentry.rt_gateway(0));
    const gateway = gatewayFamily === AF_INET && address !== 0 ? address : null;
    let scope: number = RT_SCOPE_NOWHERE;
    if (gateway !== null && (flags & RTF_GATEWAY) !== 0 && this.#deps.fib.addrType(namespace, gateway, 0) === RTN_UNICAST) {
      scope = RT_SCOPE_UNIVERSE;
    }
    const config = { ...base, ...output, type: RTN_UNICAST, gateway, scope };
    if (!adds) return config;
    if ((flags & RTF_GATEWAY) !== 0 && gateway === null) return -errno.EINVAL;
    return { ...config, scope: scope === RT_SCOPE_NOWHERE ? RT_SCOPE_LINK : scope, metrics: metricsOf(flags, view) };
  }

  #output(name: bigint, { memory, namespace }: IoctlContext): Output | number {
    if (name === 0n) return { oif: 0, prefsrc: 0 };
    const octets = memory.read(name, IFNAMSIZ - 1);
    if (octets === undefined) return -errno.EFAULT;
    const label = decodeCString(octets);
    const colon = label?.indexOf(':') ?? -1;
    const dev = label === null ? undefined : namespace.byName(colon === -1 ? label : label.slice(0, colon));
    if (dev === undefined) return -errno.ENODEV;
    if (colon === -1) return { oif: dev.ifindex, prefsrc: 0 };
    const alias = this.#deps.devinet.inDevice(dev)?.addresses.find((ifa) => ifa.label === label);
    return alias === undefined ? -errno.ENODEV : { oif: dev.ifindex, prefsrc: alias.local };
  }
}

/** Family and address of a `struct sockaddr_in`. */
function socketAddress(view: DataView, at: number): readonly [family: number, address: number] {
  return [view.getUint16(at, true), view.getUint32(at + 4, false)];
}

/** The metrics as RTA_METRICS has them. */
function metricsOf(flags: number, view: DataView): Span | null {
  const metrics: (readonly [type: number, value: number])[] = [];
  if ((flags & RTF_MTU) !== 0) metrics.push([RTAX_ADVMSS, Number(BigInt.asUintN(32, rtentry.rt_mtu(view, 0) - 40n))]);
  if ((flags & RTF_WINDOW) !== 0) metrics.push([RTAX_WINDOW, Number(BigInt.asUintN(32, rtentry.rt_window(view, 0)))]);
  if ((flags & RTF_IRTT) !== 0) metrics.push([RTAX_RTT, rtentry.rt_irtt(view, 0) << 3]);
  if (metrics.length === 0) return null;
  const bytes = new Uint8Array(8 * metrics.length);
  const attributes = new DataView(bytes.buffer);
  for (const [i, [type, value]] of metrics.entries()) {
    attributes.setUint16(8 * i, 8, true);
    attributes.setUint16(8 * i + 2, type, true);
    attributes.setUint32(8 * i + 4, value, true);
  }
  return { bytes, offset: 0, length: bytes.length };
}
