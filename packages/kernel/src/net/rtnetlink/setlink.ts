import {
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NEW_IFINDEX,
  IFLA_OPERSTATE,
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_TARGET_NETNSID,
  IFLA_TXQLEN,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { Validation } from '@netdevkit/netlink';
import type { Printk } from '../../printk.ts';
import type { DeviceConfig } from '../core/dev-config.ts';
import type { Devices } from '../core/dev.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { NetlinkRequest, RequestSocket } from '../netlink/netlink-types.ts';
import type { AfSpec } from './af-spec.ts';
import { setPorts, setVirtualFunctions, setXdp } from './link-hardware.ts';
import { ensureUniqueNetns, netOfLink } from './link-netns.ts';
import { isText, type LinkRequest, type LinkRequests } from './link-request.ts';
import { setOffloadSizes } from './offload-sizes.ts';
import { combineFlags, setOperstate } from './link-state.ts';
import { setProtoDown } from './proto-down.ts';
import { validateLink } from './validate-link.ts';

/** Something was changed: DO_SETLINK_MODIFIED. */
export const MODIFIED = 1;
/** Something was changed that listeners want to know: DO_SETLINK_NOTIFY. */
export const NOTIFY = 3;

/** What {@link SetLink} stands on. */
export interface SetLinkDeps {
  readonly devices: Devices;
  readonly config: DeviceConfig;
  readonly namespaces: Namespaces;
  readonly chain: NetdevChain;
  readonly af: AfSpec;
  readonly protoDownReasons: WeakMap<net_device, number>;
  readonly requests: LinkRequests;
  readonly log: Printk;
}

/** What a change of a link is made of. */
interface Change {
  readonly dev: net_device;
  readonly link: LinkRequest;
  readonly socket: RequestSocket;
  readonly extack: netlink_ext_ack;
  /** What was done so far. */
  status: number;
}

/** One step of a change: MODIFIED, NOTIFY, 0 for nothing done, or a negative errno that ends it. */
type Step = (change: Change) => number;

/**
 * Changes to links that exist: RTM_SETLINK, and RTM_NEWLINK of a link that is there. net/core/rtnetlink.c.
 */
export class SetLink {
  readonly #deps: SetLinkDeps;
  /** In the order in which they are done: one that fails leaves those before it done. */
  readonly #steps: readonly Step[];

  constructor(deps: SetLinkDeps) {
    this.#deps = deps;
    const { af, namespaces, protoDownReasons, config } = deps;
    const modified = (error: number): number => (error < 0 ? error : MODIFIED);
    this.#steps = [
      (change) => this.#namespace(change),
      ({ link }) => (link.tb.has(IFLA_MAP) ? -errno.EOPNOTSUPP : 0),
      (change) => this.#address(change),
      ({ dev, link: { tb }, extack }) => (tb.has(IFLA_MTU) ? modified(config.setMtu(dev, tb.s32(IFLA_MTU) ?? 0, extack)) : 0),
      (change) => this.#group(change),
      (change) => this.#rename(change),
      (change) => this.#alias(change),
      (change) => this.#broadcast(change),
      ({ dev, link }) =>
        link.flags === 0 && link.change === 0 ? 0 : Math.min(deps.devices.states.changeFlags(dev, combineFlags(dev, link)), 0),
      ({ dev, link }) => (link.tb.has(IFLA_MASTER) ? modified(setMaster(dev, link.tb.s32(IFLA_MASTER) ?? 0, deps.devices)) : 0),
      ({ dev, link: { tb } }) =>
        tb.has(IFLA_CARRIER) ? modified(config.changeCarrier(dev, tb.u8(IFLA_CARRIER) !== 0)) : 0,
      ({ dev, link: { tb } }) => (tb.has(IFLA_TXQLEN) ? modified(config.setTxQueueLen(dev, tb.u32(IFLA_TXQLEN) ?? 0)) : 0),
      ({ dev, link }) => (setOffloadSizes(dev, link.tb) ? MODIFIED : 0),
      (change) => this.#operstate(change),
      ({ link }) => setVirtualFunctions(link.tb),
      ({ link }) => setPorts(link.tb),
      (change) =>
        af.set(change.dev, change.link.tb, change.extack, () => {
          change.status |= NOTIFY;
        }),
      ({ dev, link: { tb }, extack }) => {
        if (!tb.has(IFLA_PROTO_DOWN) && !tb.has(IFLA_PROTO_DOWN_REASON)) return 0;
        const error = setProtoDown(dev, tb, config, protoDownReasons, extack);
        return error < 0 ? error : NOTIFY;
      },
      ({ link }) => {
        const result = setXdp(link.tb, namespaces);
        return result > 0 ? NOTIFY : result;
      },
    ];
  }

  /** RTM_SETLINK. From net/core/rtnetlink.c:rtnl_setlink. */
  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number =>
    this.#deps.requests.with((link) => {
      let error = link.parse(request, Validation.LIBERAL, extack);
      if (error === 0) error = ensureUniqueNetns(link.tb, false, extack);
      if (error < 0) return error;
      if (!link.named) return -errno.EINVAL;
      const dev = link.find(request.namespace);
      if (dev === undefined) return -errno.ENODEV;
      error = validateLink(dev, link.tb, this.#deps.af, extack);
      return error < 0 ? error : this.apply(dev, link, request.socket, 0, extack);
    });

  /**
   * Does what a request asks for. From net/core/rtnetlink.c:do_setlink.
   *
   * @param status - what was done before: 0, {@link MODIFIED} or {@link NOTIFY}
   */
  apply(dev: net_device, link: LinkRequest, socket: RequestSocket, status: number, extack: netlink_ext_ack): number {
    const change: Change = { dev, link, socket, extack, status };
    let error = 0;
    for (const step of this.#steps) {
      const done = step(change);
      if (done < 0) {
        error = done;
        break;
      }
      change.status |= done;
    }
    if ((change.status & MODIFIED) === 0) return error;
    if (change.status === NOTIFY) this.#deps.devices.states.stateChange(dev);
    if (error < 0) {
      this.#deps.log.warn(
        `A link change request failed with some changes committed already. Interface ${dev.name} may have been left with an inconsistent configuration, please check.`,
      );
    }
    return error;
  }

  #namespace({ dev, link: { tb, ifname }, socket }: Change): number {
    if (!tb.has(IFLA_NET_NS_PID) && !tb.has(IFLA_NET_NS_FD) && !tb.has(IFLA_TARGET_NETNSID)) return 0;
    const { devices, namespaces } = this.#deps;
    const target = netOfLink(namespaces, devices.namespaceOf(dev), tb, socket);
    if (typeof target === 'number') return target;
    if (ifname !== undefined && !isText(ifname)) return -errno.EINVAL;
    const error = devices.changeNamespace(dev, target, ifname ?? null, tb.s32(IFLA_NEW_IFINDEX) ?? 0);
    return error < 0 ? error : MODIFIED;
  }

  #address({ dev, link: { tb } }: Change): number {
    const address = tb.octets(IFLA_ADDRESS);
    if (address === undefined) return 0;
    // A copy: the driver may keep it, and the request's octets are used again.
    const error = this.#deps.config.setMacAddress(dev, address.slice(0, dev.addr_len));
    return error < 0 ? error : MODIFIED;
  }

  #group({ dev, link: { tb } }: Change): number {
    const group = tb.u32(IFLA_GROUP);
    if (group === undefined) return 0;
    dev.group = group;
    return NOTIFY;
  }

  #rename({ dev, link }: Change): number {
    // From net/core/rtnetlink.c:do_setlink: a link that was found by its index may be given a name.
    const { ifname } = link;
    if (link.index <= 0 || ifname === undefined) return 0;
    if (!isText(ifname)) return -errno.EINVAL;
    const error = this.#deps.config.rename(dev, ifname);
    return error < 0 ? error : MODIFIED;
  }

  #alias({ dev, link: { tb } }: Change): number {
    const alias = tb.string(IFLA_IFALIAS);
    if (alias === undefined) return 0;
    if (!isText(alias)) return -errno.EINVAL;
    const error = this.#deps.config.setAlias(dev, alias, tb.length(IFLA_IFALIAS));
    return error < 0 ? error : NOTIFY;
  }

  #broadcast({ dev, link: { tb } }: Change): number {
    const address = tb.octets(IFLA_BROADCAST);
    if (address === undefined) return 0;
    dev.broadcast.fill(0, 0, dev.addr_len);
    dev.broadcast.set(address.subarray(0, dev.addr_len));
    this.#deps.chain.call(NETDEV_EVENT.CHANGEADDR, dev);
    return 0;
  }

  #operstate({ dev, link: { tb } }: Change): number {
    const state = tb.u8(IFLA_OPERSTATE);
    if (state !== undefined && setOperstate(dev, state)) this.#deps.devices.states.stateChange(dev);
    const mode = tb.u8(IFLA_LINKMODE);
    if (mode === undefined || mode === dev.link_mode) return 0;
    dev.link_mode = mode;
    return NOTIFY;
  }
}

/**
 * Gives a device a master, or takes it away. From net/core/rtnetlink.c:do_set_master.
 *
 * @param ifindex - 0 for none
 */
export function setMaster(dev: net_device, ifindex: number, devices: Devices): number {
  if (dev.master !== null) {
    // No device here takes others in, so none can let go of them either.
    return dev.master.ifindex === ifindex ? 0 : -errno.EOPNOTSUPP;
  }
  if (ifindex === 0) return 0;
  const namespace: Net = devices.namespaceOf(dev);
  return namespace.byIndex(ifindex) === undefined ? -errno.EINVAL : -errno.EOPNOTSUPP;
}
