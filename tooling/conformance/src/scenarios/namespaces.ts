import {
  IFLA_IFNAME,
  IFLA_LINK_NETNSID,
  IFLA_NET_NS_FD,
  IFLA_NEW_IFINDEX,
  IFLA_TARGET_NETNSID,
  NETLINK_LISTEN_ALL_NSID,
  NETLINK_PKTINFO,
  NETNSA_CURRENT_NSID,
  NETNSA_FD,
  NETNSA_NSID,
  NETNSA_PID,
  NETNSA_TARGET_NSID,
  NLM_F_ECHO,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNSID,
  RTM_NEWADDR,
  RTM_NEWNSID,
  RTM_SETLINK,
  IFA_TARGET_NETNSID,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_LINK,
  RTNLGRP_NSID,
} from '@netdevkit/bindings';
import { octets, text, u32 } from '../attributes.ts';
import { ACK, address, general, link, rawAddress } from '../requests.ts';
import type { Scenario } from '../scene.ts';
import { DUMP, FIRST, NEW, PLAIN, SECOND, bringUp, kind, mac, newLink, newPair, peer, settleCarriers, up } from './common.ts';

/** Several namespaces: ids, moves, and who hears of what. */
export const namespaces: readonly Scenario[] = [
  {
    name: 'namespace: ids',
    async play(scene) {
      const other = scene.namespace();
      const third = scene.namespace();
      scene.open('listener', { groups: [RTNLGRP_NSID], on: [NETLINK_PKTINFO] });
      const client = scene.client();
      await scene.ask(client, 'dump of none', general(RTM_GETNSID, DUMP));
      await scene.ask(client, 'of a namespace without one', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_FD, other.fd)));
      await scene.ask(client, 'assign 5', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, other.fd), u32(NETNSA_NSID, 5)));
      await scene.ask(client, 'assign another', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, other.fd), u32(NETNSA_NSID, 6)));
      await scene.ask(client, 'assign 5 to another', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, third.fd), u32(NETNSA_NSID, 5)));
      await scene.ask(client, 'assign any, echoed', general(RTM_NEWNSID, ACK | NLM_F_ECHO, 0, u32(NETNSA_FD, third.fd), u32(NETNSA_NSID, -1)));
      await scene.ask(client, 'without an id', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, third.fd)));
      await scene.ask(client, 'without a namespace', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_NSID, 9)));
      await scene.ask(client, 'of no descriptor', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, 9999), u32(NETNSA_NSID, 9)));
      await scene.ask(client, 'of no process', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_PID, 0x7fff_fff0), u32(NETNSA_NSID, 9)));
      await scene.ask(client, 'get', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_FD, other.fd)));
      await scene.ask(client, 'get by id', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_NSID, 5)));
      await scene.ask(client, 'get by an id that is not there', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_NSID, 77)));
      await scene.ask(client, 'get by nothing', general(RTM_GETNSID, PLAIN));
      await scene.ask(client, 'get as another sees it', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_FD, third.fd), u32(NETNSA_TARGET_NSID, 5)));
      await scene.ask(client, 'dump', general(RTM_GETNSID, DUMP));
      await scene.ask(client, 'dump of another', general(RTM_GETNSID, DUMP, 0, u32(NETNSA_TARGET_NSID, 5)));
      const strict = scene.strict();
      await scene.ask(strict, 'strict: get with an attribute', general(RTM_GETNSID, PLAIN, 0, u32(NETNSA_FD, other.fd), u32(NETNSA_CURRENT_NSID, 1)));
      await scene.ask(strict, 'strict: dump with an attribute', general(RTM_GETNSID, DUMP, 0, u32(NETNSA_FD, other.fd)));
      await scene.ask(strict, 'strict: get with an attribute that is not known', general(RTM_GETNSID, PLAIN, 0, u32(40, 1)));
      await scene.step('the other ends', () => {
        other.close();
        return undefined;
      });
      await scene.wait('it takes a while', 60);
      await scene.ask(client, 'dump without it', general(RTM_GETNSID, DUMP));
    },
  },
  {
    name: 'namespace: a link moves',
    needs: ['ifb'],
    async play(scene) {
      const other = scene.namespace();
      const client = scene.client();
      scene.listen(RTNLGRP_LINK);
      scene.open('listener there', { namespace: other, groups: [RTNLGRP_LINK] });
      const there = scene.open('client there', { namespace: other });
      await scene.ask(client, 'make a link', newLink('d0', 'ifb'));
      await bringUp(scene, client);
      await scene.ask(client, 'move it', link(RTM_SETLINK, ACK, { index: FIRST }, u32(IFLA_NET_NS_FD, other.fd)));
      await scene.ask(client, 'dump here', link(RTM_GETLINK, DUMP, {}));
      await scene.ask(there, 'dump there', link(RTM_GETLINK, DUMP, {}));
      await scene.ask(client, 'make another of its name', newLink('d0', 'ifb'));
      await scene.ask(client, 'move it after', link(RTM_SETLINK, ACK, { index: SECOND }, u32(IFLA_NET_NS_FD, other.fd)));
      await scene.ask(client, 'move it with another name', link(RTM_SETLINK, ACK, { index: SECOND }, u32(IFLA_NET_NS_FD, other.fd), text(IFLA_IFNAME, 'd1')));
      await scene.ask(client, 'make a third', newLink('d2', 'ifb'));
      await scene.ask(client, 'move it to an index', link(RTM_SETLINK, ACK, { index: 4 }, u32(IFLA_NET_NS_FD, other.fd), u32(IFLA_NEW_IFINDEX, 40)));
      await scene.ask(client, 'move lo', link(RTM_SETLINK, ACK, { index: 1 }, u32(IFLA_NET_NS_FD, other.fd)));
      await scene.ask(client, 'move it to where it is', link(RTM_SETLINK, ACK, { index: 1 }, u32(IFLA_NET_NS_FD, scene.home.fd)));
      await scene.ask(there, 'dump there again', link(RTM_GETLINK, DUMP, {}));
    },
  },
  {
    name: 'namespace: a pair in two',
    needs: ['veth'],
    isSlow: true,
    async play(scene) {
      const other = scene.namespace();
      const client = scene.client();
      scene.listen(RTNLGRP_LINK, RTNLGRP_NSID);
      scene.open('listener there', { namespace: other, groups: [RTNLGRP_LINK, RTNLGRP_NSID] });
      const there = scene.open('client there', { namespace: other });
      await scene.ask(client, 'make a pair', newPair('v', {}, u32(IFLA_NET_NS_FD, other.fd)));
      await scene.ask(client, 'dump here', link(RTM_GETLINK, DUMP, {}));
      await scene.ask(there, 'dump there', link(RTM_GETLINK, DUMP, {}));
      await settleCarriers(scene);
      await scene.ask(client, 'one up', up(2));
      await scene.ask(there, 'the other up', up(2));
      await scene.wait('IPv6 does its part', 1100);
      await scene.ask(client, 'ids here', general(RTM_GETNSID, DUMP));
      await scene.ask(there, 'ids there', general(RTM_GETNSID, DUMP));
      await scene.ask(client, 'what is there, from here', link(RTM_GETLINK, DUMP, {}, u32(IFLA_TARGET_NETNSID, 0)));
      await scene.ask(client, 'one of them', link(RTM_GETLINK, PLAIN, { index: 2 }, u32(IFLA_TARGET_NETNSID, 0)));
      await scene.ask(client, 'make one there, from here', link(16, NEW, {}, text(IFLA_IFNAME, 'w'), octets(1, mac(7)), u32(IFLA_TARGET_NETNSID, 0), kind('veth', peer({}, octets(1, mac(8))))));
      await scene.ask(client, 'set one there, from here', link(RTM_SETLINK, ACK, { index: 2 }, u32(IFLA_TARGET_NETNSID, 0), u32(4, 1400)));
      await settleCarriers(scene);
      await scene.ask(client, 'delete one there, from here', link(RTM_DELLINK, ACK, { index: 2 }, u32(IFLA_TARGET_NETNSID, 0)));
      await scene.ask(client, 'delete one here', link(RTM_DELLINK, ACK, {}, text(IFLA_IFNAME, 'va')));
      await scene.ask(there, 'dump there again', link(RTM_GETLINK, DUMP, {}));
      await scene.ask(client, 'make one whose other end is there', link(16, NEW, {}, text(IFLA_IFNAME, 'x'), octets(1, mac(9)), u32(IFLA_LINK_NETNSID, 0), kind('veth', peer({}, octets(1, mac(10))))));
    },
  },
  {
    name: 'namespace: who listens to all',
    needs: ['ifb'],
    async play(scene) {
      const other = scene.namespace();
      const third = scene.namespace();
      const client = scene.client();
      scene.open('listener', { groups: [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_NSID], on: [NETLINK_LISTEN_ALL_NSID, NETLINK_PKTINFO] });
      scene.open('listener of its own', { groups: [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR] });
      const there = scene.open('client there', { namespace: other });
      const elsewhere = scene.open('client elsewhere', { namespace: third });
      await scene.ask(there, 'before it has an id', newLink('d0', 'ifb'));
      await scene.ask(client, 'it gets one', general(RTM_NEWNSID, ACK, 0, u32(NETNSA_FD, other.fd), u32(NETNSA_NSID, 3)));
      await scene.ask(there, 'with an id', newLink('d1', 'ifb'));
      await scene.ask(there, 'an address', address(RTM_NEWADDR, NEW, FIRST, '192.0.2.1/24'));
      await scene.ask(elsewhere, 'without an id', newLink('d2', 'ifb'));
      await scene.ask(client, 'here', newLink('d3', 'ifb'));
      await scene.ask(client, 'addresses there, from here', rawAddress(RTM_GETADDR, DUMP, { family: 2 }, u32(IFA_TARGET_NETNSID, 3)));
      const strict = scene.strict();
      await scene.ask(strict, 'addresses there, strictly', rawAddress(RTM_GETADDR, DUMP, { family: 2 }, u32(IFA_TARGET_NETNSID, 3)));
    },
  },
];
