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
import { align, AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback, NetlinkRequest, RequestHandler } from '../netlink/netlink-types.ts';
import { ifindexOf } from '../ipv4/devinet-sysctl.ts';
import type { ConfTarget, LinkFamily, SettingsListener } from './af-spec.ts';
import { deviceAfter } from './device-walk.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';
import { finish, tell } from './tell.ts';

/** Octets that a message takes at most. */
const MESSAGE_SIZE = 128;

const POLICY: nla_policies = policies(NETCONFA_MAX, { [NETCONFA_IFINDEX]: { type: 'NLA_UNSPEC', len: 4 } });

/** Where a dump stands: after which device; then come the settings for all and those by default. */
class NetconfDump {
  ifindex = 0;
  tail = 0;
}

const TAIL = ['all', 'default'] as const;
const SPECIAL: ReadonlyMap<number, ConfTarget> = new Map([
  [NETCONFA_IFINDEX_ALL, 'all'],
  [NETCONFA_IFINDEX_DEFAULT, 'default'],
]);

/** Which settings a message tells: `NETCONFA_*`. */
type Told = number | 'all' | 'none';

/** What a message bears beside settings. */
interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly portid: number;
}

/**
 * RTM_GETNETCONF, and the messages about it: some of the settings that address families have for each link.
 * net/ipv4/devinet.c, net/ipv6/addrconf.c.
 */
export class Netconf implements SettingsListener {
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(NETCONFA_MAX);

  constructor(sockets: RtnlSockets) {
    this.#sockets = sockets;
  }

  changed(family: LinkFamily, dev: net_device, gone: boolean): void {
    // CAST: every device of this kernel was made with a Net of this kernel.
    this.#tell(family, dev.nd_net as Net, dev, gone ? 'none' : 'all');
  }

  // From net/ipv4/devinet.c:inet_netconf_notify_devconf and its IPv6 twin.
  settingChanged(family: LinkFamily, net: Net, target: ConfTarget, type: number): void {
    this.#tell(family, net, target, type);
  }

  /** How questions about one link are answered. From net/ipv4/devinet.c:inet_netconf_get_devconf and its IPv6 twin. */
  handle(family: LinkFamily): RequestHandler {
    return (request, extack) => {
      const { namespace, portid, seq } = request;
      const error = this.#parse(family, request, extack);
      if (error < 0) return error;
      const ifindex = this.#table.s32(NETCONFA_IFINDEX);
      if (ifindex === undefined) return -errno.EINVAL;
      const target = SPECIAL.get(ifindex) ?? namespace.byIndex(ifindex);
      if (target === undefined || (typeof target !== 'string' && !family.has(target))) return -errno[family.noDevice];
      const message = { type: RTM_NEWNETCONF, flags: 0, seq, portid };
      const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, family, namespace, target, 'all', message));
      return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, portid);
    };
  }

  /** How a family's dump is made. From net/ipv4/devinet.c:inet_netconf_dump_devconf and its IPv6 twin. */
  dump(family: LinkFamily): (chunk: MessageWriter, callback: DumpCallback) => number {
    return (chunk, callback) => {
      const { request, strictCheck, extack } = callback;
      if (strictCheck && request.length - NLMSG_HDRLEN !== align(netconfmsg.SIZE)) {
        // From include/net/netlink.h:nlmsg_attrlen: a header that is shorter than its padding has less than nothing behind it.
        return refuse(extack, 'EINVAL', `${family.prefix}: Invalid data after header in netconf dump request`);
      }
      const state = callback.state instanceof NetconfDump ? callback.state : new NetconfDump();
      callback.state = state;
      callback.generation = callback.namespace.devBaseSeq;
      const error = dumpFamily(chunk, callback, family, state);
      return error < 0 && chunk.length > 0 ? 1 : error;
    };
  }

  #tell(family: LinkFamily, net: Net, target: ConfTarget, told: Told): void {
    const message = { type: told === 'none' ? RTM_DELNETCONF : RTM_NEWNETCONF, flags: 0, seq: 0, portid: 0 };
    tell(this.#sockets, net, family.netconfGroup, null, MESSAGE_SIZE, (writer) => fill(writer, family, net, target, told, message));
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
  const message = { type: RTM_NEWNETCONF, flags: NLM_F_MULTI, seq, portid };
  for (let dev = deviceAfter(namespace, state.ifindex); dev !== undefined; dev = deviceAfter(namespace, state.ifindex)) {
    if (family.has(dev)) {
      const error = fill(chunk, family, namespace, dev, 'all', message);
      if (error < 0) return error;
    }
    state.ifindex = dev.ifindex;
  }
  for (; state.tail < TAIL.length; state.tail++) {
    const error = fill(chunk, family, namespace, TAIL[state.tail] ?? 'all', 'all', message);
    if (error < 0) return error;
  }
  return 0;
}

/** Writes one message. */
function fill(writer: MessageWriter, family: LinkFamily, net: Net, target: ConfTarget, told: Told, message: Message): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(netconfmsg.SIZE);
  if (at !== -1) netconfmsg.set_ncm_family(writer.view, at, family.family);
  writer.putS32(NETCONFA_IFINDEX, ifindexOf(target));
  if (told !== 'none') {
    for (const [type, value] of family.netconf(net, target)) if (told === 'all' || told === type) writer.putS32(type, value);
  }
  return finish(writer, mark);
}
