import {
  IFLA_IFALIAS,
  MSG_PEEK,
  MSG_TRUNC,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNEIGHTBL,
  RTM_GETNETCONF,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_GETSTATS,
  RTM_NEWADDR,
  SOL_SOCKET,
  SO_RCVBUF,
} from '@netdevkit/bindings';
import { text } from '../attributes.ts';
import { ACK, address, general, link, stats } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, NEW, PLAIN, newLink, up } from './common.ts';

/** Links of a pattern: as many messages as it takes for several datagrams. */
async function links(scene: Scene, client: Port, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await scene.ask(client, `make ${String(at)}`, newLink(`d${String(at)}`, 'ifb', {}, text(IFLA_IFALIAS, 'a'.repeat(100))));
}

/** Links, and a socket of another client that is read only when the scenario says so. */
async function withLinks(scene: Scene, count: number): Promise<{ readonly client: Port; readonly reader: Port }> {
  const client = scene.client();
  await links(scene, client, count);
  return { client, reader: scene.open('reader', { held: true }) };
}

/** Counters of links: messages of 232 octets, in every kernel the same. */
const counters = stats(RTM_GETSTATS, DUMP, { mask: 1 });

/** Dumps: how they are cut into datagrams, how they end, and what interrupts them. */
export const dumps: readonly Scenario[] = [
  ...[600, 2000, 3776, 4096, 8192, 16_384, 32_768, 65_536].map((length): Scenario => ({
    name: `dump: read with buffers of ${String(length)} octets`,
    needs: ['ifb'],
    async play(scene) {
      const { reader } = await withLinks(scene, 60);
      await scene.ask(reader, 'counters of all', counters);
      await scene.takeAll(reader, 'take them', length);
      await scene.ask(reader, 'once more', counters);
      await scene.takeAll(reader, 'take them, too', length);
    },
  })),
  {
    name: 'dump: read by peeking first',
    needs: ['ifb'],
    async play(scene) {
      const { reader } = await withLinks(scene, 40);
      await scene.ask(reader, 'counters of all', counters);
      for (const turn of [1, 2, 3]) {
        await scene.take(reader, `${String(turn)}: the length`, 0, MSG_PEEK | MSG_TRUNC);
        await scene.take(reader, `${String(turn)}: all of it`, 32_768);
      }
      await scene.takeAll(reader, 'the rest');
    },
  },
  {
    name: 'dump: two at a time',
    needs: ['ifb'],
    async play(scene) {
      const { reader } = await withLinks(scene, 40);
      await scene.ask(reader, 'counters of all', counters);
      await scene.ask(reader, 'once more, too soon', counters);
      await scene.ask(reader, 'one of them', stats(RTM_GETSTATS, PLAIN, { index: LO, mask: 1 }));
      await scene.takeAll(reader, 'take what there is', 4096);
      await scene.ask(reader, 'once more', counters);
      await scene.takeAll(reader, 'take it', 4096);
    },
  },
  {
    name: 'dump: a link goes meanwhile',
    needs: ['ifb'],
    async play(scene) {
      const { client, reader } = await withLinks(scene, 40);
      await scene.ask(reader, 'counters of all', counters);
      await scene.take(reader, 'the first part', 4096);
      await scene.ask(client, 'delete the last', link(RTM_DELLINK, ACK, { index: FIRST + 39 }));
      await scene.takeAll(reader, 'the rest', 4096);
    },
  },
  {
    name: 'dump: a link comes meanwhile',
    needs: ['ifb'],
    async play(scene) {
      const { client, reader } = await withLinks(scene, 40);
      await scene.ask(reader, 'counters of all', counters);
      await scene.take(reader, 'the first part', 4096);
      await scene.ask(client, 'make another', newLink('e', 'ifb'));
      await scene.takeAll(reader, 'the rest', 4096);
    },
  },
  {
    name: 'dump: without room in the buffer',
    needs: ['ifb'],
    async play(scene) {
      const { reader } = await withLinks(scene, 60);
      await scene.step('a small buffer', () => {
        reader.socket.setOption(SOL_SOCKET, SO_RCVBUF, 4096);
        return undefined;
      });
      await scene.ask(reader, 'counters of all', counters);
      await scene.takeAll(reader, 'take them', 4096);
    },
  },
  {
    name: 'dump: addresses of many, and routes',
    needs: ['ifb'],
    async play(scene) {
      const client = scene.client();
      await scene.ask(client, 'make a link', newLink('d0', 'ifb'));
      await scene.ask(client, 'bring it up', up(FIRST));
      for (let at = 1; at <= 60; at++) await scene.ask(client, `address ${String(at)}`, address(RTM_NEWADDR, NEW, FIRST, `10.0.${String(at)}.1/24`));
      const reader = scene.open('reader', { held: true });
      for (const [name, type] of Object.entries({ RTM_GETADDR, RTM_GETROUTE })) {
        for (const family of [2, 0]) {
          await scene.ask(reader, `${name} of family ${String(family)}`, general(type, DUMP, family));
          await scene.takeAll(reader, 'take them', 4096);
        }
      }
      await scene.ask(reader, 'addresses again', general(RTM_GETADDR, DUMP, 2));
      await scene.take(reader, 'the first part', 4096);
      await scene.ask(client, 'another address', address(RTM_NEWADDR, NEW, FIRST, '10.1.0.1/24'));
      await scene.takeAll(reader, 'the rest', 4096);
    },
  },
  {
    name: 'dump: of a fresh namespace',
    async play(scene) {
      const client = scene.client();
      const types = { RTM_GETADDR, RTM_GETROUTE, RTM_GETRULE, RTM_GETNEIGHTBL, RTM_GETNETCONF };
      for (const state of ['down', 'up'] as const) {
        if (state === 'up') {
          await scene.ask(client, 'bring lo up', up(LO));
          await scene.wait('IPv6 does its part', 20);
        }
        for (const [name, type] of Object.entries(types)) {
          for (const family of [2, 10]) await scene.ask(client, `${name} of family ${String(family)}, lo ${state}`, general(type, DUMP, family));
        }
      }
    },
  },
  {
    name: 'dump: flags that make one',
    async play(scene) {
      const client = scene.client();
      for (const flags of [NLM_F_REQUEST | 0x100, NLM_F_REQUEST | 0x200, NLM_F_REQUEST | NLM_F_DUMP | NLM_F_ACK, NLM_F_REQUEST | 0x400, NLM_F_DUMP]) {
        await scene.ask(client, `links with flags ${flags.toString(16)}`, link(RTM_GETLINK, flags, {}));
        await scene.ask(client, `counters with flags ${flags.toString(16)}`, stats(RTM_GETSTATS, flags, { mask: 1 }));
      }
    },
  },
];
