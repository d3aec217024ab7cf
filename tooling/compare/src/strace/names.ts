import * as bindings from '@netdevkit/bindings';

/** What strace calls something, and what it is called here, where the end of C's name is not enough. */
const SYNONYMS: Readonly<Record<string, string>> = {
  IFF_NOARP: 'no-arp',
  // The specifications name an answer after its request.
  CTRL_CMD_NEWFAMILY: 'getfamily',
};

// From include/uapi/linux/ethtool_netlink.h: what kernels send that are newer than the bindings' headers, from 38 on.
const ETHTOOL_MESSAGES = [
  'RSS_GET_REPLY', 'PLCA_GET_CFG_REPLY', 'PLCA_GET_STATUS_REPLY', 'PLCA_NTF', 'MM_GET_REPLY', 'MM_NTF', 'MODULE_FW_FLASH_NTF',
  'PHY_GET_REPLY', 'PHY_NTF', 'TSCONFIG_GET_REPLY', 'TSCONFIG_SET_REPLY', 'PSE_NTF', 'RSS_NTF', 'RSS_CREATE_ACT_REPLY',
] as const; // prettier-ignore

/** Constants that the bindings have no need of. */
const CONSTANTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(ETHTOOL_MESSAGES.map((name, index) => [`ETHTOOL_MSG_${name}`, 38 + index])),
  // From include/net/if_inet6.h.
  IF_RS_SENT: 0x10,
  IF_READY: 0x8000_0000,
  // From include/uapi/linux/if_bridge.h: enum br_boolopt_id.
  BR_BOOLOPT_NO_LL_LEARN: 0,
  BR_BOOLOPT_MCAST_VLAN_SNOOPING: 1,
  BR_BOOLOPT_MST_ENABLE: 2,
  // From include/uapi/linux/netfilter/nfnetlink.h.
  NFNETLINK_V0: 0,
  // From include/uapi/linux/in.h.
  IPPROTO_TCP: 6,
};

/**
 * The number of a constant of C's, as this repository has it.
 *
 * @param name - such as `RTM_NEWLINK`
 */
export function constantOf(name: string): number | undefined {
  const value: unknown = CONSTANTS[name] ?? Reflect.get(bindings, name);
  return typeof value === 'number' ? value : undefined;
}

/**
 * Whether a name of C's and one of ours are the same: ours is the end of the other in small letters.
 *
 * @param theirs - such as `IFLA_NUM_TX_QUEUES` or `ifi_index`
 * @param ours - such as `num-tx-queues` or `ifi-index`
 */
export function areSameNames(theirs: string, ours: string): boolean {
  if (SYNONYMS[theirs] === ours) return true;
  const plain = theirs.toLowerCase().replaceAll('_', '-');
  const other = ours.toLowerCase().replaceAll('_', '-');
  return plain === other || plain.endsWith(`-${other}`);
}
