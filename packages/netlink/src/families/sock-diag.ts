import {
  attributes,
  nest,
  pad,
  struct,
  u8,
  type AttributeSet,
  type Format,
  type Operation,
  type RawFamily,
  type Struct,
} from '../schema/index.ts';
import {
  anyInetDiagMsgStruct,
  inet6DiagMsgStruct,
  inet6DiagReqStruct,
  inetDiagAttrsSet,
  inetDiagMsgStruct,
  inetDiagReqAttrsSet,
  inetDiagReqStruct,
  oldInetDiagReqStruct,
} from './inet-diag.ts';
import {
  netlinkDiagAttrsSet,
  netlinkDiagMsgStruct,
  netlinkDiagReqStruct,
  packetDiagAttrsSet,
  packetDiagMsgStruct,
  packetDiagReqStruct,
  unixDiagAttrsSet,
  unixDiagMsgStruct,
  unixDiagReqStruct,
} from './sock-diag-local.ts';
import {
  smcDiagAttrsSet,
  smcDiagMsgStruct,
  smcDiagReqStruct,
  tipcSockAttrsSet,
  tipcSockDiagReqStruct,
  vsockDiagMsgStruct,
  vsockDiagReqStruct,
  xdpDiagAttrsSet,
  xdpDiagMsgStruct,
  xdpDiagReqStruct,
} from './sock-diag-more.ts';
import { addressFamilies } from './route-names.ts';

/** Questions about sockets, by the family of the sockets (`AF_*`). */
export const sockDiagReqFormats: Readonly<Record<number, Format>> = {
  1: { header: unixDiagReqStruct },
  2: { header: inetDiagReqStruct, attributes: inetDiagReqAttrsSet },
  10: { header: inet6DiagReqStruct, attributes: inetDiagReqAttrsSet },
  16: { header: netlinkDiagReqStruct },
  17: { header: packetDiagReqStruct },
  30: { header: tipcSockDiagReqStruct },
  40: { header: vsockDiagReqStruct },
  43: { header: smcDiagReqStruct },
  44: { header: xdpDiagReqStruct },
};

/** Sockets, by their family (`AF_*`). */
export const sockDiagMsgFormats: Readonly<Record<number, Format>> = {
  1: { header: unixDiagMsgStruct, attributes: unixDiagAttrsSet },
  2: { header: inetDiagMsgStruct, attributes: inetDiagAttrsSet },
  10: { header: inet6DiagMsgStruct, attributes: inetDiagAttrsSet },
  16: { header: netlinkDiagMsgStruct, attributes: netlinkDiagAttrsSet },
  17: { header: packetDiagMsgStruct, attributes: packetDiagAttrsSet },
  40: { header: vsockDiagMsgStruct },
  43: { header: smcDiagMsgStruct, attributes: smcDiagAttrsSet },
  44: { header: xdpDiagMsgStruct, attributes: xdpDiagAttrsSet },
};

/** Questions about sockets of a family that has no format of its own. C twin: `struct sock_diag_req`. */
export const sockDiagReqStruct: Struct = struct('sock-diag-req', [u8('sdiag-family', { names: addressFamilies }), u8('sdiag-protocol'), pad(2)]);

/** `tipc-sock-diag-attrs`: sockets of AF_TIPC do not say their family. C twin: `TIPC_NLA_SOCK`. */
export const tipcSockDiagAttrsSet: AttributeSet = attributes('tipc-sock-diag-attrs', { 2: nest('sock', tipcSockAttrsSet) });

const request: Format & Pick<Operation, 'byFamily'> = { header: sockDiagReqStruct, byFamily: sockDiagReqFormats };

/** Sockets of all families. C twins: `linux/sock_diag.h`, `linux/inet_diag.h` and the like. */
export const sockDiag: RawFamily = {
  name: 'sock-diag',
  protocol: 4,
  requests: {
    18: { name: 'TCPDIAG_GETSOCK', header: oldInetDiagReqStruct, attributes: inetDiagReqAttrsSet, kind: 'get' },
    19: { name: 'DCCPDIAG_GETSOCK', header: oldInetDiagReqStruct, attributes: inetDiagReqAttrsSet, kind: 'get' },
    20: { ...request, name: 'SOCK_DIAG_BY_FAMILY', kind: 'get' },
    21: { ...request, name: 'SOCK_DESTROY', kind: 'delete' },
  },
  replies: {
    18: { name: 'TCPDIAG_GETSOCK', header: anyInetDiagMsgStruct, attributes: inetDiagAttrsSet },
    19: { name: 'DCCPDIAG_GETSOCK', header: anyInetDiagMsgStruct, attributes: inetDiagAttrsSet },
    20: { name: 'SOCK_DIAG_BY_FAMILY', byFamily: sockDiagMsgFormats, attributes: tipcSockDiagAttrsSet },
  },
  groups: { 1: 'inet-tcp-destroy', 2: 'inet-udp-destroy', 3: 'inet6-tcp-destroy', 4: 'inet6-udp-destroy' },
};
