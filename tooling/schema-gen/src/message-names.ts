/** What the specifications leave out: the names of raw message types, from the UAPI headers. */

const ROUTE_BASE = 16;
const ROUTE_VERBS = ['NEW', 'DEL', 'GET', 'SET'];
/** From include/uapi/linux/rtnetlink.h: four numbers for each, from 16 on. */
const ROUTE_NOUNS = [
  'LINK', 'ADDR', 'ROUTE', 'NEIGH', 'RULE', 'QDISC', 'TCLASS', 'TFILTER', 'ACTION', 'PREFIX', 'MULTICAST', 'ANYCAST', 'NEIGHTBL',
  'NDUSEROPT', 'ADDRLABEL', 'DCB', 'NETCONF', 'MDB', 'NSID', 'STATS', 'CACHEREPORT', 'CHAIN', 'NEXTHOP', 'LINKPROP', 'VLAN',
  'NEXTHOPBUCKET', 'TUNNEL',
]; // prettier-ignore

/** From include/uapi/linux/netfilter/nfnetlink.h, nfnetlink_conntrack.h and nf_tables.h. */
const NETFILTER: Readonly<Record<number, readonly string[]>> = {
  0x0010: ['NFNL_MSG_BATCH_BEGIN', 'NFNL_MSG_BATCH_END'],
  0x0100: [
    'IPCTNL_MSG_CT_NEW', 'IPCTNL_MSG_CT_GET', 'IPCTNL_MSG_CT_DELETE', 'IPCTNL_MSG_CT_GET_CTRZERO', 'IPCTNL_MSG_CT_GET_STATS_CPU',
    'IPCTNL_MSG_CT_GET_STATS', 'IPCTNL_MSG_CT_GET_DYING', 'IPCTNL_MSG_CT_GET_UNCONFIRMED',
  ],
  0x0a00: [
    'NFT_MSG_NEWTABLE', 'NFT_MSG_GETTABLE', 'NFT_MSG_DELTABLE', 'NFT_MSG_NEWCHAIN', 'NFT_MSG_GETCHAIN', 'NFT_MSG_DELCHAIN',
    'NFT_MSG_NEWRULE', 'NFT_MSG_GETRULE', 'NFT_MSG_DELRULE', 'NFT_MSG_NEWSET', 'NFT_MSG_GETSET', 'NFT_MSG_DELSET',
    'NFT_MSG_NEWSETELEM', 'NFT_MSG_GETSETELEM', 'NFT_MSG_DELSETELEM', 'NFT_MSG_NEWGEN', 'NFT_MSG_GETGEN', 'NFT_MSG_TRACE',
    'NFT_MSG_NEWOBJ', 'NFT_MSG_GETOBJ', 'NFT_MSG_DELOBJ', 'NFT_MSG_GETOBJ_RESET', 'NFT_MSG_NEWFLOWTABLE', 'NFT_MSG_GETFLOWTABLE',
    'NFT_MSG_DELFLOWTABLE', 'NFT_MSG_GETRULE_RESET', 'NFT_MSG_DESTROYTABLE', 'NFT_MSG_DESTROYCHAIN', 'NFT_MSG_DESTROYRULE',
    'NFT_MSG_DESTROYSET', 'NFT_MSG_DESTROYSETELEM', 'NFT_MSG_DESTROYOBJ', 'NFT_MSG_DESTROYFLOWTABLE', 'NFT_MSG_GETSETELEM_RESET',
  ],
}; // prettier-ignore

const NETLINK_ROUTE = 0;
const NETLINK_NETFILTER = 12;

/**
 * The C name of a message type.
 *
 * @param protocol - `NETLINK_*`
 * @param type - `nlmsg_type`
 * @returns `undefined` if this table does not have it
 */
export function messageName(protocol: number, type: number): string | undefined {
  if (protocol === NETLINK_ROUTE) {
    const noun = ROUTE_NOUNS[(type - ROUTE_BASE) >> 2];
    return noun === undefined ? undefined : `RTM_${ROUTE_VERBS[type & 3] ?? ''}${noun}`;
  }
  if (protocol !== NETLINK_NETFILTER) return undefined;
  for (const [base, names] of Object.entries(NETFILTER)) {
    const name = names[type - Number(base)];
    if (name !== undefined) return name;
  }
  return undefined;
}
