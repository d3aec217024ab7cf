import {
  AF_INET,
  AF_INET6,
  IFAL_ADDRESS,
  IFAL_LABEL,
  NETCONFA_FORWARDING,
  NETCONFA_IFINDEX,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELADDRLABEL,
  RTM_GETADDRLABEL,
  RTM_GETNETCONF,
  RTM_GETQDISC,
  RTM_GETSTATS,
  RTM_NEWADDRLABEL,
  RTM_SETSTATS,
  RTNLGRP_STATS,
} from '@netdevkit/bindings';
import { parseIpAddress } from '@netdevkit/iproute';
import { nest, octets, u32, u8, type Attribute } from '../attributes.ts';
import { ACK, general, label, netconf, stats, traffic, type LabelHeader } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, PLAIN, SECOND, asking, bringUp, newLink, newPair, up } from './common.ts';

async function ready(scene: Scene, port: Port): Promise<void> {
  await scene.ask(port, 'make a link', newLink('d0', 'ifb'));
  await scene.ask(port, 'make a pair', newPair('v'));
  await bringUp(scene, port);
}

const where = (prefix: string): Attribute => octets(IFAL_ADDRESS, parseIpAddress(prefix));
const number = (value: number): Attribute => u32(IFAL_LABEL, value);
const one: LabelHeader = { length: 32 };

/** Counters, settings of families, labels of addresses, queueing disciplines. */
export const others: readonly Scenario[] = [
  ...[false, true].map((strict) => asking(`stats: ${strict ? 'strictly ' : ''}asked for`, {
    ...Object.fromEntries([0, 1, 2, 4, 8, 16, 31, 32, 0xffff_ffff].flatMap((mask) => [
      [`mask ${String(mask)} of lo`, stats(RTM_GETSTATS, PLAIN, { index: LO, mask })],
      [`mask ${String(mask)} of ifb`, stats(RTM_GETSTATS, PLAIN, { index: FIRST, mask })],
      [`mask ${String(mask)} of all`, stats(RTM_GETSTATS, DUMP, { mask })],
    ])),
    'of nobody': stats(RTM_GETSTATS, PLAIN, { index: 99, mask: 1 }),
    'of link 0': stats(RTM_GETSTATS, PLAIN, { mask: 1 }),
    'with a family': stats(RTM_GETSTATS, PLAIN, { family: AF_INET6, index: LO, mask: 1 }),
    'a dump with a link': stats(RTM_GETSTATS, DUMP, { index: FIRST, mask: 1 }),
    'filters': stats(RTM_GETSTATS, PLAIN, { index: LO, mask: 8 }, nest(1 | 0x8000, octets(4, [1, 0, 0, 0, 1, 0, 0, 0]))),
    'filters that are none': stats(RTM_GETSTATS, PLAIN, { index: LO, mask: 8 }, nest(1, octets(4, [1, 0]))),
    'an attribute': stats(RTM_GETSTATS, PLAIN, { index: LO, mask: 1 }, u32(9, 1)),
    'a short header': general(RTM_GETSTATS, PLAIN),
    'a dump with a short header': general(RTM_GETSTATS, DUMP),
    'set': stats(RTM_SETSTATS, ACK, { index: FIRST }, u8(2, 1)),
    'set nothing': stats(RTM_SETSTATS, ACK, { index: FIRST }),
    'set with a mask': stats(RTM_SETSTATS, ACK, { index: FIRST, mask: 1 }, u8(2, 1)),
    'set of nobody': stats(RTM_SETSTATS, ACK, { index: 99 }, u8(2, 1)),
    'set to 2': stats(RTM_SETSTATS, ACK, { index: FIRST }, u8(2, 2)),
  }, { strict, needs: ['ifb', 'veth'], groups: [RTNLGRP_STATS], before: ready })),
  ...[false, true].map((strict) => asking(`netconf: ${strict ? 'strictly ' : ''}asked for`, Object.fromEntries([AF_INET, AF_INET6, 0, 99].flatMap((family) => [
    ...[LO, FIRST, -1, -2, 0, 99].map((index) => [`${String(family)} of ${String(index)}`, netconf(RTM_GETNETCONF, PLAIN, family, u32(NETCONFA_IFINDEX, index))] as const),
    [`${String(family)} of all`, netconf(RTM_GETNETCONF, DUMP, family)],
    [`${String(family)} of nothing`, netconf(RTM_GETNETCONF, PLAIN, family)],
    [`${String(family)} with an attribute`, netconf(RTM_GETNETCONF, PLAIN, family, u32(NETCONFA_IFINDEX, LO), u32(NETCONFA_FORWARDING, 1))],
    [`${String(family)} with an index of 2 octets`, netconf(RTM_GETNETCONF, PLAIN, family, octets(NETCONFA_IFINDEX, [1, 0]))],
    [`${String(family)}, a dump with an attribute`, netconf(RTM_GETNETCONF, DUMP, family, u32(NETCONFA_IFINDEX, LO))],
  ])), { strict, needs: ['ifb', 'veth'], before: ready })),
  ...[false, true].map((strict) => asking(`label: ${strict ? 'strictly ' : ''}asked for`, {
    'all': label(RTM_GETADDRLABEL, DUMP, {}),
    'add': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE | NLM_F_EXCL, one, where('2001:db8::'), number(99)),
    'add again': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE | NLM_F_EXCL, one, where('2001:db8::'), number(98)),
    'replace': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE | NLM_F_REPLACE, one, where('2001:db8::'), number(97)),
    'not to be made': label(RTM_NEWADDRLABEL, ACK, { length: 40 }, where('2001:db8:1::'), number(96)),
    'replace what is not there': label(RTM_NEWADDRLABEL, ACK | NLM_F_REPLACE, { length: 40 }, where('2001:db8:1::'), number(96)),
    'of a link': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, { length: 64, index: FIRST }, where('2001:db8:2::'), number(5)),
    'of no link': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, { length: 64, index: 99 }, where('2001:db8:3::'), number(5)),
    'without an address': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, one, number(5)),
    'without a label': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, one, where('2001:db8:4::')),
    'the label that is none': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, one, where('2001:db8:4::'), number(-1)),
    'a length that is too long': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, { length: 129 }, where('2001:db8:4::'), number(5)),
    'of IPv4': label(RTM_NEWADDRLABEL, ACK | NLM_F_CREATE, { family: AF_INET, length: 8 }, octets(IFAL_ADDRESS, [10, 0, 0, 0]), number(5)),
    'all of them': label(RTM_GETADDRLABEL, DUMP, {}),
    'of an address': label(RTM_GETADDRLABEL, PLAIN, { length: 128 }, where('2001:db8::5')),
    'of an address on a link': label(RTM_GETADDRLABEL, PLAIN, { length: 128, index: FIRST }, where('2001:db8:2::5')),
    'of a prefix': label(RTM_GETADDRLABEL, PLAIN, { length: 64 }, where('2001:db8::5')),
    'of nothing': label(RTM_GETADDRLABEL, PLAIN, { length: 128 }),
    'of no link at all': label(RTM_GETADDRLABEL, PLAIN, { length: 128, index: 99 }, where('2001:db8::5')),
    'with flags': label(RTM_GETADDRLABEL, PLAIN, { length: 128, flags: 1 }, where('2001:db8::5')),
    'a dump with a length': label(RTM_GETADDRLABEL, DUMP, { length: 3 }),
    'delete': label(RTM_DELADDRLABEL, ACK, one, where('2001:db8::'), number(97)),
    'delete again': label(RTM_DELADDRLABEL, ACK, one, where('2001:db8::'), number(97)),
    'delete, another length': label(RTM_DELADDRLABEL, ACK, { length: 1 }, where('2001:db8:2::')),
  }, { strict, needs: ['ifb', 'veth'], before: ready })),
  asking('qdisc: listed', {
    'all': traffic(RTM_GETQDISC, DUMP, {}),
    'of a link': traffic(RTM_GETQDISC, DUMP, { index: FIRST }),
    'of lo': traffic(RTM_GETQDISC, DUMP, { index: LO }),
    'of nobody': traffic(RTM_GETQDISC, DUMP, { index: 99 }),
    'those that nobody sees': traffic(RTM_GETQDISC, DUMP, {}, u32(10, 0)),
    'all with a flag': traffic(RTM_GETQDISC, DUMP, {}, octets(10, [])),
    'a pair up': up(SECOND),
    'all again': traffic(RTM_GETQDISC, DUMP, {}),
  }, { needs: ['ifb', 'veth'], isSlow: true, before: ready }),
  asking('driver: dummy', {
    'make': newLink('d0', 'dummy'),
    'up': up(FIRST),
    'carrier': stats(RTM_GETSTATS, PLAIN, { index: FIRST, mask: 31 }),
    'down': up(FIRST, false),
  }, { needs: ['dummy'], groups: [1] }),
];
