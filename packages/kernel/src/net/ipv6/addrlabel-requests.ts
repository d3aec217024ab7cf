import {
  AF_INET6,
  IFAL_ADDRESS,
  IFAL_LABEL,
  IFAL_MAX,
  NLMSG_HDRLEN,
  NLM_F_MULTI,
  NLM_F_REPLACE,
  RTM_DELADDRLABEL,
  RTM_NEWADDRLABEL,
  ifaddrlblmsg,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import type { AddressLabel, AddressLabelTables } from './addrlabel.ts';

const POLICY: nla_policies = policies(IFAL_MAX, {
  [IFAL_ADDRESS]: { type: 'NLA_UNSPEC', len: 16 },
  [IFAL_LABEL]: { type: 'NLA_UNSPEC', len: 4 },
});
/** IPV6_ADDR_LABEL_DEFAULT: no label at all. */
const NO_LABEL = 0xffff_ffff;
/** `ip6addrlbl_msgsize`. */
const MESSAGE_SIZE = 64;

/**
 * RTM_NEWADDRLABEL, RTM_DELADDRLABEL and RTM_GETADDRLABEL: net/ipv6/addrlabel.c. Nobody is told of changes.
 */
export class AddressLabelRequests {
  readonly #tables: AddressLabelTables;
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(IFAL_MAX);

  constructor(tables: AddressLabelTables, sockets: RtnlSockets) {
    this.#tables = tables;
    this.#sockets = sockets;
  }

  // From net/ipv6/addrlabel.c:ip6addrlbl_newdel.
  readonly change = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace, type, flags } = request;
    const tb = this.#table;
    const error = parseMessageAttributes(tb, bytes, offset, ifaddrlblmsg.SIZE, POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    const length = ifaddrlblmsg.ifal_prefixlen(view, at);
    const ifindex = ifaddrlblmsg.ifal_index(view, at);
    const prefix = tb.octets(IFAL_ADDRESS)?.slice(0, 16);
    const label = tb.u32(IFAL_LABEL);
    if (ifaddrlblmsg.ifal_family(view, at) !== AF_INET6 || length > 128) return -errno.EINVAL;
    if (prefix === undefined || label === undefined || label === NO_LABEL) return -errno.EINVAL;
    const table = this.#tables.of(namespace);
    if (type === RTM_DELADDRLABEL) return table.delete(prefix, length, ifindex);
    if (ifindex !== 0 && namespace.byIndex(ifindex) === undefined) return -errno.EINVAL;
    return table.add(prefix, length, ifindex, label, (flags & NLM_F_REPLACE) !== 0);
  };

  // From net/ipv6/addrlabel.c:ip6addrlbl_get.
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const error = this.#parseGet(request, extack);
    if (error < 0) return error;
    const { offset, view, namespace, portid, seq } = request;
    const at = offset + NLMSG_HDRLEN;
    const ifindex = ifaddrlblmsg.ifal_index(view, at);
    if (ifaddrlblmsg.ifal_family(view, at) !== AF_INET6 || ifaddrlblmsg.ifal_prefixlen(view, at) !== 128) return -errno.EINVAL;
    if (ifindex !== 0 && namespace.byIndex(ifindex) === undefined) return -errno.EINVAL;
    const addr = this.#table.octets(IFAL_ADDRESS)?.slice(0, 16);
    if (addr === undefined) return -errno.EINVAL;
    const table = this.#tables.of(namespace);
    const label = table.find(addr, ifindex);
    if (label === undefined) return -errno.ESRCH;
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => (fill(writer, label, table.seq, 0, seq, portid) ? 0 : -errno.EMSGSIZE));
    return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, portid);
  };

  // From net/ipv6/addrlabel.c:ip6addrlbl_dump.
  readonly dump = (chunk: MessageWriter, callback: DumpCallback): number => {
    const { request, strictCheck, extack, namespace, portid, seq } = callback;
    const error = strictCheck ? checkDump(request, extack) : 0;
    if (error < 0) return error;
    const { entries, seq: generation } = this.#tables.of(namespace);
    let next = typeof callback.state === 'number' ? callback.state : 0;
    for (; next < entries.length; next++) {
      const entry = entries[next];
      if (entry !== undefined && !fill(chunk, entry, generation, NLM_F_MULTI, seq, portid)) break;
    }
    callback.state = next;
    return next < entries.length ? 1 : 0;
  };

  // From net/ipv6/addrlabel.c:ip6addrlbl_valid_get_req.
  #parseGet({ bytes, offset, view, length, socket }: NetlinkRequest, extack: netlink_ext_ack): number {
    if (length < NLMSG_HDRLEN + ifaddrlblmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv6: Invalid header for addrlabel get request');
    const tb = this.#table;
    if (!socket.strictCheck) return parseMessageAttributes(tb, bytes, offset, ifaddrlblmsg.SIZE, POLICY, Validation.LIBERAL, extack);
    const at = offset + NLMSG_HDRLEN;
    const values = ifaddrlblmsg.__ifal_reserved(view, at) | ifaddrlblmsg.ifal_flags(view, at) | ifaddrlblmsg.ifal_seq(view, at);
    if (values !== 0) return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for addrlabel get request');
    const error = parseMessageAttributes(tb, bytes, offset, ifaddrlblmsg.SIZE, POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    return tb.has(IFAL_LABEL) ? refuse(extack, 'EINVAL', 'ipv6: Unsupported attribute in addrlabel get request') : 0;
  }
}

// From net/ipv6/addrlabel.c:ip6addrlbl_valid_dump_req.
function checkDump(request: Uint8Array, extack: netlink_ext_ack): number {
  const payload = request.length - NLMSG_HDRLEN;
  if (payload < ifaddrlblmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv6: Invalid header for address label dump request');
  const header = request.subarray(NLMSG_HDRLEN + 1, NLMSG_HDRLEN + ifaddrlblmsg.SIZE);
  if (header.some((octet) => octet !== 0)) return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for address label dump request');
  if (payload > ifaddrlblmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv6: Invalid data after header for address label dump request');
  return 0;
}

/** Writes one message: false when it does not fit. */
function fill(writer: MessageWriter, entry: AddressLabel, generation: number, flags: number, seq: number, portid: number): boolean {
  const mark = writer.mark();
  writer.begin(RTM_NEWADDRLABEL, flags, seq, portid);
  const at = writer.reserve(ifaddrlblmsg.SIZE);
  if (at !== -1) {
    ifaddrlblmsg.set_ifal_family(writer.view, at, AF_INET6);
    ifaddrlblmsg.set_ifal_prefixlen(writer.view, at, entry.prefixLength);
    ifaddrlblmsg.set_ifal_index(writer.view, at, entry.ifindex);
    ifaddrlblmsg.set_ifal_seq(writer.view, at, generation);
  }
  writer.putBytes(IFAL_ADDRESS, entry.prefix);
  writer.putU32(IFAL_LABEL, entry.label);
  if (writer.overflowed) {
    writer.cancel(mark);
    return false;
  }
  writer.end();
  return true;
}
