import {
  attributes,
  be16,
  be64,
  binary,
  enumeration,
  pad,
  struct,
  type AttributeSet,
  type Names,
  type Struct,
} from '../schema/index.ts';

/*
 * What nfnetlink_queue and nfnetlink_log say in the same way of a packet.
 */

/** `nf-packet-hw`: the address that the packet came from. C twins: `struct nfqnl_msg_packet_hw`, `struct nfulnl_msg_packet_hw`. */
export const nfPacketHwStruct: Struct = struct('nf-packet-hw', [
  be16('hw-addrlen'),
  pad(2),
  binary('hw-addr', { hint: 'mac', length: 8 }),
]);

/** `nf-packet-timestamp`. C twins: `struct nfqnl_msg_packet_timestamp`, `struct nfulnl_msg_packet_timestamp`. */
export const nfPacketTimestampStruct: Struct = struct('nf-packet-timestamp', [be64('sec'), be64('usec')]);

/** `nf-packet-vlan-attrs`. C twins: `NFQA_VLAN_*`, `NFULA_VLAN_*`. */
export const nfPacketVlanAttrsSet: AttributeSet = attributes('nf-packet-vlan-attrs', {
  1: be16('proto'),
  2: be16('tci'),
});

/** `nf-packet-cfg-cmd`. C twins: `NFQNL_CFG_CMD_*`, `NFULNL_CFG_CMD_*`. */
export const nfPacketCfgCmdNames: Names = enumeration('nf-packet-cfg-cmd', ['none', 'bind', 'unbind', 'pf-bind', 'pf-unbind']);

/** `nf-packet-copy-mode`. C twins: `NFQNL_COPY_*`, `NFULNL_COPY_*`. */
export const nfPacketCopyModeNames: Names = enumeration('nf-packet-copy-mode', ['none', 'meta', 'packet']);

/** `conntrack-info`. C twins: `IP_CT_*`, `linux/netfilter/nf_conntrack_common.h`. */
export const conntrackInfoNames: Names = enumeration('conntrack-info', {
  0: 'established',
  1: 'related',
  2: 'new',
  3: 'established-reply',
  4: 'related-reply',
  5: 'new-reply',
  7: 'untracked',
});
