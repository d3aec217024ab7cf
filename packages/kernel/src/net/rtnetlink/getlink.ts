import {
  IFLA_ALT_IFNAME,
  IFLA_EXT_MASK,
  IFLA_IFNAME,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MAX,
  IFLA_TARGET_NETNSID,
  ifinfomsg,
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_NEWLINK,
  rtgenmsg,
} from '@netdevkit/bindings';
import { NLMSG_GOODSIZE, type net_device, type netlink_ext_ack, type rtnl_link_ops } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { parseMessageAttributes, Validation, type AttributeTable, type MessageWriter } from '@netdevkit/netlink';
import type { LinkWatch } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback, DumpControl, NetlinkRequest } from '../netlink/netlink-types.ts';
import { dumpDevices } from './device-walk.ts';
import { linkMessage, type LinkFill, type LinkMessage } from './link-fill.ts';
import { ensureUniqueNetns, netByNsid, targetNet } from './link-netns.ts';
import type { LinkOps } from './link-ops.ts';
import { IFLA_POLICY } from './link-policy.ts';
import { refuse, type LinkRequest, type LinkRequests } from './link-request.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';

/** What {@link GetLink} stands on. */
export interface GetLinkDeps {
  readonly sockets: RtnlSockets;
  readonly fill: LinkFill;
  readonly links: LinkOps;
  readonly linkWatch: LinkWatch;
  readonly requests: LinkRequests;
}

/** What a strict request for one link may have. */
const GET_ATTRIBUTES: ReadonlySet<number> = new Set([IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_TARGET_NETNSID]);

/** Where a dump of links stands, and what it wants. */
class LinkDump {
  namespace: Net;
  readonly message: LinkMessage = linkMessage(RTM_NEWLINK);
  /** The index of the wanted links' master; 0 for any, -1 for none. */
  master = 0;
  /** The wanted links' kind. */
  ops: rtnl_link_ops | undefined = undefined;
  /** The index of the last link that was written. */
  ifindex = 0;
  finished = false;

  constructor(callback: DumpCallback) {
    this.namespace = callback.namespace;
    this.message.flags = NLM_F_MULTI;
    this.message.portid = callback.portid;
    this.message.seq = callback.seq;
  }
}

/**
 * RTM_GETLINK: shows one link, or all. net/core/rtnetlink.c.
 */
export class GetLink {
  readonly #deps: GetLinkDeps;

  constructor(deps: GetLinkDeps) {
    this.#deps = deps;
  }

  /** From net/core/rtnetlink.c:rtnl_getlink. */
  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number =>
    this.#deps.requests.with((link) => {
      const { tb } = link;
      let error = checkGet(request, link, extack);
      if (error === 0) error = ensureUniqueNetns(tb, true, extack);
      if (error < 0) return error;
      const namespace = targetNet(request.namespace, tb, request.socket);
      if (typeof namespace === 'number') return namespace;
      if (!link.named) return -errno.EINVAL;
      const dev = link.find(namespace);
      if (dev === undefined) return -errno.ENODEV;

      const message = linkMessage(RTM_NEWLINK);
      message.portid = request.portid;
      message.seq = request.seq;
      message.extMask = tb.u32(IFLA_EXT_MASK) ?? 0;
      message.targetNsid = tb.s32(IFLA_TARGET_NETNSID) ?? -1;
      message.asker = request.namespace;
      // From net/core/rtnetlink.c:rtnl_getlink: a state that linkwatch has not come to yet is no state to show.
      this.#deps.linkWatch.sync(dev);
      const { sockets, fill } = this.#deps;
      const skb = sockets.build(fill.size(dev), (writer) => fill.fill(writer, dev, message));
      return typeof skb === 'number' ? skb : sockets.unicast(request.namespace, skb, request.portid);
    });

  /**
   * How a request is answered by a dump.
   *
   * @param request - sizes the chunks: none is smaller than the greatest link needs
   */
  dump(request: NetlinkRequest): DumpControl {
    return { dump: this.#dump, doneAlone: true, minDumpAlloc: this.#chunkSize(request.namespace) };
  }

  /** From net/core/rtnetlink.c:rtnl_dump_ifinfo. */
  readonly #dump = (chunk: MessageWriter, callback: DumpCallback): number => {
    const state = this.#state(callback);
    if (typeof state === 'number') return state;
    const { namespace, message, master, ops } = state;
    if (state.finished) return 0;
    const result = dumpDevices(namespace, state, chunk, (dev) =>
      isFiltered(dev, master, ops) ? 0 : this.#deps.fill.fill(chunk, dev, message),
    );
    state.finished = result === 0;
    // From net/core/rtnetlink.c:rtnl_dump_ifinfo: the flag goes into the first link of a chunk, and nowhere when there is none.
    if (chunk.length > 0) callback.generation = namespace.devBaseSeq;
    return result;
  };

  /** Where a dump stands; at first, what its request asks for. */
  #state(callback: DumpCallback): LinkDump | number {
    if (callback.state instanceof LinkDump) return callback.state;
    const state = this.#deps.requests.with((link) => this.#start(callback, link));
    if (state instanceof LinkDump) callback.state = state;
    return state;
  }

  #start(callback: DumpCallback, link: LinkRequest): LinkDump | number {
    const { extack, strictCheck } = callback;
    const { tb } = link;
    const dump = new LinkDump(callback);
    dump.message.asker = callback.namespace;
    const error = parseDump(callback, tb);
    // From net/core/rtnetlink.c:rtnl_dump_ifinfo: a request that cannot be read is one for everything, unless it must be right.
    if (error < 0) return strictCheck ? error : dump;
    for (let type = 1; type <= IFLA_MAX; type++) {
      if (!tb.has(type)) continue;
      switch (type) {
        case IFLA_TARGET_NETNSID: {
          const nsid = tb.s32(type) ?? -1;
          const namespace = netByNsid(callback.namespace, nsid, callback.socket);
          if (typeof namespace === 'number') {
            extack._msg = 'Invalid target network namespace id';
            return namespace;
          }
          dump.namespace = namespace;
          dump.message.targetNsid = nsid;
          break;
        }
        case IFLA_EXT_MASK:
          dump.message.extMask = tb.u32(type) ?? 0;
          break;
        case IFLA_MASTER:
          dump.master = tb.s32(type) ?? 0;
          break;
        case IFLA_LINKINFO:
          dump.ops = link.parseInfo() < 0 ? undefined : this.#deps.links.find(link.kind);
          break;
        default:
          if (strictCheck) return refuse(extack, 'EINVAL', 'Unsupported attribute in link dump request');
      }
    }
    if (dump.master !== 0 || dump.ops !== undefined) dump.message.flags |= NLM_F_DUMP_FILTERED;
    return dump;
  }

  /** The greatest link's size. Unlike Linux, whether or not the request has a mask: a link that fits no chunk ends a dump. */
  #chunkSize(namespace: Net): number {
    let size = NLMSG_GOODSIZE;
    for (const dev of namespace.devices) size = Math.max(size, this.#deps.fill.size(dev));
    return size;
  }
}

/** From net/core/rtnetlink.c:rtnl_valid_getlink_req. */
function checkGet(request: NetlinkRequest, link: LinkRequest, extack: netlink_ext_ack): number {
  if (request.length < NLMSG_HDRLEN + ifinfomsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for get link');
  if (!request.socket.strictCheck) return link.parse(request, Validation.LIBERAL, extack);
  if (hasValues(request.view, request.offset + NLMSG_HDRLEN)) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for get link request');
  }
  const error = link.parse(request, Validation.DEPRECATED_STRICT, extack);
  if (error < 0) return error;
  for (let type = 1; type <= IFLA_MAX; type++) {
    if (link.tb.has(type) && !GET_ATTRIBUTES.has(type)) {
      return refuse(extack, 'EINVAL', 'Unsupported attribute in get link request');
    }
  }
  return 0;
}

/** Parses the attributes of a request for a dump. From net/core/rtnetlink.c:rtnl_valid_dump_ifinfo_req. */
function parseDump({ request: bytes, strictCheck, extack }: DumpCallback, tb: AttributeTable): number {
  const payload = bytes.length - NLMSG_HDRLEN;
  if (!strictCheck) {
    // Old programs send less of a header: rtgenmsg.
    const header = payload < ifinfomsg.SIZE ? rtgenmsg.SIZE : ifinfomsg.SIZE;
    return parseMessageAttributes(tb, bytes, 0, header, IFLA_POLICY, Validation.LIBERAL, extack);
  }
  if (payload < ifinfomsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for link dump');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (hasValues(view, NLMSG_HDRLEN)) return refuse(extack, 'EINVAL', 'Invalid values in header for link dump request');
  if (ifinfomsg.ifi_index(view, NLMSG_HDRLEN) !== 0) {
    return refuse(extack, 'EINVAL', 'Filter by device index not supported for link dumps');
  }
  return parseMessageAttributes(tb, bytes, 0, ifinfomsg.SIZE, IFLA_POLICY, Validation.DEPRECATED_STRICT, extack);
}

/** Whether a header says anything but its family and index, which a read may not. */
function hasValues(view: DataView, at: number): boolean {
  return (
    ifinfomsg.__ifi_pad(view, at) !== 0 ||
    ifinfomsg.ifi_type(view, at) !== 0 ||
    ifinfomsg.ifi_flags(view, at) !== 0 ||
    ifinfomsg.ifi_change(view, at) !== 0
  );
}

/** Whether a dump leaves a link out. From net/core/rtnetlink.c:link_dump_filtered. */
function isFiltered(dev: net_device, master: number, ops: rtnl_link_ops | undefined): boolean {
  if (master === -1 && dev.master !== null) return true;
  if (master !== 0 && master !== -1 && dev.master?.ifindex !== master) return true;
  return ops !== undefined && dev.rtnl_link_ops !== ops;
}
