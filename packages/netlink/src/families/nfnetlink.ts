import { be16, enumeration, struct, u8, type Names, type Operation, type Operations, type Struct } from '../schema/index.ts';

/** `NETLINK_NETFILTER`. */
export const NETFILTER_PROTOCOL = 12;

/**
 * The subsystems of nfnetlink: the high octet of a message type. C twins: `NFNL_SUBSYS_*`, `linux/netfilter/nfnetlink.h`.
 */
export const Subsystem = {
  CTNETLINK: 1,
  CTNETLINK_EXP: 2,
  QUEUE: 3,
  ULOG: 4,
  OSF: 5,
  IPSET: 6,
  ACCT: 7,
  CTNETLINK_TIMEOUT: 8,
  CTHELPER: 9,
  NFTABLES: 10,
  NFT_COMPAT: 11,
  HOOK: 12,
} as const;

/** What netfilter filters; most are address families too. From include/uapi/linux/netfilter.h: `NFPROTO_*`. */
export const netfilterProtocols: Names = enumeration('nfproto', {
  0: 'unspec', 1: 'inet', 2: 'ipv4', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ipv6', 12: 'decnet',
}); // prettier-ignore

/**
 * The header of all messages of nfnetlink. `res-id` is the number of a queue or a log group, or a generation of nf_tables. C
 * twin: `struct nfgenmsg`, `linux/netfilter/nfnetlink.h`.
 */
export const nfgenmsgStruct: Struct = struct('nfgenmsg', [u8('nfgen-family', { names: netfilterProtocols }), u8('version'), be16('res-id')]);

/** The multicast groups of nfnetlink. C twins: `NFNLGRP_*`, `linux/netfilter/nfnetlink.h`. */
export const NETFILTER_GROUPS = {
  1: 'conntrack-new',
  2: 'conntrack-update',
  3: 'conntrack-destroy',
  4: 'conntrack-exp-new',
  5: 'conntrack-exp-update',
  6: 'conntrack-exp-destroy',
  7: 'nftables',
  8: 'acct-quota',
  9: 'nftrace',
} as const;

/**
 * The messages of a subsystem, each with the header of nfnetlink.
 *
 * @param subsystem - one of {@link Subsystem}
 * @param messages - by their numbers there
 * @returns by `nlmsg_type`
 */
export function netfilterMessages(subsystem: number, messages: Readonly<Record<number, Omit<Operation, 'header'>>>): Operations {
  const operations: Record<number, Operation> = {};
  for (const [message, operation] of Object.entries(messages)) {
    operations[(subsystem << 8) | Number(message)] = { ...operation, header: nfgenmsgStruct };
  }
  return operations;
}
