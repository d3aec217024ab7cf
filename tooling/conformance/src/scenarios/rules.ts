import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  FRA_DPORT_RANGE,
  FRA_DST,
  FRA_FLOW,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_IP_PROTO,
  FRA_L3MDEV,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SPORT_RANGE,
  FRA_SRC,
  FRA_SUPPRESS_IFGROUP,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  FRA_TUN_ID,
  FRA_UID_RANGE,
  FR_ACT_BLACKHOLE,
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_PROHIBIT,
  FR_ACT_TO_TBL,
  FR_ACT_UNREACHABLE,
  FR_ACT_UNSPEC,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_RULE,
} from '@netdevkit/bindings';
import { parseIpAddress } from '@netdevkit/iproute';
import { bare, octets, text, u16, u32, u64, u8, type Attribute } from '../attributes.ts';
import { ACK, general, rule, type RuleHeader } from '../requests.ts';
import type { Scenario } from '../scene.ts';
import { DUMP, NEW, asking, newLink } from './common.ts';

const GROUPS = [RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE];
const priority = (value: number): Attribute => u32(FRA_PRIORITY, value);

const ACTIONS = { FR_ACT_UNSPEC, FR_ACT_TO_TBL, FR_ACT_GOTO, FR_ACT_NOP, four: 4, five: 5, FR_ACT_BLACKHOLE, FR_ACT_UNREACHABLE, FR_ACT_PROHIBIT, nine: 9, all: 255 };

const families = [
  { name: 'IPv4', family: AF_INET, from: '10.0.0.0', length: 8, other: 32 },
  { name: 'IPv6', family: AF_INET6, from: '2001:db8::', length: 32, other: 128 },
] as const;

/** Rules of IPv4 and IPv6. */
export const rules: readonly Scenario[] = families.flatMap(({ name, family, from, length, other }) => {
  const source = octets(FRA_SRC, parseIpAddress(from));
  const destination = octets(FRA_DST, parseIpAddress(from));
  const tried: Readonly<Record<string, readonly [RuleHeader, ...Attribute[]]>> = {
    'nothing': [{}],
    'a table': [{ table: 100 }],
    'a table as an attribute': [{}, u32(FRA_TABLE, 1000)],
    'a source': [{ table: 100, sourceLength: length }, source],
    'a source without a length': [{ table: 100 }, source],
    'a length without a source': [{ table: 100, sourceLength: length }],
    'a destination': [{ table: 100, length: other }, destination],
    'a length that is too long': [{ table: 100, length: 129 }, destination],
    'a type of service': [{ table: 100, tos: 0x10 }],
    'bits of congestion': [{ table: 100, tos: 3 }],
    'an incoming link': [{ table: 100 }, text(FRA_IIFNAME, 'd0')],
    'one that is not there': [{ table: 100 }, text(FRA_IIFNAME, 'nope')],
    'an outgoing link': [{ table: 100 }, text(FRA_OIFNAME, 'lo')],
    'a name without NUL': [{ table: 100 }, bare(FRA_OIFNAME, 'lo')],
    'a name that is too long': [{ table: 100 }, text(FRA_OIFNAME, 'sixteen-octets12')],
    'a mark': [{ table: 100 }, u32(FRA_FWMARK, 5)],
    'a mask': [{ table: 100 }, u32(FRA_FWMARK, 5), u32(FRA_FWMASK, 0xff)],
    'only a mask': [{ table: 100 }, u32(FRA_FWMASK, 0xff)],
    'a protocol': [{ table: 100 }, u8(FRA_IP_PROTO, 6)],
    'ports': [{ table: 100 }, octets(FRA_SPORT_RANGE, [80, 0, 90, 0]), octets(FRA_DPORT_RANGE, [1, 0, 1, 0])],
    'ports the wrong way round': [{ table: 100 }, octets(FRA_SPORT_RANGE, [90, 0, 80, 0])],
    'port 0': [{ table: 100 }, octets(FRA_SPORT_RANGE, [0, 0, 1, 0])],
    'ports that are too short': [{ table: 100 }, octets(FRA_SPORT_RANGE, [90, 0])],
    'users': [{ table: 100 }, octets(FRA_UID_RANGE, [0, 0, 0, 0, 100, 0, 0, 0])],
    'users the wrong way round': [{ table: 100 }, octets(FRA_UID_RANGE, [100, 0, 0, 0, 0, 0, 0, 0])],
    'a suppressed length': [{ table: 100 }, u32(FRA_SUPPRESS_PREFIXLEN, 0)],
    'a suppressed group': [{ table: 100 }, u32(FRA_SUPPRESS_IFGROUP, 3)],
    'an origin': [{ table: 100 }, u8(FRA_PROTOCOL, 7)],
    'a tunnel': [{ table: 100 }, u64(FRA_TUN_ID, 7n)],
    'a realm': [{ table: 100 }, u32(FRA_FLOW, 7)],
    'a master': [{}, u8(FRA_L3MDEV, 1)],
    'a master and a table': [{ table: 100 }, u8(FRA_L3MDEV, 1)],
    'not a master': [{ table: 100 }, u8(FRA_L3MDEV, 0)],
    'inverted': [{ table: 100, sourceLength: length, flags: 2 }, source],
    'flags': [{ table: 100, flags: 0xff_ffff }],
    'a priority of 2 octets': [{ table: 100 }, u16(FRA_PRIORITY, 5)],
    'an attribute that is not known': [{ table: 100 }, u32(70, 5)],
  };
  return [
    asking(`rule: ${name}, what it may have`, {
      'make a link': newLink('d0', 'ifb'),
      ...Object.fromEntries(Object.entries(tried).flatMap(([what, [header, ...attributes]], at) => [
        [`add: ${what}`, rule(RTM_NEWRULE, NEW, { family, ...header }, ...(what.startsWith('a priority') ? [] : [priority(100 + at)]), ...attributes)],
        [`delete: ${what}`, rule(RTM_DELRULE, ACK, { family, ...header }, ...(what.startsWith('a priority') ? [] : [priority(100 + at)]), ...attributes)],
      ])),
      dump: general(RTM_GETRULE, DUMP, family),
    }, { needs: ['ifb'], groups: GROUPS }),
    asking(`rule: ${name}, actions`, Object.fromEntries(Object.entries(ACTIONS).flatMap(([what, action], at) => [
      [what, rule(RTM_NEWRULE, NEW, { family, action }, priority(10 + at))],
      [`${what} with a table`, rule(RTM_NEWRULE, NEW, { family, action, table: 100 }, priority(40 + at))],
      [`${what} with a place to go`, rule(RTM_NEWRULE, NEW, { family, action }, priority(70 + at), u32(FRA_GOTO, 80))],
      [`${what} with an earlier place`, rule(RTM_NEWRULE, NEW, { family, action }, priority(100 + at), u32(FRA_GOTO, 5))],
      [`delete ${what}`, rule(RTM_DELRULE, ACK, { family, action }, priority(10 + at))],
    ])), { groups: GROUPS }),
    asking(`rule: ${name}, the order of them`, {
      'without a priority': rule(RTM_NEWRULE, NEW, { family, table: 100 }),
      'once more': rule(RTM_NEWRULE, NEW, { family, table: 101 }),
      'the same': rule(RTM_NEWRULE, NEW, { family, table: 100 }),
      'the same, not exclusively': rule(RTM_NEWRULE, ACK | NLM_F_CREATE, { family, table: 100 }, priority(7)),
      'the same again, not exclusively': rule(RTM_NEWRULE, ACK | NLM_F_CREATE, { family, table: 100 }, priority(7)),
      'exclusively': rule(RTM_NEWRULE, ACK | NLM_F_CREATE | NLM_F_EXCL, { family, table: 100 }, priority(7)),
      'without flags': rule(RTM_NEWRULE, ACK, { family, table: 100 }, priority(8)),
      'echoed': rule(RTM_NEWRULE, NEW | NLM_F_ECHO, { family, table: 100 }, priority(9)),
      'a place to go': rule(RTM_NEWRULE, NEW, { family, action: FR_ACT_GOTO }, priority(20), u32(FRA_GOTO, 30)),
      'the place': rule(RTM_NEWRULE, NEW, { family, action: FR_ACT_NOP }, priority(30)),
      dump: general(RTM_GETRULE, DUMP, family),
      'the place goes': rule(RTM_DELRULE, ACK, { family, action: FR_ACT_NOP }, priority(30)),
      'who goes there': rule(RTM_DELRULE, ACK, { family, action: FR_ACT_GOTO }, priority(20)),
      'delete by table': rule(RTM_DELRULE, ACK, { family, table: 101 }),
      'delete by priority': rule(RTM_DELRULE, ACK, { family }, priority(7)),
      'delete by priority again': rule(RTM_DELRULE, ACK, { family }, priority(7)),
      'delete what is not there': rule(RTM_DELRULE, ACK, { family }, priority(7)),
      'delete the first': rule(RTM_DELRULE, ACK, { family }, priority(0)),
      'delete whatever': rule(RTM_DELRULE, ACK, { family }),
      'dump again': general(RTM_GETRULE, DUMP, family),
    }, { groups: GROUPS }),
    asking(`rule: ${name}, what a dump is to have`, {
      'all': rule(RTM_GETRULE, DUMP, { family, action: 0 }),
      'all of no family': rule(RTM_GETRULE, DUMP, { family: 99, action: 0 }),
      'with a table': rule(RTM_GETRULE, DUMP, { family, action: 0, table: 5 }),
      'with an action': rule(RTM_GETRULE, DUMP, { family, action: 1 }),
      'with an attribute': rule(RTM_GETRULE, DUMP, { family, action: 0 }, priority(5)),
      'a short header': general(RTM_GETRULE, DUMP, family),
    }, { strict: true }),
  ];
}).concat([
  asking('rule: of other families', {
    'no family': rule(RTM_NEWRULE, NEW, { family: AF_UNSPEC, table: 100 }),
    'family 99': rule(RTM_NEWRULE, NEW, { family: 99, table: 100 }),
    'delete of family 99': rule(RTM_DELRULE, ACK, { family: 99, table: 100 }),
    'a dump of family 99': general(RTM_GETRULE, DUMP, 99),
  }),
]);
