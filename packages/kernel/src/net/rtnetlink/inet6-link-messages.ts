import {
  IF_OPER_DOWN,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_LINK,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IFLA_PROTINFO,
  ifinfomsg,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_NEWLINK,
  RTNLGRP_IPV6_IFINFO,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import { reportedFlags } from '../core/dev-state.ts';
import { getIflink, isRunning } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import type { LinkFamily } from './af-spec.ts';
import { dumpDevices } from './device-walk.ts';
import { refuse } from './link-request.ts';
import type { RtnlSockets } from './rtnl-sockets.ts';

/** Octets that a message takes at most: headers and names, and 672 of IPv6's own. */
const MESSAGE_SIZE = 1024;

/** Where a dump stands. */
class FamilyDump {
  ifindex = 0;
}

/** Whether any member of a header but its family is set. */
export function hasHeaderValues(request: Uint8Array): boolean {
  return request.subarray(NLMSG_HDRLEN + 1, NLMSG_HDRLEN + ifinfomsg.SIZE).some((octet) => octet !== 0);
}

/**
 * Links as IPv6 shows them, with what it knows and little else: RTM_GETLINK of its family as a dump, which `ip -6 addr`
 * asks for, and the messages about them. net/ipv6/addrconf.c.
 */
export class Inet6LinkMessages {
  readonly #sockets: RtnlSockets;

  constructor(sockets: RtnlSockets) {
    this.#sockets = sockets;
  }

  /** IPv6 has got ready on a device, or was changed there. From net/ipv6/addrconf.c:inet6_ifinfo_notify. */
  readonly changed = (family: LinkFamily, dev: net_device): void => {
    // CAST: every device of this kernel was made with a Net of this kernel.
    const namespace = dev.nd_net as Net;
    if (!this.#sockets.hasListeners(namespace, RTNLGRP_IPV6_IFINFO)) return;
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, family, dev, 0, 0, 0));
    if (typeof skb === 'number') this.#sockets.lost(namespace, RTNLGRP_IPV6_IFINFO, skb);
    else this.#sockets.notify(namespace, skb, RTNLGRP_IPV6_IFINFO, null);
  };

  /** From net/ipv6/addrconf.c:inet6_dump_ifinfo. */
  readonly dump = (family: LinkFamily, chunk: MessageWriter, callback: DumpCallback): number => {
    const { namespace, portid, seq, request, strictCheck, extack } = callback;
    if (strictCheck && callback.state === undefined) {
      // From net/ipv6/addrconf.c:inet6_valid_dump_ifinfo.
      const more = request.length - NLMSG_HDRLEN - ifinfomsg.SIZE;
      if (more < 0) return refuse(extack, 'EINVAL', 'ipv6: Invalid header for link dump request');
      if (more > 0) return refuse(extack, 'EINVAL', 'ipv6: Invalid data after header');
      if (hasHeaderValues(request)) return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for dump request');
    }
    const state = callback.state instanceof FamilyDump ? callback.state : new FamilyDump();
    callback.state = state;
    return dumpDevices(namespace, state, chunk, (dev) =>
      family.has(dev) ? fill(chunk, family, dev, NLM_F_MULTI, seq, portid) : 0,
    );
  };
}

// From net/ipv6/addrconf.c:inet6_fill_ifinfo.
function fill(writer: MessageWriter, family: LinkFamily, dev: net_device, flags: number, seq: number, portid: number): number {
  const mark = writer.mark();
  writer.begin(RTM_NEWLINK, flags, seq, portid);
  const at = writer.reserve(ifinfomsg.SIZE);
  if (at !== -1) {
    ifinfomsg.set_ifi_family(writer.view, at, family.family);
    ifinfomsg.set_ifi_type(writer.view, at, dev.type);
    ifinfomsg.set_ifi_index(writer.view, at, dev.ifindex);
    ifinfomsg.set_ifi_flags(writer.view, at, reportedFlags(dev));
  }
  writer.putString(IFLA_IFNAME, dev.name);
  if (dev.addr_len > 0) writer.putBytes(IFLA_ADDRESS, dev.dev_addr.subarray(0, dev.addr_len));
  writer.putU32(IFLA_MTU, dev.mtu);
  const iflink = getIflink(dev);
  if (iflink !== dev.ifindex) writer.putU32(IFLA_LINK, iflink);
  writer.putU8(IFLA_OPERSTATE, isRunning(dev) ? dev.operstate : IF_OPER_DOWN);
  const nest = writer.nestStart(IFLA_PROTINFO);
  family.fill(writer, dev, 0);
  writer.nestEnd(nest);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
