import {
  AF_INET6,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_INET6_CACHEINFO,
  IFLA_INET6_FLAGS,
  IFLA_INET6_ICMP6STATS,
  IFLA_INET6_STATS,
  IFLA_STATS,
  IFLA_STATS64,
  IFLA_STATS_LINK_64,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GET_STRICT_CHK,
  RTM_NEWLINK,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_LINK,
  RTNLGRP_NSID,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { messages, type Message } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { exchanges, isRequest, routeDatagrams } from './rtnetlink-capture.ts';
import { describeMessage, hex } from './rtnetlink-flatten.ts';
import { add, ask, device, drain, exchange, Rig } from './rtnetlink-rig.ts';

const INET6 = `${String(IFLA_AF_SPEC)}.${String(AF_INET6)}.`;

/**
 * What is not compared, because it is of a machine's moment: counters of traffic, times, and that IPv6 had asked for a
 * router (in the flags). Where and how long these attributes are is compared.
 */
const LIVE = [
  `${INET6}${String(IFLA_INET6_CACHEINFO)}`,
  `${INET6}${String(IFLA_INET6_STATS)}`,
  `${INET6}${String(IFLA_INET6_ICMP6STATS)}`,
  String(IFLA_STATS64),
  String(IFLA_STATS),
  `stats ${String(IFLA_STATS_LINK_64)}`,
];

function lines(all: readonly Message[], masked: ReadonlySet<string>): string[][] {
  return all.map((message) => describeMessage(message, masked));
}

describe('iproute2 against a real kernel, played to this one', () => {
  it('gets the same answers about links', () => {
    const rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    const setup = rig.socket();
    add(setup, 'nlmon0', 'nlmon');
    ask(setup, { type: RTM_NEWLINK, index: 2, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    // tcpdump, which recorded it, looks at everything.
    rig.devices.states.setPromiscuity(device(rig.init, 'nlmon0'), 1);
    // The address of a dummy is drawn by lot.
    const masked = new Set([...LIVE, `${INET6}${String(IFLA_INET6_FLAGS)}`, String(IFLA_ADDRESS)]);
    const all = exchanges(new URL('golden/rtnetlink-link.pcap', import.meta.url));
    expect(all).toHaveLength(75);
    for (const [i, { request, answers }] of all.entries()) {
      const socket = rig.socket();
      socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
      expect.soft(lines(exchange(socket, request), masked), `request ${String(i)}: ${hex(request)}`).toEqual(lines(answers, masked));
      socket.close();
    }
  });

  it('makes the same packets on nlmon, in the same order, while ip monitor listens', () => {
    const seen: Uint8Array[] = [];
    const rig = new Rig();
    rig.rtnetlink.linkOps.register(
      rig.nlmonOps((datagram, dev) => {
        if (dev.name === 'spy0') seen.push(datagram);
      }),
    );
    const setup = rig.socket();
    add(setup, 'spy0', 'nlmon');
    ask(setup, { type: RTM_NEWLINK, index: 2, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    rig.devices.states.setPromiscuity(device(rig.init, 'spy0'), 1);
    const monitor = rig.socket();
    monitor.bind();
    for (const group of [RTNLGRP_LINK, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF, RTNLGRP_NSID]) {
      monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }
    const z = rig.namespace('z');
    // `ip` had descriptors of the namespace: 5 and 6 to number it, 4 to move a link there.
    while (rig.namespaces.open(z) < 6);
    /** What happened without netlink, by the number of the first packet that it made. */
    const others = new Map([
      [59, () => rig.devices.states.setPromiscuity(device(rig.init, 'nlm9'), 1)],
      [60, () => rig.devices.states.setPromiscuity(device(rig.init, 'nlm9'), -1)],
      [106, () => rig.namespaces.destroy(z)],
    ]);
    seen.length = 0;
    const masked = new Set(LIVE);
    const golden = routeDatagrams(new URL('golden/rtnetlink-monitor.pcap', import.meta.url));
    expect(golden).toHaveLength(107);
    for (const [i, datagram] of golden.entries()) {
      const [first] = messages(datagram);
      if (first !== undefined && isRequest(first)) {
        const socket = rig.socket();
        exchange(socket, datagram);
        socket.close();
      }
      others.get(i)?.();
      drain(monitor);
      const ours = seen[i];
      expect(lines([...messages(ours ?? new Uint8Array(0))], masked), `packet ${String(i)}`).toEqual(lines([...messages(datagram)], masked));
    }
    expect(seen).toHaveLength(golden.length);
  });
});
