import {
  NDA_CACHEINFO,
  NDA_DST,
  NDA_FDB_EXT_ATTRS,
  NDA_FLAGS_EXT,
  NDA_IFINDEX,
  NDA_LLADDR,
  NDA_MASTER,
  NDA_MAX,
  NDA_NH_ID,
  NDA_PORT,
  NDA_PROBES,
  NDA_PROTOCOL,
  NDA_VLAN,
  NDA_VNI,
  nda_cacheinfo,
  ndmsg,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
  NTF_EXT_LEARNED,
  NTF_PROXY,
  NTF_ROUTER,
  NTF_USE,
  NUD_FAILED,
  NUD_PERMANENT,
  RTM_NEWNEIGH,
} from '@netdevkit/bindings';
import { MAX_ADDR_LEN, type net_device, type netlink_ext_ack, type nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseMessageAttributes, strictFrom, Validation } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { fillNeighbour, fillProxy, NEIGHBOUR_SIZE, NTF_EXT_SHIFT } from './neighbour-fill.ts';
import { NTF_MANAGED, UPDATE, type NeighbourTable } from './neighbour.ts';

/** What the attributes of a neighbour may hold. From net/core/neighbour.c:nda_policy. */
export const NDA_POLICY: nla_policies = policies(NDA_MAX, {
  0: strictFrom(NDA_NH_ID),
  [NDA_DST]: { type: 'NLA_BINARY', len: MAX_ADDR_LEN },
  [NDA_LLADDR]: { type: 'NLA_BINARY', len: MAX_ADDR_LEN },
  [NDA_CACHEINFO]: { type: 'NLA_UNSPEC', len: nda_cacheinfo.SIZE },
  [NDA_PROBES]: { type: 'NLA_U32' },
  [NDA_VLAN]: { type: 'NLA_U16' },
  [NDA_PORT]: { type: 'NLA_U16' },
  [NDA_VNI]: { type: 'NLA_U32' },
  [NDA_IFINDEX]: { type: 'NLA_U32' },
  [NDA_MASTER]: { type: 'NLA_U32' },
  [NDA_PROTOCOL]: { type: 'NLA_U8' },
  [NDA_NH_ID]: { type: 'NLA_U32' },
  [NDA_FLAGS_EXT]: { type: 'NLA_U32', mask: 1 },
  [NDA_FDB_EXT_ATTRS]: { type: 'NLA_NESTED' },
});

/** What {@link NeighbourRequests} stands on. */
export interface NeighbourRequestsDeps {
  /** In the order of dumps. */
  readonly tables: readonly NeighbourTable[];
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
  readonly faults: Faults;
}

/**
 * RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH: net/core/neighbour.c.
 */
export class NeighbourRequests {
  readonly #deps: NeighbourRequestsDeps;
  readonly #table = new AttributeTable(NDA_MAX);

  constructor(deps: NeighbourRequestsDeps) {
    this.#deps = deps;
  }

  // From net/core/neighbour.c:neigh_add.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace } = request;
    const tb = this.#table;
    const error = parseMessageAttributes(tb, bytes, offset, ndmsg.SIZE, NDA_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const dst = tb.octets(NDA_DST);
    if (dst === undefined) return refuse(extack, 'EINVAL', 'Network address not specified');
    const at = offset + NLMSG_HDRLEN;
    const ifindex = ndmsg.ndm_ifindex(view, at);
    const dev = ifindex === 0 ? null : namespace.byIndex(ifindex);
    if (dev === undefined) return -errno.ENODEV;
    const lladdr = tb.octets(NDA_LLADDR)?.slice() ?? null;
    if (dev !== null && lladdr !== null && lladdr.length < dev.addr_len) return refuse(extack, 'EINVAL', 'Invalid link address');
    const table = this.#find(ndmsg.ndm_family(view, at));
    if (table === undefined) return -errno.EAFNOSUPPORT;
    if (dst.length < table.ops.keyLength) return refuse(extack, 'EINVAL', 'Invalid network address');
    const key = dst.slice(0, table.ops.keyLength);
    const flags = ndmsg.ndm_flags(view, at) | ((tb.u32(NDA_FLAGS_EXT) ?? 0) << NTF_EXT_SHIFT);
    const state = ndmsg.ndm_state(view, at);
    if ((flags & NTF_PROXY) !== 0) return this.#addProxy(request, table, key, dev, flags, state, extack);
    if (dev === null) return refuse(extack, 'EINVAL', 'Device not specified');
    const refused = table.ops.allowAdd(dev, extack);
    return refused < 0 ? refused : this.#change(request, table, key, dev, lladdr, flags, state, extack);
  };

  // From net/core/neighbour.c:neigh_delete.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, length, view, namespace, portid } = request;
    if (length < NLMSG_HDRLEN + ndmsg.SIZE) return -errno.EINVAL;
    const at = offset + NLMSG_HDRLEN;
    const cursor = new AttributeCursor();
    cursor.reset(bytes, at + ndmsg.SIZE, offset + length);
    let dst: Uint8Array | null = null;
    while (dst === null && cursor.next()) if (cursor.type === NDA_DST) dst = cursor.octets().slice();
    if (dst === null) return refuse(extack, 'EINVAL', 'Network address not specified');
    const ifindex = ndmsg.ndm_ifindex(view, at);
    const dev = ifindex === 0 ? null : namespace.byIndex(ifindex);
    if (dev === undefined) return -errno.ENODEV;
    const table = this.#find(ndmsg.ndm_family(view, at));
    if (table === undefined) return -errno.EAFNOSUPPORT;
    if (dst.length < table.ops.keyLength) return refuse(extack, 'EINVAL', 'Invalid network address');
    const key = dst.slice(0, table.ops.keyLength);
    if ((ndmsg.ndm_flags(view, at) & NTF_PROXY) !== 0) return table.deleteProxy(namespace, key, dev);
    if (dev === null) return -errno.EINVAL;
    const neighbour = table.find(dev, key);
    if (neighbour === undefined) return -errno.ENOENT;
    const error = table.update(neighbour, null, NUD_FAILED, UPDATE.OVERRIDE | UPDATE.ADMIN, portid, extack);
    table.remove(neighbour);
    return error;
  };

  // From net/core/neighbour.c:neigh_get.
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { offset, view, namespace, portid, seq } = request;
    const { sockets, timers } = this.#deps;
    const error = this.#parseGet(request, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    const table = this.#find(ndmsg.ndm_family(view, at));
    const ifindex = ndmsg.ndm_ifindex(view, at);
    const dev = ifindex === 0 ? null : namespace.byIndex(ifindex);
    if (dev === undefined) return refuse(extack, 'ENODEV', 'Unknown device ifindex');
    const key = this.#table.octets(NDA_DST)?.slice();
    if (key === undefined || table === undefined) return refuse(extack, 'EINVAL', 'Network address not specified');
    const message = { type: RTM_NEWNEIGH, flags: 0, portid, seq };
    if ((ndmsg.ndm_flags(view, at) & NTF_PROXY) !== 0) {
      const proxy = table.findProxy(namespace, key, dev);
      if (proxy === undefined) return refuse(extack, 'ENOENT', 'Proxy neighbour entry not found');
      const skb = sockets.build(NEIGHBOUR_SIZE, (writer) => fillProxy(writer, table, proxy, message));
      return typeof skb === 'number' ? skb : sockets.unicast(namespace, skb, portid);
    }
    if (dev === null) return refuse(extack, 'EINVAL', 'No device specified');
    const neighbour = table.find(dev, key);
    if (neighbour === undefined) return refuse(extack, 'ENOENT', 'Neighbour entry not found');
    const skb = sockets.build(NEIGHBOUR_SIZE, (writer) => fillNeighbour(writer, neighbour, message, timers.now(), 1));
    return typeof skb === 'number' ? skb : sockets.unicast(namespace, skb, portid);
  };

  #find(family: number): NeighbourTable | undefined {
    return this.#deps.tables.find(({ ops }) => ops.family === family);
  }

  #addProxy(
    { namespace }: NetlinkRequest,
    table: NeighbourTable,
    key: Uint8Array,
    dev: net_device | null,
    flags: number,
    state: number,
    extack: netlink_ext_ack,
  ): number {
    if ((flags & NTF_MANAGED) !== 0) return refuse(extack, 'EINVAL', 'Invalid NTF_* flag combination');
    const proxy = this.#deps.faults.shouldFail('neighbour') ? undefined : table.addProxy(namespace, key, dev);
    if (proxy === undefined) return -errno.ENOBUFS;
    proxy.flags = flags;
    proxy.permanent = (state & NUD_PERMANENT) !== 0;
    proxy.protocol = this.#table.u8(NDA_PROTOCOL) || proxy.protocol;
    return 0;
  }

  #change(
    { flags: nlflags, portid }: NetlinkRequest,
    table: NeighbourTable,
    key: Uint8Array,
    dev: net_device,
    lladdr: Uint8Array | null,
    flags: number,
    state: number,
    extack: netlink_ext_ack,
  ): number {
    let how: number = UPDATE.ADMIN | UPDATE.OVERRIDE | UPDATE.OVERRIDE_ISROUTER;
    let neighbour = table.find(dev, key) ?? -errno.ENOENT;
    if (typeof neighbour === 'number') {
      if ((nlflags & NLM_F_CREATE) === 0) return -errno.ENOENT;
      if ((state & NUD_PERMANENT) !== 0 && (flags & NTF_MANAGED) !== 0) {
        return refuse(extack, 'EINVAL', 'Invalid NTF_* flag for permanent entry');
      }
      if (this.#deps.faults.shouldFail('neighbour')) return -errno.ENOBUFS;
      neighbour = table.create(dev, key, flags & (NTF_EXT_LEARNED | NTF_MANAGED));
      if (typeof neighbour === 'number') return neighbour;
    } else {
      if ((nlflags & NLM_F_EXCL) !== 0) return -errno.EEXIST;
      if ((nlflags & NLM_F_REPLACE) === 0) how &= ~(UPDATE.OVERRIDE | UPDATE.OVERRIDE_ISROUTER);
    }
    neighbour.protocol = this.#table.u8(NDA_PROTOCOL) || neighbour.protocol;
    if ((flags & NTF_EXT_LEARNED) !== 0) how |= UPDATE.EXT_LEARNED;
    if ((flags & NTF_ROUTER) !== 0) how |= UPDATE.ISROUTER;
    if ((flags & NTF_MANAGED) !== 0) how |= UPDATE.MANAGED;
    if ((flags & NTF_USE) !== 0) how |= UPDATE.USE;
    const error = table.update(neighbour, lladdr, state, how, portid, extack);
    if (error === 0 && (flags & (NTF_USE | NTF_MANAGED)) !== 0) table.use(neighbour);
    return error;
  }

  // From net/core/neighbour.c:neigh_valid_get_req.
  #parseGet(request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { bytes, offset, length, view } = request;
    const tb = this.#table;
    if (length < NLMSG_HDRLEN + ndmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for neighbor get request');
    const at = offset + NLMSG_HDRLEN;
    if ((ndmsg.ndm_pad1(view, at) | ndmsg.ndm_pad2(view, at) | ndmsg.ndm_state(view, at) | ndmsg.ndm_type(view, at)) !== 0) {
      return refuse(extack, 'EINVAL', 'Invalid values in header for neighbor get request');
    }
    if ((ndmsg.ndm_flags(view, at) & ~NTF_PROXY) !== 0) return refuse(extack, 'EINVAL', 'Invalid flags in header for neighbor get request');
    const error = parseMessageAttributes(tb, bytes, offset, ndmsg.SIZE, NDA_POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    const table = this.#find(ndmsg.ndm_family(view, at));
    if (table === undefined) return refuse(extack, 'EAFNOSUPPORT', 'Unsupported family in header for neighbor get request');
    for (let type = 0; type <= NDA_MAX; type++) {
      if (!tb.has(type)) continue;
      if (type !== NDA_DST) return refuse(extack, 'EINVAL', 'Unsupported attribute in neighbor get request');
      if (tb.length(type) !== table.ops.keyLength) return refuse(extack, 'EINVAL', 'Invalid network address in neighbor get request');
    }
    return 0;
  }
}
