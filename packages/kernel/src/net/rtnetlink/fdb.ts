import {
  ARPHRD_ETHER,
  NDA_FLAGS_EXT,
  NDA_LLADDR,
  NDA_MASTER,
  NDA_MAX,
  NDA_VLAN,
  NDA_VNI,
  NLMSG_HDRLEN,
  NLM_F_BULK,
  NLM_F_EXCL,
  NTF_MASTER,
  NTF_SELF,
  NUD_PERMANENT,
  PF_BRIDGE,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
  RTNLGRP_NEIGH,
  ndmsg,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import type { Printk } from '../../printk.ts';
import type { AddressLists } from '../core/dev-addr-lists.ts';
import type { Net } from '../core/net-namespace.ts';
import { NDA_POLICY } from '../core/neighbour-requests.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { dumpFdb } from './fdb-dump.ts';
import { fillFdb, type FdbMessage } from './fdb-fill.ts';
import { refuse } from './link-request.ts';
import type { MessageHandlers } from './message-handlers.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';
import { tell } from './tell.ts';

const ETH_ALEN = 6;
const VLAN_VID_MASK = 0x0fff;
const INFO = 6;
/** `rtnl_fdb_nlmsg_size`, with the header of the message. */
const FDB_SIZE = 64;

/** What {@link registerFdb} stands on. */
export interface FdbDeps {
  readonly sockets: RtnlSockets;
  readonly lists: AddressLists;
  readonly log: Printk;
}

/** An entry that a request is about. */
interface Entry {
  readonly dev: net_device;
  readonly address: Uint8Array;
  readonly vid: number;
  readonly state: number;
  readonly flags: number;
}

/**
 * Registers forwarding databases: those that each device has of the addresses that it listens to. There are no bridges, whose own
 * would come beside them. From net/core/rtnetlink.c.
 */
export function registerFdb(handlers: MessageHandlers, deps: FdbDeps): void {
  const fdb = new Fdb(deps);
  const dump = dumpFdb(deps.lists);
  handlers.register(PF_BRIDGE, RTM_NEWNEIGH, { doit: fdb.add });
  handlers.register(PF_BRIDGE, RTM_DELNEIGH, { doit: fdb.delete, bulkDelete: true });
  handlers.register(PF_BRIDGE, RTM_GETNEIGH, { doit: fdb.get, dump: () => ({ dump, doneAlone: true }) });
}

class Fdb {
  readonly #deps: FdbDeps;
  readonly #table = new AttributeTable(NDA_MAX);

  constructor(deps: FdbDeps) {
    this.#deps = deps;
  }

  // From net/core/rtnetlink.c:rtnl_fdb_add.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const entry = this.#parse(request, 'add', extack);
    if (typeof entry === 'number') return entry;
    if ((entry.flags & NTF_SELF) === 0) return -errno.EOPNOTSUPP;
    const error = this.#addDefault(entry, request.flags);
    if (error === 0) this.#tell(RTM_NEWNEIGH, entry);
    return error;
  };

  // From net/core/rtnetlink.c:rtnl_fdb_del.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const entry = this.#parse(request, 'delete', extack);
    if (typeof entry === 'number') return entry;
    // No device deletes many.
    if ((entry.flags & NTF_SELF) === 0 || (request.flags & NLM_F_BULK) !== 0) return -errno.EOPNOTSUPP;
    const error = this.#deleteDefault(entry);
    if (error === 0) this.#tell(RTM_DELNEIGH, entry);
    return error;
  };

  // From net/core/rtnetlink.c:rtnl_fdb_get, valid_fdb_get_strict.
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, length, namespace } = request;
    const tb = this.#table;
    const header = offset + NLMSG_HDRLEN;
    if (length < NLMSG_HDRLEN + ndmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for fdb get request');
    const others = ndmsg.ndm_pad1(view, header) | ndmsg.ndm_pad2(view, header) | ndmsg.ndm_state(view, header) | ndmsg.ndm_type(view, header);
    if (others !== 0) return refuse(extack, 'EINVAL', 'Invalid values in header for fdb get request');
    const flags = ndmsg.ndm_flags(view, header);
    if ((flags & ~(NTF_MASTER | NTF_SELF)) !== 0) return refuse(extack, 'EINVAL', 'Invalid flags in header for fdb get request');
    const error = parseMessageAttributes(tb, bytes, offset, ndmsg.SIZE, NDA_POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    for (let type = 0; type <= NDA_MAX; type++) {
      if (!tb.has(type) || type === NDA_MASTER || type === NDA_VNI) continue;
      if (type === NDA_LLADDR) {
        if (tb.length(type) !== ETH_ALEN) return refuse(extack, 'EINVAL', 'Invalid address in fdb get request');
      } else if (type === NDA_VLAN) {
        const vid = parseVid(tb, extack);
        if (vid < 0) return vid;
      } else return refuse(extack, 'EINVAL', 'Unsupported attribute in fdb get request');
    }
    if (!tb.has(NDA_LLADDR)) return refuse(extack, 'EINVAL', 'Missing lookup address for fdb get request');
    const ifindex = ndmsg.ndm_ifindex(view, header);
    const dev = ifindex === 0 ? undefined : namespace.byIndex(ifindex);
    if (ifindex !== 0 && dev === undefined) return refuse(extack, 'ENODEV', 'Unknown device ifindex');
    const master = tb.u32(NDA_MASTER) ?? 0;
    if (master !== 0) {
      if (dev !== undefined) return refuse(extack, 'EINVAL', 'Master and device are mutually exclusive');
      if (namespace.byIndex(master) === undefined) return refuse(extack, 'EINVAL', 'Invalid master ifindex');
    } else if (dev === undefined) return refuse(extack, 'ENODEV', 'No device specified');
    else if (flags === 0 || (flags & NTF_MASTER) !== 0) return refuse(extack, 'EINVAL', 'Device is not a bridge port');
    return refuse(extack, 'EOPNOTSUPP', 'Fdb get operation not supported by device');
  };

  #parse(request: NetlinkRequest, what: 'add' | 'delete', extack: netlink_ext_ack): Entry | number {
    const { bytes, offset, view, flags, namespace } = request;
    const tb = this.#table;
    const isBulk = what === 'delete' && (flags & NLM_F_BULK) !== 0;
    const error = parseMessageAttributes(tb, bytes, offset, ndmsg.SIZE, null, isBulk ? Validation.STRICT : Validation.LIBERAL, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    const ifindex = ndmsg.ndm_ifindex(view, header);
    if (ifindex === 0) return refuse(extack, 'EINVAL', 'invalid ifindex');
    const dev = namespace.byIndex(ifindex);
    if (dev === undefined) return refuse(extack, 'ENODEV', 'unknown ifindex');
    const address = tb.octets(NDA_LLADDR);
    if (!isBulk && address?.length !== ETH_ALEN) return refuse(extack, 'EINVAL', 'invalid address');
    const isEthernet = dev.type === ARPHRD_ETHER;
    const other = `FDB ${what} only supported for Ethernet devices`;
    // Which is looked at first differs.
    if (what === 'add' && !isEthernet) return refuse(extack, 'EINVAL', other);
    const vid = isBulk ? 0 : parseVid(tb, extack);
    if (vid < 0) return vid;
    if (!isEthernet) return refuse(extack, 'EINVAL', other);
    return { dev, address: address ?? new Uint8Array(ETH_ALEN), vid, state: ndmsg.ndm_state(view, header), flags: ndmsg.ndm_flags(view, header) };
  }

  // From net/core/rtnetlink.c:ndo_dflt_fdb_add.
  #addDefault({ dev, address, vid, state }: Entry, flags: number): number {
    if (state !== 0 && (state & NUD_PERMANENT) === 0) return this.#complain(dev, 'default FDB implementation only supports local addresses');
    if (this.#table.has(NDA_FLAGS_EXT)) return this.#complain(dev, 'invalid flags given to default FDB implementation');
    if (vid !== 0) return this.#complain(dev, "vlans aren't supported yet for dev_uc|mc_add()");
    const error = this.#listOf(address).addExclusive(dev, address);
    return error === -errno.EEXIST && (flags & NLM_F_EXCL) === 0 ? 0 : error;
  }

  // From net/core/rtnetlink.c:ndo_dflt_fdb_del.
  #deleteDefault({ dev, address, state }: Entry): number {
    if ((state & NUD_PERMANENT) === 0) return this.#complain(dev, 'default FDB implementation only supports local addresses');
    return this.#listOf(address).remove(dev, address);
  }

  /** Addresses of protocols of a link, such as 01:80:c2:00:00:0e, stand with those of one station. */
  #listOf(address: Uint8Array): AddressLists['unicast'] {
    const { unicast, multicast } = this.#deps.lists;
    const isOfLink = LINK_LOCAL.every((octet, i) => octet === address[i]) && ((address[ETH_ALEN - 1] ?? 0) & 0xf0) === 0;
    return ((address[0] ?? 0) & 1) === 0 || isOfLink ? unicast : multicast;
  }

  #complain(dev: net_device, text: string): number {
    this.#deps.log.write(INFO, `${dev.name}: ${text}`);
    return -errno.EINVAL;
  }

  // From net/core/rtnetlink.c:rtnl_fdb_notify.
  #tell(type: number, { dev, address, state }: Entry): void {
    const message: FdbMessage = { type, flags: 0, portid: 0, seq: 0, state };
    // CAST: every device of this kernel was made with a Net of this kernel.
    tell(this.#deps.sockets, dev.nd_net as Net, RTNLGRP_NEIGH, null, FDB_SIZE, (writer) => fillFdb(writer, dev, address, message));
  }
}

/** The first octets of `01:80:c2:00:00:0X`. */
const LINK_LOCAL = [0x01, 0x80, 0xc2, 0x00, 0x00];

/** The number of a VLAN, 0 without one, or a negative errno. From net/core/rtnetlink.c:fdb_vid_parse. */
function parseVid(tb: AttributeTable, extack: netlink_ext_ack): number {
  if (!tb.has(NDA_VLAN)) return 0;
  if (tb.length(NDA_VLAN) !== 2) return refuse(extack, 'EINVAL', 'invalid vlan attribute size');
  const vid = tb.u16(NDA_VLAN) ?? 0;
  return vid === 0 || vid >= VLAN_VID_MASK ? refuse(extack, 'EINVAL', 'invalid vlan id') : vid;
}
