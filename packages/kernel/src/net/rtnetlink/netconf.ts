import {
  NETCONFA_IFINDEX,
  NETCONFA_IFINDEX_ALL,
  NETCONFA_IFINDEX_DEFAULT,
  NETCONFA_MAX,
  netconfmsg,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_DELNETCONF,
  RTM_NEWNETCONF,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback, NetlinkRequest, RequestHandler } from '../netlink/netlink-types.ts';
import type { LinkFamily } from './af-spec.ts';
import { deviceAfter } from './device-walk.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';

/** Octets that a message takes at most. */
const MESSAGE_SIZE = 128;

const POLICY: nla_policies = policies(NETCONFA_MAX, { [NETCONFA_IFINDEX]: { type: 'NLA_UNSPEC', len: 4 } });

/** Where a dump stands: in which family, and after which device; then come the settings for all and those by default. */
class NetconfDump {
  family = 0;
  ifindex = 0;
  tail = 0;
}

const TAIL = [NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT];

/**
 * RTM_GETNETCONF, and the messages about it: some of the settings that address families have for each link.
 * net/ipv4/devinet.c, net/ipv6/addrconf.c.
 */
export class Netconf {
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(NETCONFA_MAX);

  constructor(sockets: RtnlSockets) {
    this.#sockets = sockets;
  }

  /** A family has begun or ended to keep settings for a device. */
  readonly changed = (family: LinkFamily, dev: net_device, gone: boolean): void => {
    // CAST: every device of this kernel was made with a Net of this kernel.
    const namespace = dev.nd_net as Net;
    const { netconfGroup } = family;
    if (!this.#sockets.hasListeners(namespace, netconfGroup)) return;
    const type = gone ? RTM_DELNETCONF : RTM_NEWNETCONF;
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, family, type, dev.ifindex, gone ? undefined : dev, 0, 0, 0));
    if (typeof skb === 'number') this.#sockets.lost(namespace, netconfGroup, skb);
    else this.#sockets.notify(namespace, skb, netconfGroup, null);
  };

  /** How questions about one link are answered. From net/ipv4/devinet.c:inet_netconf_get_devconf and its IPv6 twin. */
  handle(family: LinkFamily): RequestHandler {
    return (request, extack) => {
      const { namespace, portid, seq } = request;
      const error = this.#parse(family, request, extack);
      if (error < 0) return error;
      const ifindex = this.#table.s32(NETCONFA_IFINDEX);
      if (ifindex === undefined) return -errno.EINVAL;
      const dev = TAIL.includes(ifindex) ? null : namespace.byIndex(ifindex);
      if (dev === undefined || (dev !== null && !family.has(dev))) return -errno[family.noDevice];
      const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, family, RTM_NEWNETCONF, ifindex, dev, 0, seq, portid));
      return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, portid);
    };
  }

  /**
   * How a dump is made.
   *
   * @param families - one after the other
   */
  dump(families: readonly LinkFamily[]): (chunk: MessageWriter, callback: DumpCallback) => number {
    return (chunk, callback) => {
      const { request, strictCheck, extack } = callback;
      const [first] = families;
      const payload = request.length - NLMSG_HDRLEN;
      if (strictCheck && first !== undefined && payload > netconfmsg.SIZE + 3) {
        return refuse(extack, 'EINVAL', `${first.prefix}: Invalid data after header in netconf dump request`);
      }
      const state = callback.state instanceof NetconfDump ? callback.state : new NetconfDump();
      callback.state = state;
      callback.generation = callback.namespace.devBaseSeq;
      for (; state.family < families.length; state.family++) {
        const family = families[state.family];
        const error = family === undefined ? 0 : dumpFamily(chunk, callback, family, state);
        if (error < 0) return chunk.length > 0 ? 1 : error;
        state.ifindex = state.tail = 0;
      }
      return 0;
    };
  }

  #parse(family: LinkFamily, request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { bytes, offset, length, socket } = request;
    if (length < NLMSG_HDRLEN + netconfmsg.SIZE) {
      return refuse(extack, 'EINVAL', `${family.prefix}: Invalid header for netconf get request`);
    }
    const mode = socket.strictCheck ? Validation.DEPRECATED_STRICT : Validation.LIBERAL;
    const error = parseMessageAttributes(this.#table, bytes, offset, netconfmsg.SIZE, POLICY, mode, extack);
    if (error < 0 || !socket.strictCheck) return error;
    for (let type = NETCONFA_IFINDEX + 1; type <= NETCONFA_MAX; type++) {
      if (this.#table.has(type)) return refuse(extack, 'EINVAL', `${family.prefix}: Unsupported attribute in netconf get request`);
    }
    return 0;
  }
}

function dumpFamily(chunk: MessageWriter, { namespace, portid, seq }: DumpCallback, family: LinkFamily, state: NetconfDump): number {
  for (let dev = deviceAfter(namespace, state.ifindex); dev !== undefined; dev = deviceAfter(namespace, state.ifindex)) {
    if (family.has(dev)) {
      const error = fill(chunk, family, RTM_NEWNETCONF, dev.ifindex, dev, NLM_F_MULTI, seq, portid);
      if (error < 0) return error;
    }
    state.ifindex = dev.ifindex;
  }
  for (; state.tail < TAIL.length; state.tail++) {
    const error = fill(chunk, family, RTM_NEWNETCONF, TAIL[state.tail] ?? 0, null, NLM_F_MULTI, seq, portid);
    if (error < 0) return error;
  }
  return 0;
}

/**
 * Writes one message.
 *
 * @param dev - whose settings; `null` for those of all, `undefined` for none
 */
function fill(
  writer: MessageWriter,
  family: LinkFamily,
  type: number,
  ifindex: number,
  dev: net_device | null | undefined,
  flags: number,
  seq: number,
  portid: number,
): number {
  const mark = writer.mark();
  writer.begin(type, flags, seq, portid);
  const at = writer.reserve(netconfmsg.SIZE);
  if (at !== -1) netconfmsg.set_ncm_family(writer.view, at, family.family);
  writer.putS32(NETCONFA_IFINDEX, ifindex);
  if (dev !== undefined) family.fillNetconf(writer, dev);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
