import {
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_SLAVE_DATA,
  IFLA_LINK_NETNSID,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PROTINFO,
  IFLA_TXQLEN,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
} from '@netdevkit/bindings';
import { IFNAMSIZ, NET_ADDR_SET, NETREG, type net_device, type netlink_ext_ack, type rtnl_link_ops } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { Validation, type AttributeTable } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import { setDevAddr, validateMtu } from '../core/dev-config.ts';
import type { Devices } from '../core/dev.ts';
import { NET_NAME_USER } from '../core/name-origin.ts';
import type { Requester } from '../core/link-messages.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { AfSpec } from './af-spec.ts';
import { ensureUniqueNetns, namedNet, netOfLink } from './link-netns.ts';
import type { LinkOps } from './link-ops.ts';
import { cutString, isText, refuse, type LinkRequest, type LinkRequests } from './link-request.ts';
import { combineFlags, setOperstate } from './link-state.ts';
import { setOffloadSizes } from './offload-sizes.ts';
import { NOTIFY, setMaster, type SetLink } from './setlink.ts';
import { validateLink } from './validate-link.ts';

const MAX_QUEUES = 4096;

/** What {@link NewLink} stands on. */
export interface NewLinkDeps {
  readonly devices: Devices;
  readonly namespaces: Namespaces;
  readonly links: LinkOps;
  readonly setLink: SetLink;
  readonly af: AfSpec;
  readonly requests: LinkRequests;
  readonly modules: { request(alias: string): void };
  readonly rtnl: Rtnl;
  readonly faults: Faults;
  readonly log: Printk;
}

/** Who asked, for messages that bear it. */
export function requesterOf(request: NetlinkRequest): Requester {
  return { portid: request.portid, seq: request.seq, echo: (request.flags & NLM_F_ECHO) !== 0 };
}

/**
 * RTM_NEWLINK: makes links, or changes those that are there. net/core/rtnetlink.c.
 */
export class NewLink {
  readonly #deps: NewLinkDeps;

  constructor(deps: NewLinkDeps) {
    this.#deps = deps;
  }

  /** From net/core/rtnetlink.c:__rtnl_newlink. */
  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { requests, modules, rtnl, links } = this.#deps;
    return requests.with((link) => {
      const result = this.#try(request, link, extack);
      if (typeof result === 'number') return result;
      // What was parsed is asked anew when the kind has come: its own attributes are still to be looked at.
      const kind = result;
      if (kind !== '') {
        rtnl.unlock();
        try {
          modules.request(`rtnl-link-${kind}`);
        } finally {
          rtnl.lock();
        }
        if (links.find(kind) !== undefined) {
          const again = this.#try(request, link, extack);
          if (typeof again === 'number') return again;
        }
      }
      return refuse(extack, 'EOPNOTSUPP', 'Unknown device type');
    });
  };

  /** Gives what became of the request; or its kind, when that is not known. */
  #try(request: NetlinkRequest, link: LinkRequest, extack: netlink_ext_ack): number | string {
    const { links, faults } = this.#deps;
    const { tb } = link;
    let error = link.parse(request, Validation.LIBERAL, extack);
    if (error === 0) error = ensureUniqueNetns(tb, false, extack);
    if (error < 0) return error;
    if (link.index < 0) return refuse(extack, 'EINVAL', "ifindex can't be negative");
    const dev = link.find(request.namespace);
    error = link.parseInfo();
    if (error < 0) return error;

    const { kind } = link;
    const ops = kind === '' ? undefined : links.find(kind);
    let data: AttributeTable | null = null;
    if (ops !== undefined) {
      const parsed = link.parseData(ops, extack);
      if (typeof parsed === 'number') return parsed;
      data = parsed;
      if (ops.validate !== null) error = faults.refusal('validate') || ops.validate(tb, data, extack);
      if (error < 0) return error;
    }
    if (dev !== undefined) return this.#change(request, link, dev, ops, data, extack);

    if ((request.flags & NLM_F_CREATE) === 0) {
      if (link.named || !tb.has(IFLA_GROUP)) return -errno.ENODEV;
      return this.#changeGroup(request, link, tb.u32(IFLA_GROUP) ?? 0, extack);
    }
    if (tb.has(IFLA_MAP) || tb.has(IFLA_PROTINFO)) return -errno.EOPNOTSUPP;
    return ops === undefined ? kind : this.#create(request, link, ops, data, extack);
  }

  #change(
    request: NetlinkRequest,
    link: LinkRequest,
    dev: net_device,
    ops: rtnl_link_ops | undefined,
    data: AttributeTable | null,
    extack: netlink_ext_ack,
  ): number {
    if ((request.flags & NLM_F_EXCL) !== 0) return -errno.EEXIST;
    if ((request.flags & NLM_F_REPLACE) !== 0) return -errno.EOPNOTSUPP;
    const error = validateLink(dev, link.tb, this.#deps.af, extack);
    if (error < 0) return error;
    let status = 0;
    if (link.info.has(IFLA_INFO_DATA)) {
      if (ops === undefined || ops !== dev.rtnl_link_ops || ops.changelink === null) return -errno.EOPNOTSUPP;
      const changed = this.#deps.faults.refusal('changelink') || ops.changelink(dev, link.tb, data, extack);
      if (changed < 0) return changed;
      status = NOTIFY;
    }
    // No device here is a master, which such attributes are for.
    if (link.info.has(IFLA_INFO_SLAVE_DATA)) return -errno.EOPNOTSUPP;
    return this.#deps.setLink.apply(dev, link, request.socket, status, extack);
  }

  /** Does the same to every member of a group, until one fails. From net/core/rtnetlink.c:rtnl_group_changelink. */
  #changeGroup(request: NetlinkRequest, link: LinkRequest, group: number, extack: netlink_ext_ack): number {
    // A copy: members may move to another namespace.
    for (const dev of request.namespace.devices.filter((member) => member.group === group)) {
      let error = validateLink(dev, link.tb, this.#deps.af, extack);
      if (error === 0) error = this.#deps.setLink.apply(dev, link, request.socket, 0, extack);
      if (error < 0) return error;
    }
    return 0;
  }

  // From net/core/rtnetlink.c:rtnl_newlink_create.
  #create(
    request: NetlinkRequest,
    link: LinkRequest,
    ops: rtnl_link_ops,
    data: AttributeTable | null,
    extack: netlink_ext_ack,
  ): number {
    const { namespaces, devices, faults, log } = this.#deps;
    if (ops.setup === null) return -errno.EOPNOTSUPP;
    const name = cutString(link.tb, IFLA_IFNAME, IFNAMSIZ) ?? `${ops.kind}%d`.slice(0, IFNAMSIZ - 1);
    if (!isText(name)) return -errno.EINVAL;
    const target = netOfLink(namespaces, request.namespace, link.tb, request.socket);
    if (typeof target === 'number') return target;
    const linkNsid = link.tb.s32(IFLA_LINK_NETNSID);
    const linkNet = linkNsid === undefined ? undefined : target.nsids.get(linkNsid);
    if (linkNsid !== undefined && linkNet === undefined) return refuse(extack, 'EINVAL', 'Unknown network namespace id');

    const dev = this.createLink(linkNet ?? target, name, ops, link.tb, extack);
    if (typeof dev === 'number') return dev;
    dev.ifindex = link.index;
    let error =
      ops.newlink === null
        ? devices.register(dev)
        : faults.refusal('newlink') || ops.newlink(linkNet ?? request.namespace, dev, link.tb, data, extack);
    if (error >= 0 && dev.reg_state !== NETREG.REGISTERED) {
      log.warn(`rtnl_newlink: ${ops.kind}: newlink left ${dev.name} unregistered`);
      error = -errno.EIO;
    }
    if (error < 0) {
      devices.free(dev);
      return error;
    }
    error = this.configureLink(dev, link.flags, link.change, requesterOf(request));
    if (error === 0 && linkNet !== undefined) error = devices.changeNamespace(dev, target, name, 0);
    if (error === 0 && link.tb.has(IFLA_MASTER)) error = setMaster(dev, link.tb.s32(IFLA_MASTER) ?? 0, devices);
    if (error < 0) this.#unmake(dev, ops);
    return error;
  }

  /** Makes a device that is not registered yet, as attributes describe it. From net/core/rtnetlink.c:rtnl_create_link. */
  createLink(
    namespace: Net,
    name: string,
    ops: rtnl_link_ops,
    tb: AttributeTable,
    extack: netlink_ext_ack,
  ): net_device | number {
    const { devices, af } = this.#deps;
    const { setup } = ops;
    if (setup === null) return -errno.EOPNOTSUPP;
    const txqs = tb.u32(IFLA_NUM_TX_QUEUES) ?? ops.get_num_tx_queues?.() ?? 1;
    const rxqs = tb.u32(IFLA_NUM_RX_QUEUES) ?? ops.get_num_rx_queues?.() ?? 1;
    if (txqs < 1 || txqs > MAX_QUEUES) return refuse(extack, 'EINVAL', 'Invalid number of transmit queues');
    if (rxqs < 1 || rxqs > MAX_QUEUES) return refuse(extack, 'EINVAL', 'Invalid number of receive queues');
    const dev = devices.alloc(namespace, name, setup, txqs, rxqs);
    if (typeof dev === 'number') return dev;
    let error = validateLink(dev, tb, af, extack);
    const mtu = tb.s32(IFLA_MTU);
    if (error === 0 && mtu !== undefined) error = validateMtu(dev, mtu, extack);
    if (error < 0) {
      devices.free(dev);
      return error;
    }
    dev.rtnl_link_ops = ops;
    dev.rtnl_link_initializing = true;
    if (tb.has(IFLA_IFNAME)) dev.name_assign_type = NET_NAME_USER;
    dev.mtu = mtu ?? dev.mtu;
    const address = tb.octets(IFLA_ADDRESS);
    if (address !== undefined) {
      setDevAddr(dev, address);
      dev.addr_assign_type = NET_ADDR_SET;
    }
    const broadcast = tb.octets(IFLA_BROADCAST);
    if (broadcast !== undefined) dev.broadcast.set(broadcast);
    dev.tx_queue_len = tb.u32(IFLA_TXQLEN) ?? dev.tx_queue_len;
    const operstate = tb.u8(IFLA_OPERSTATE);
    if (operstate !== undefined) setOperstate(dev, operstate);
    dev.link_mode = tb.u8(IFLA_LINKMODE) ?? dev.link_mode;
    dev.group = tb.u32(IFLA_GROUP) ?? dev.group;
    setOffloadSizes(dev, tb);
    return dev;
  }

  /** `rtnl_link_get_net`: the namespace that attributes name, else the one that they came from. */
  netOf(source: Net, tb: AttributeTable): Net | number {
    return namedNet(this.#deps.namespaces, source, tb);
  }

  /** Gives a new link its flags, and tells of it. From net/core/rtnetlink.c:rtnl_configure_link. */
  configureLink(dev: net_device, flags: number, change: number, requester: Requester | null): number {
    const { states } = this.#deps.devices;
    const before = dev.flags;
    if (flags !== 0 || change !== 0) {
      const error = states.setFlags(dev, combineFlags(dev, { flags, change }));
      if (error < 0) return error;
    }
    const told = dev.rtnl_link_initializing ? 0xffff_ffff : before ^ dev.flags;
    dev.rtnl_link_initializing = false;
    states.notifyFlags(dev, before, told, requester);
    return 0;
  }

  /** Takes a link back that was registered and then failed. */
  #unmake(dev: net_device, ops: rtnl_link_ops): void {
    const { devices, links } = this.#deps;
    if (ops.newlink === null) devices.unregister([dev], null);
    else links.delete([dev], null);
  }
}
