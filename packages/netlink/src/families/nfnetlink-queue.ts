import { conntrackAttrsSet } from '../generated/conntrack.ts';
import {
  attributes,
  be16,
  be32,
  binary,
  enumeration,
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
import { expectAttrsSet } from './ctnetlink-exp.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';
import {
  conntrackInfoNames,
  nfPacketCfgCmdNames,
  nfPacketCopyModeNames,
  nfPacketHwStruct,
  nfPacketTimestampStruct,
  nfPacketVlanAttrsSet,
} from './nfnetlink-packet.ts';

/** `nf-verdict`; a number that is not listed holds a queue or an errno in its upper half. C twins: `NF_*`, `linux/netfilter.h`. */
export const nfVerdictNames: Names = enumeration('nf-verdict', ['drop', 'accept', 'stolen', 'queue', 'repeat', 'stop']);

/** `nfqueue-cfg-flags`. C twins: `NFQA_CFG_F_*`. */
export const nfqueueCfgFlagsBits: Names = flagBits('nfqueue-cfg-flags', ['fail-open', 'conntrack', 'gso', 'uid-gid', 'secctx']);

/** `nfqueue-skb-info`. C twins: `NFQA_SKB_*`. */
export const nfqueueSkbInfoBits: Names = flagBits('nfqueue-skb-info', ['csumnotready', 'gso', 'csum-notverified']);

/** `nfqueue-packet-hdr`. C twin: `struct nfqnl_msg_packet_hdr`, which has no padding. */
export const nfqueuePacketHdrStruct: Struct = struct('nfqueue-packet-hdr', [be32('packet-id'), be16('hw-protocol'), u8('hook')]);

/** `nfqueue-verdict-hdr`. C twin: `struct nfqnl_msg_verdict_hdr`. */
export const nfqueueVerdictHdrStruct: Struct = struct('nfqueue-verdict-hdr', [be32('verdict', { names: nfVerdictNames }), be32('id')]);

/** `nfqueue-cfg-cmd`. C twin: `struct nfqnl_msg_config_cmd`. */
export const nfqueueCfgCmdStruct: Struct = struct('nfqueue-cfg-cmd', [
  u8('command', { names: nfPacketCfgCmdNames }),
  pad(1),
  be16('pf'),
]);

/** `nfqueue-cfg-params`. C twin: `struct nfqnl_msg_config_params`, which has no padding. */
export const nfqueueCfgParamsStruct: Struct = struct('nfqueue-cfg-params', [
  be32('copy-range'),
  u8('copy-mode', { names: nfPacketCopyModeNames }),
]);

/** `nfqueue-attrs`: a packet, or what is to become of it. C twins: `NFQA_*`, `linux/netfilter/nfnetlink_queue.h`. */
export const nfqueueAttrsSet: AttributeSet = attributes('nfqueue-attrs', {
  1: record('packet-hdr', nfqueuePacketHdrStruct),
  2: record('verdict-hdr', nfqueueVerdictHdrStruct),
  3: be32('mark'),
  4: record('timestamp', nfPacketTimestampStruct),
  5: be32('ifindex-indev'),
  6: be32('ifindex-outdev'),
  7: be32('ifindex-physindev'),
  8: be32('ifindex-physoutdev'),
  9: record('hwaddr', nfPacketHwStruct),
  10: binary('payload'),
  11: nest('ct', conntrackAttrsSet),
  12: be32('ct-info', { names: conntrackInfoNames }),
  13: be32('cap-len'),
  14: be32('skb-info', { names: nfqueueSkbInfoBits }),
  15: nest('exp', expectAttrsSet),
  16: be32('uid'),
  17: be32('gid'),
  18: string('secctx'),
  19: nest('vlan', nfPacketVlanAttrsSet),
  20: binary('l2hdr'),
  21: be32('priority'),
  22: be32('cgroup-classid'),
});

/** `nfqueue-cfg-attrs`. C twins: `NFQA_CFG_*`, `linux/netfilter/nfnetlink_queue.h`. */
export const nfqueueCfgAttrsSet: AttributeSet = attributes('nfqueue-cfg-attrs', {
  1: record('cmd', nfqueueCfgCmdStruct),
  2: record('params', nfqueueCfgParamsStruct),
  3: be32('queue-maxlen'),
  4: be32('mask', { names: nfqueueCfgFlagsBits }),
  5: be32('flags', { names: nfqueueCfgFlagsBits }),
});

/** Packets that user space decides about. C twin: `linux/netfilter/nfnetlink_queue.h`. */
export const nfqueue: RawFamily = {
  name: 'nfqueue',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.QUEUE, {
    0: { name: 'NFQNL_MSG_PACKET', attributes: nfqueueAttrsSet },
    1: { name: 'NFQNL_MSG_VERDICT', attributes: nfqueueAttrsSet },
    2: { name: 'NFQNL_MSG_CONFIG', attributes: nfqueueCfgAttrsSet },
    3: { name: 'NFQNL_MSG_VERDICT_BATCH', attributes: nfqueueAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
