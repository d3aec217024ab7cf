import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  AF_PACKET,
  AF_UNSPEC,
  IFLA_IFNAME,
  IFLA_MTU,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  NLM_F_ACK,
  NLM_F_BULK,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_MAX,
  RTM_SETLINK,
} from '@netdevkit/bindings';
import { text, u32 } from '../attributes.ts';
import { ACK, link, message, saying, together } from '../requests.ts';
import type { Scenario } from '../scene.ts';
import { LO, PLAIN, asking, up } from './common.ts';

const NOTHING = new Uint8Array(0);
const lo = link(RTM_GETLINK, PLAIN, { index: LO });

/** Types of messages, as far as they are those of rtnetlink; each with the number that follows. */
const TYPES = Array.from({ length: RTM_MAX + 6 - 16 }, (_, at) => 16 + at);
/** Types whose answers are what the machine is, not what the kernel does. */
const OWN = new Set([
  78, 79, // RTM_GETDCB, RTM_SETDCB: with CONFIG_DCB
]);

/** Every type, with so many octets of a payload, of a family. */
function everyType(name: string, flags: number, length: number, family: number): Scenario {
  const payload = new Uint8Array(length);
  if (length > 0) payload[0] = family;
  return asking(name, Object.fromEntries(TYPES.filter((type) => !OWN.has(type)).map((type) => [`type ${String(type)}`, message(type, flags, payload)])));
}

/** Datagrams and the headers of messages. */
export const framing: readonly Scenario[] = [
  {
    name: 'framing: what is no message',
    async play(scene) {
      const client = scene.client();
      await scene.send(client, 'one octet', Uint8Array.of(1));
      await scene.send(client, 'fifteen', new Uint8Array(15));
      await scene.send(client, 'a header of length 0', new Uint8Array(16));
      await scene.send(client, 'a length below the header', saying(15, lo));
      await scene.send(client, 'a length beyond the end', saying(33, lo));
      await scene.send(client, 'a length of all bits', saying(0xffff_ffff, lo));
      await scene.send(client, 'a length within', saying(20, lo));
      await scene.send(client, 'octets behind it', Uint8Array.of(...lo, 1, 2, 3));
      await scene.send(client, 'sixteen zeros behind it', Uint8Array.of(...lo, ...new Uint8Array(16)));
    },
  },
  {
    name: 'framing: several messages in one datagram',
    async play(scene) {
      const client = scene.client();
      await scene.ask(client, 'three', together(lo, up(LO), link(RTM_GETLINK, PLAIN, { index: 99 })));
      await scene.ask(client, 'an error first', together(link(RTM_GETLINK, PLAIN, { index: 99 }), lo));
      await scene.ask(client, 'a broken one in the middle', together(lo, saying(8, lo), lo));
      await scene.ask(client, 'two dumps', together(link(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, {}), link(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, {})));
      await scene.ask(client, 'a dump and a request', together(link(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, {}), lo));
    },
  },
  asking('framing: control messages and flags', {
    ...Object.fromEntries(Object.entries({ NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN, 'type 5': 5, 'type 15': 15 }).flatMap(([name, type]) => [
      [`${name} plain`, message(type, PLAIN, NOTHING)],
      [`${name} with ACK`, message(type, ACK, NOTHING)],
    ])),
    'not a request': link(RTM_GETLINK, 0, { index: LO }),
    'not a request, with ACK': link(RTM_GETLINK, NLM_F_ACK, { index: LO }),
    'with all flags of a get': link(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO | NLM_F_DUMP, { index: LO }),
    'an answer with ACK': link(RTM_GETLINK, ACK, { index: LO }),
    'bulk': link(RTM_DELLINK, ACK | NLM_F_BULK, { index: LO }),
    'without a payload': message(RTM_GETLINK, ACK, NOTHING),
    'without a payload, to be set': message(RTM_SETLINK, ACK, NOTHING),
  }),
  asking('framing: attributes that are none', {
    'shorter than their header': link(RTM_GETLINK, PLAIN, { index: LO }, { type: IFLA_MTU, payload: new Uint8Array(4), said: 3 }),
    'longer than the message': link(RTM_GETLINK, PLAIN, { index: LO }, { type: IFLA_MTU, payload: new Uint8Array(4), said: 40 }),
    'of length 0': link(RTM_GETLINK, PLAIN, { index: LO }, { type: 0, payload: new Uint8Array(0), said: 0 }),
    'a right one before a wrong one': link(RTM_GETLINK, PLAIN, { index: 99 }, u32(IFLA_MTU, 5), { type: IFLA_MTU, payload: new Uint8Array(0), said: 2 }),
    'to be set, with junk': link(RTM_SETLINK, ACK, { index: LO }, u32(IFLA_MTU, 65_536), { type: 0, payload: new Uint8Array(0), said: 0 }),
    'the same one twice': link(RTM_GETLINK, PLAIN, {}, text(IFLA_IFNAME, 'nope'), text(IFLA_IFNAME, 'lo')),
  }),
  everyType('framing: every type, one octet', ACK, 1, AF_UNSPEC),
  everyType('framing: every type, a header of zeros', ACK, 16, AF_UNSPEC),
  ...Object.entries({ AF_INET, AF_INET6, AF_BRIDGE, AF_PACKET, 'family 200': 200 }).map(([name, family]) => everyType(`framing: every type, of ${name}`, ACK, 16, family)),
  everyType('framing: every type, not asked to acknowledge', PLAIN, 12, AF_INET),
  ...Object.entries({ AF_UNSPEC, AF_INET, AF_INET6, AF_BRIDGE, 'family 200': 200 }).map(([name, family]) => everyType(`framing: every type as a dump, of ${name}`, NLM_F_REQUEST | NLM_F_DUMP, 20, family)),
  everyType('framing: every type as a dump, one octet', NLM_F_REQUEST | NLM_F_DUMP, 1, AF_INET),
  everyType('framing: every type in bulk', ACK | NLM_F_BULK, 16, AF_INET),
  {
    name: 'framing: every type to a socket with strict checks',
    async play(scene) {
      const strict = scene.strict();
      for (const [name, family] of Object.entries({ AF_UNSPEC, AF_INET, AF_INET6, AF_BRIDGE })) {
        for (const type of TYPES.filter((each) => (each & 3) === 2 && !OWN.has(each))) {
          for (const [how, flags] of [['', ACK], ['dump ', NLM_F_REQUEST | NLM_F_DUMP]] as const) {
            for (const length of [1, 4, 8, 12, 16, 20]) {
              const payload = new Uint8Array(length);
              payload[0] = family;
              await scene.ask(strict, `${how}${String(type)} of ${name}, ${String(length)} octets`, message(type, flags, payload));
              if (length < 8) continue;
              payload.fill(1, 1);
              await scene.ask(strict, `${how}${String(type)} of ${name}, ${String(length)} octets, ones`, message(type, flags, payload));
            }
          }
        }
      }
    },
  },
  {
    name: 'framing: an error repeats the request, or does not',
    async play(scene) {
      for (const [label, on] of [['plain', []], ['capped', [NETLINK_CAP_ACK]], ['extended', [NETLINK_EXT_ACK]], ['both', [NETLINK_CAP_ACK, NETLINK_EXT_ACK]]] as const) {
        const port = scene.open(label, { on });
        await scene.ask(port, `${label}: an attribute that is too long`, link(RTM_GETLINK, ACK, {}, text(IFLA_IFNAME, 'a-name-that-is-too-long')));
        await scene.ask(port, `${label}: an index below 0`, link(16, ACK, { index: -5 }));
        await scene.ask(port, `${label}: nothing wrong`, up(LO));
      }
    },
  },
];
