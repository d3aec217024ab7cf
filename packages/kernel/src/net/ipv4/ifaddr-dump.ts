import { IFA_MAX, IFA_TARGET_NETNSID, ifaddrmsg, NLM_F_DUMP_FILTERED, NLM_F_MULTI, NLMSG_HDRLEN, RTM_NEWADDR } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { deviceAfter } from '../rtnetlink/device-walk.ts';
import { netByNsid } from '../rtnetlink/link-netns.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { Devinet } from './devinet.ts';
import { fillIfaddr, type IfaddrMessage } from './ifaddr-fill.ts';
import { IFA_IPV4_POLICY } from './ifaddr-requests.ts';
import type { InDevice } from './in-device.ts';

/** Where a dump of addresses stands. */
class AddressDump {
  net: Net;
  nsid = -1;
  /** The only device that is asked for, 0 for all. */
  only = 0;
  ifindex = 0;
  address = 0;

  constructor(net: Net) {
    this.net = net;
  }
}

/**
 * RTM_GETADDR of IPv4, as a dump. From net/ipv4/devinet.c:inet_dump_ifaddr.
 */
export function dumpIfaddrs(devinet: Devinet): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const state = callback.state instanceof AddressDump ? callback.state : start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { portid, seq } = callback;
    const flags = NLM_F_MULTI | (state.only === 0 ? 0 : NLM_F_DUMP_FILTERED);
    const message: IfaddrMessage = { type: RTM_NEWADDR, flags, portid, seq, nsid: state.nsid };
    const write = (inDevice: InDevice): number => {
      for (; state.address < inDevice.addresses.length; state.address++) {
        const ifa = inDevice.addresses[state.address];
        const error = ifa === undefined ? 0 : fillIfaddr(chunk, ifa, message, devinet.now());
        if (error < 0) return error;
      }
      return 0;
    };
    if (state.only !== 0) {
      const dev = state.net.byIndex(state.only);
      if (dev === undefined) return -errno.ENODEV;
      const inDevice = devinet.inDevice(dev);
      const error = inDevice === undefined ? 0 : write(inDevice);
      return error < 0 && chunk.length > 0 ? 1 : error;
    }
    callback.generation = devinet.baseSeq(state.net);
    for (let dev = deviceAfter(state.net, state.ifindex); dev !== undefined; dev = deviceAfter(state.net, state.ifindex)) {
      const inDevice = devinet.inDevice(dev);
      const error = inDevice === undefined ? 0 : write(inDevice);
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.ifindex = dev.ifindex;
      state.address = 0;
    }
    return 0;
  };
}

// From net/ipv4/devinet.c:inet_valid_dump_ifaddr_req.
function start(callback: DumpCallback): AddressDump | number {
  const { request, strictCheck, extack, namespace, socket } = callback;
  const state = new AddressDump(namespace);
  if (!strictCheck) return state;
  if (request.length < NLMSG_HDRLEN + ifaddrmsg.SIZE) {
    return refuse(extack, 'EINVAL', 'ipv4: Invalid header for address dump request');
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  if (ifaddrmsg.ifa_prefixlen(view, NLMSG_HDRLEN) !== 0 || ifaddrmsg.ifa_flags(view, NLMSG_HDRLEN) !== 0 || ifaddrmsg.ifa_scope(view, NLMSG_HDRLEN) !== 0) {
    return refuse(extack, 'EINVAL', 'ipv4: Invalid values in header for address dump request');
  }
  state.only = ifaddrmsg.ifa_index(view, NLMSG_HDRLEN) | 0;
  if (state.only !== 0) callback.answerFlags |= NLM_F_DUMP_FILTERED;
  const table = new AttributeTable(IFA_MAX);
  const error = parseMessageAttributes(table, request, 0, ifaddrmsg.SIZE, IFA_IPV4_POLICY, Validation.DEPRECATED_STRICT, extack);
  if (error < 0) return error;
  for (let type = 0; type <= IFA_MAX; type++) {
    if (!table.has(type)) continue;
    if (type !== IFA_TARGET_NETNSID) return refuse(extack, 'EINVAL', 'ipv4: Unsupported attribute in dump request');
    const nsid = table.s32(type) ?? -1;
    const net = netByNsid(namespace, nsid, socket);
    if (typeof net === 'number') {
      extack._msg = 'ipv4: Invalid target network namespace id';
      return net;
    }
    state.net = net;
    state.nsid = nsid;
  }
  return state;
}
