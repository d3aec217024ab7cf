import { conntrackAttrsSet } from '../generated/conntrack.ts';
import {
  attributes,
  be16,
  be32,
  binary,
  flagBits,
  nest,
  pad,
  record,
  string,
  struct,
  u8,
  type AttributeSet,
  type Names,
  type RawFamily,
  type Struct,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';
import {
  conntrackInfoNames,
  nfPacketCfgCmdNames,
  nfPacketCopyModeNames,
  nfPacketHwStruct,
  nfPacketTimestampStruct,
  nfPacketVlanAttrsSet,
} from './nfnetlink-packet.ts';

/** `nflog-cfg-flags`. C twins: `NFULNL_CFG_F_*`. */
export const nflogCfgFlagsBits: Names = flagBits('nflog-cfg-flags', ['seq', 'seq-global', 'conntrack']);

/** `nflog-packet-hdr`. C twin: `struct nfulnl_msg_packet_hdr`. */
export const nflogPacketHdrStruct: Struct = struct('nflog-packet-hdr', [be16('hw-protocol'), u8('hook'), pad(1)]);

/** `nflog-cfg-mode`. C twin: `struct nfulnl_msg_config_mode`. */
export const nflogCfgModeStruct: Struct = struct('nflog-cfg-mode', [
  be32('copy-range'),
  u8('copy-mode', { names: nfPacketCopyModeNames }),
  pad(1),
]);

/** `nflog-attrs`: a packet. C twins: `NFULA_*`, `linux/netfilter/nfnetlink_log.h`. */
export const nflogAttrsSet: AttributeSet = attributes('nflog-attrs', {
  1: record('packet-hdr', nflogPacketHdrStruct),
  2: be32('mark'),
  3: record('timestamp', nfPacketTimestampStruct),
  4: be32('ifindex-indev'),
  5: be32('ifindex-outdev'),
  6: be32('ifindex-physindev'),
  7: be32('ifindex-physoutdev'),
  8: record('hwaddr', nfPacketHwStruct),
  9: binary('payload'),
  10: string('prefix'),
  11: be32('uid'),
  12: be32('seq'),
  13: be32('seq-global'),
  14: be32('gid'),
  15: be16('hwtype'),
  16: binary('hwheader'),
  17: be16('hwlen'),
  18: nest('ct', conntrackAttrsSet),
  19: be32('ct-info', { names: conntrackInfoNames }),
  20: nest('vlan', nfPacketVlanAttrsSet),
  21: binary('l2hdr'),
});

/** `nflog-cfg-attrs`; the timeout is in hundredths of a second. C twins: `NFULA_CFG_*`, `linux/netfilter/nfnetlink_log.h`. */
export const nflogCfgAttrsSet: AttributeSet = attributes('nflog-cfg-attrs', {
  1: u8('cmd', { names: nfPacketCfgCmdNames }),
  2: record('mode', nflogCfgModeStruct),
  3: be32('nlbufsiz'),
  4: be32('timeout'),
  5: be32('qthresh'),
  6: be16('flags', { names: nflogCfgFlagsBits }),
});

/** Packets that are logged to user space. C twin: `linux/netfilter/nfnetlink_log.h`. */
export const nflog: RawFamily = {
  name: 'nflog',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.ULOG, {
    0: { name: 'NFULNL_MSG_PACKET', attributes: nflogAttrsSet },
    1: { name: 'NFULNL_MSG_CONFIG', attributes: nflogCfgAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
