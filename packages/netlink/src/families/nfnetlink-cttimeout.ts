import {
  attributes,
  be16,
  be32,
  choice,
  string,
  subMessage,
  u8,
  type AttributeSet,
  type Field,
  type Format,
  type RawFamily,
  type SubMessage,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages, netfilterProtocols } from './nfnetlink.ts';
import { ipProtocols } from './route-names.ts';

/** A protocol's timeouts in seconds, by the number of the state, from 1. */
function timeouts(protocol: string, states: readonly string[]): Format {
  const fields: Record<number, Field> = {};
  states.forEach((state, index) => {
    fields[index + 1] = be32(state);
  });
  return { attributes: attributes(`cttimeout-${protocol}-attrs`, fields) };
}

const generic = timeouts('generic', ['timeout']);
const udp = timeouts('udp', ['unreplied', 'replied']);

/**
 * Timeouts in seconds, by the name of the transport protocol. C twins: `CTA_TIMEOUT_TCP_*` and the like.
 */
export const cttimeoutDataFormats: SubMessage = choice('cttimeout-data', {
  icmp: timeouts('icmp', ['timeout']),
  tcp: timeouts('tcp', [
    'syn-sent', 'syn-recv', 'established', 'fin-wait', 'close-wait', 'last-ack', 'time-wait', 'close', 'syn-sent2', 'retrans', 'unack',
  ]), // prettier-ignore
  udp,
  dccp: timeouts('dccp', ['request', 'respond', 'partopen', 'open', 'closereq', 'closing', 'timewait']),
  gre: timeouts('gre', ['unreplied', 'replied']),
  icmpv6: timeouts('icmpv6', ['timeout']),
  sctp: timeouts('sctp', [
    'closed', 'cookie-wait', 'cookie-echoed', 'established', 'shutdown-sent', 'shutdown-recd', 'shutdown-ack-sent', 'heartbeat-sent',
    'heartbeat-acked',
  ]), // prettier-ignore
  udplite: udp,
  '*': generic,
});

/** `cttimeout-attrs`. C twins: `CTA_TIMEOUT_*`, `linux/netfilter/nfnetlink_cttimeout.h`. */
export const cttimeoutAttrsSet: AttributeSet = attributes('cttimeout-attrs', {
  1: string('name'),
  2: be16('l3proto', { names: netfilterProtocols }),
  3: u8('l4proto', { names: ipProtocols }),
  4: subMessage('data', cttimeoutDataFormats, 'l4proto'),
  5: be32('use'),
});

/** Policies of timeouts for connections. C twin: `linux/netfilter/nfnetlink_cttimeout.h`. */
export const cttimeout: RawFamily = {
  name: 'cttimeout',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.CTNETLINK_TIMEOUT, {
    0: { name: 'IPCTNL_MSG_TIMEOUT_NEW', attributes: cttimeoutAttrsSet },
    1: { name: 'IPCTNL_MSG_TIMEOUT_GET', attributes: cttimeoutAttrsSet },
    2: { name: 'IPCTNL_MSG_TIMEOUT_DELETE', attributes: cttimeoutAttrsSet },
    3: { name: 'IPCTNL_MSG_TIMEOUT_DEFAULT_SET', attributes: cttimeoutAttrsSet, kind: 'new' },
    4: { name: 'IPCTNL_MSG_TIMEOUT_DEFAULT_GET', attributes: cttimeoutAttrsSet, kind: 'get' },
  }),
  groups: NETFILTER_GROUPS,
};
