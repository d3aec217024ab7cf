import { IFLA_IFALIAS, IFLA_MTU, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK, RTNLGRP_LINK } from '@netdevkit/bindings';
import { text, u32 } from '../attributes.ts';
import { ACK, link } from '../requests.ts';
import type { Scenario } from '../scene.ts';
import { DUMP, FIRST, LO, PLAIN, SECOND, asking, bringUp, newLink, newPair, settleCarriers, up } from './common.ts';

/** The life of links. */
export const links: readonly Scenario[] = [
  asking('link: lo as it is, up and down', {
    get: link(RTM_GETLINK, PLAIN, { index: LO }),
    up: up(LO),
    'get it up': link(RTM_GETLINK, PLAIN, { index: LO }),
    down: up(LO, false),
    'get it down': link(RTM_GETLINK, PLAIN, { index: LO }),
  }, { groups: [RTNLGRP_LINK] }),
  {
    name: 'link: ifb from the beginning to the end',
    needs: ['ifb'],
    async play(scene) {
      scene.listen(RTNLGRP_LINK);
      const client = scene.client();
      await scene.ask(client, 'make', newLink('d0', 'ifb'));
      await scene.ask(client, 'get', link(RTM_GETLINK, PLAIN, { index: FIRST }));
      await bringUp(scene, client);
      await scene.ask(client, 'get it up', link(RTM_GETLINK, PLAIN, { index: FIRST }));
      await scene.ask(client, 'mtu', link(RTM_SETLINK, ACK, { index: FIRST }, u32(IFLA_MTU, 1400)));
      await scene.ask(client, 'an MTU that is too small for IPv6', link(RTM_SETLINK, ACK, { index: FIRST }, u32(IFLA_MTU, 1000)));
      await scene.ask(client, 'and one that is not', link(RTM_SETLINK, ACK, { index: FIRST }, u32(IFLA_MTU, 1400)));
      await scene.wait('IPv6 comes back', 20);
      await scene.ask(client, 'alias', link(RTM_SETLINK, ACK, { index: FIRST }, text(IFLA_IFALIAS, 'first')));
      await scene.ask(client, 'down', up(FIRST, false));
      await scene.ask(client, 'delete', link(RTM_DELLINK, ACK, { index: FIRST }));
      await scene.ask(client, 'delete again', link(RTM_DELLINK, ACK, { index: FIRST }));
      await scene.ask(client, 'dump', link(RTM_GETLINK, DUMP, {}));
    },
  },
  {
    name: 'link: a pair of veth',
    needs: ['veth'],
    isSlow: true,
    async play(scene) {
      scene.listen(RTNLGRP_LINK);
      const client = scene.client();
      await scene.ask(client, 'make', newPair('v'));
      await settleCarriers(scene);
      await scene.ask(client, 'first up', up(FIRST));
      await scene.ask(client, 'second up', up(SECOND));
      // Until duplicates of their addresses would have answered.
      await scene.wait('IPv6 does its part', 2200);
      await scene.ask(client, 'dump', link(RTM_GETLINK, DUMP, {}));
      await scene.ask(client, 'first down', up(FIRST, false));
      await scene.ask(client, 'delete the second', link(RTM_DELLINK, ACK, { index: SECOND }));
    },
  },
];
