import { describe, expect, it } from 'vitest';
import {
  AF_NAMES,
  ARPHRD_NAMES,
  CTRL_CMD_NAMES,
  IFF_LOWER_UP,
  IFF_NAMES,
  IFF_UP,
  IFLA_NAMES,
  NETLINK_NAMES,
  NLM_F_ACK,
  NLM_F_ACK_NAMES,
  NLM_F_CREATE,
  NLM_F_GET_NAMES,
  NLM_F_NAMES,
  NLM_F_NEW_NAMES,
  NLM_F_REQUEST,
  NLMSG_NAMES,
  NTF_EXT_NAMES,
  RTM_GETLINK,
  RTM_NAMES,
  RTNLGRP_NAMES,
  SOCK_RAW,
  TC_H_ROOT,
  flagNames,
} from '../src/index.ts';

describe('tables of names', () => {
  it.each([
    ['RTM_GETLINK', RTM_NAMES[RTM_GETLINK]],
    ['NLMSG_DONE', NLMSG_NAMES[3]],
    ['NETLINK_GENERIC', NETLINK_NAMES[16]],
    ['ARPHRD_NETLINK', ARPHRD_NAMES[824]],
    ['ARPHRD_VOID', ARPHRD_NAMES[0xffff]],
    ['RTNLGRP_LINK', RTNLGRP_NAMES[1]],
    ['CTRL_CMD_GETFAMILY', CTRL_CMD_NAMES[3]],
    ['AF_NETLINK', AF_NAMES[16]],
  ])('know %s', (name, found) => {
    expect(found).toBe(name);
  });

  it('know constants newer than the headers', () => {
    expect(IFLA_NAMES[65]).toBe('IFLA_DPLL_PIN');
    expect(IFLA_NAMES[69]).toBe('IFLA_TAILROOM');
    expect(NTF_EXT_NAMES[1]).toBe('NTF_EXT_LOCKED');
  });

  it('have nothing for other values', () => {
    for (const value of [15, 23, 4096, -1, 0.5, Number.NaN]) expect(RTM_NAMES[value]).toBeUndefined();
  });
});

describe('flagNames', () => {
  it('names bits from the lowest up, by the table of the direction', () => {
    expect(flagNames(IFF_NAMES, IFF_LOWER_UP | IFF_UP)).toEqual(['IFF_UP', 'IFF_LOWER_UP']);
    expect(flagNames(NLM_F_NAMES, NLM_F_REQUEST | NLM_F_ACK)).toEqual(['NLM_F_REQUEST', 'NLM_F_ACK']);
    expect(flagNames(NLM_F_NEW_NAMES, NLM_F_CREATE | 0x100)).toEqual(['NLM_F_REPLACE', 'NLM_F_CREATE']);
    expect(flagNames(NLM_F_GET_NAMES, 0x300)).toEqual(['NLM_F_ROOT', 'NLM_F_MATCH']);
    expect(flagNames(NLM_F_ACK_NAMES, 0x300)).toEqual(['NLM_F_CAPPED', 'NLM_F_ACK_TLVS']);
  });

  it('gives what has no name as one number', () => {
    expect(flagNames(NLM_F_NAMES, 0x8005)).toEqual(['NLM_F_REQUEST', 'NLM_F_ACK', '0x8000']);
    expect(flagNames(NLM_F_NAMES, 0xffff_ffff)).toHaveLength(7);
    expect(flagNames(NLM_F_NAMES, -1).at(-1)).toBe('0xffffffc0');
    expect(flagNames(NLM_F_NAMES, 0)).toEqual([]);
  });
});

describe('constants', () => {
  it('keep the sign and the width that C gives them', () => {
    expect([TC_H_ROOT, SOCK_RAW]).toEqual([0xffff_ffff, 3]);
  });
});
