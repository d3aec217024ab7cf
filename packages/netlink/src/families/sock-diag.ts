import {
  choice,
  struct,
  subMessage,
  u8,
  type Format,
  type Operation,
  type RawFamily,
  type Struct,
  type SubMessage,
} from '../schema/index.ts';
import { memberSize } from '../schema/struct.ts';
import {
  anyInetDiagMsgStruct,
  idiagExtBits,
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

/** The octets that all of these messages have in front: the address family, and three that it gives a meaning to. */
const HEAD = 4;

/** A structure without its first four octets. */
function behindHead({ name, members }: Struct): Struct {
  let at = 0;
  const rest = members.filter((member) => {
    const isHead = at < HEAD;
    at += memberSize(member);
    return !isHead;
  });
  return struct(name, rest);
}

function behind(header: Struct, rest: Omit<Format, 'header'> = {}): Format {
  return { ...rest, header: behindHead(header) };
}

/** Questions about sockets, behind their first four octets, by the family of the sockets (`AF_*`). */
export const sockDiagReqFormats: SubMessage = choice('sock-diag-req', {
  1: behind(unixDiagReqStruct),
  2: behind(inetDiagReqStruct, { attributes: inetDiagReqAttrsSet }),
  10: behind(inet6DiagReqStruct, { attributes: inetDiagReqAttrsSet }),
  16: behind(netlinkDiagReqStruct),
  17: behind(packetDiagReqStruct),
  30: behind(tipcSockDiagReqStruct),
  40: behind(vsockDiagReqStruct),
  43: behind(smcDiagReqStruct),
  44: behind(xdpDiagReqStruct),
});

/**
 * Sockets, behind their first four octets, by their family (`AF_*`).
 *
 * Those of AF_TIPC do not say their family: a message of theirs is one attribute, whose header takes the first four octets.
 */
export const sockDiagMsgFormats: SubMessage = choice('sock-diag-msg', {
  1: behind(unixDiagMsgStruct, { attributes: unixDiagAttrsSet }),
  2: behind(inetDiagMsgStruct, { attributes: inetDiagAttrsSet }),
  10: behind(inet6DiagMsgStruct, { attributes: inetDiagAttrsSet }),
  16: behind(netlinkDiagMsgStruct, { attributes: netlinkDiagAttrsSet }),
  17: behind(packetDiagMsgStruct, { attributes: packetDiagAttrsSet }),
  40: behind(vsockDiagMsgStruct),
  43: behind(smcDiagMsgStruct, { attributes: smcDiagAttrsSet }),
  44: behind(xdpDiagMsgStruct, { attributes: xdpDiagAttrsSet }),
  '*': { attributes: tipcSockAttrsSet },
});

/** `sock-diag-req`, and what requests about AF_INET and AF_INET6 have in its padding. C twin: `struct sock_diag_req`. */
export const sockDiagReqStruct: Struct = struct('sock-diag-req', [
  u8('sdiag-family'),
  u8('sdiag-protocol'),
  u8('idiag-ext', { names: idiagExtBits }),
  u8('sdiag-raw-protocol'),
]);

/** What all answers start with: the family; for AF_INET then the state, the timer and the retransmissions. */
export const sockDiagMsgStruct: Struct = struct('sock-diag-msg', [u8('family'), u8('octet-1'), u8('octet-2'), u8('octet-3')]);

const request: Format = { header: sockDiagReqStruct, body: subMessage('socket', sockDiagReqFormats, 'sdiag-family') };

const answer: Operation = {
  name: 'SOCK_DIAG_BY_FAMILY',
  header: sockDiagMsgStruct,
  body: subMessage('socket', sockDiagMsgFormats, 'family'),
};

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
    20: answer,
  },
  groups: { 1: 'inet-tcp-destroy', 2: 'inet-udp-destroy', 3: 'inet6-tcp-destroy', 4: 'inet6-udp-destroy' },
};
