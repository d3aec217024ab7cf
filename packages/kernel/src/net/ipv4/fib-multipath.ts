import {
  AF_INET,
  AF_INET6,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_FLOW,
  RTA_GATEWAY,
  RTA_VIA,
  rtnexthop,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { align, AttributeCursor } from '@netdevkit/netlink';
import type { Span } from '../core/route-metrics.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { Gateway } from './fib-info.ts';

/** Octets of `struct rtvia` before its address. */
const VIA_HEADER = 2;

/** One next hop of `RTA_MULTIPATH`: where it stands, and its header. */
export interface NexthopSpan {
  readonly flags: number;
  readonly hops: number;
  readonly ifindex: number;
  /** Its attributes. */
  readonly attributes: Span;
}

/** What the attributes of one next hop say. */
export interface NexthopAttributes {
  readonly gateway: Gateway | null;
  /** Whether a gateway was named, be it 0.0.0.0. */
  readonly hasGateway: boolean;
  readonly flow: number | undefined;
  readonly encap: boolean;
  readonly encapType: number;
}

/**
 * The next hops of `RTA_MULTIPATH`, and how many octets are left behind the last whole one.
 */
export function nexthopsOf({ bytes, offset, length }: Span): { readonly nexthops: NexthopSpan[]; readonly rest: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nexthops: NexthopSpan[] = [];
  let at = offset;
  let rest = length;
  while (rest >= rtnexthop.SIZE) {
    const size = rtnexthop.rtnh_len(view, at);
    if (size < rtnexthop.SIZE || size > rest) break;
    nexthops.push({
      flags: rtnexthop.rtnh_flags(view, at),
      hops: rtnexthop.rtnh_hops(view, at),
      ifindex: rtnexthop.rtnh_ifindex(view, at),
      attributes: { bytes, offset: at + rtnexthop.SIZE, length: size - rtnexthop.SIZE },
    });
    at += align(size);
    rest -= align(size);
  }
  return { nexthops, rest };
}

/**
 * Reads `RTA_VIA`. From net/ipv4/fib_frontend.c:fib_gw_from_via.
 *
 * @returns the gateway, or a negative errno in a record, since a gateway may be a number
 */
export function gatewayFromVia({ bytes, offset, length }: Span, extack: netlink_ext_ack | null): { gateway: Gateway } | number {
  if (length < VIA_HEADER) return refuse(extack, 'EINVAL', 'Invalid attribute length for RTA_VIA');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(offset, true);
  const octets = length - VIA_HEADER;
  if (family === AF_INET) {
    if (octets !== 4) return refuse(extack, 'EINVAL', 'Invalid IPv4 address in RTA_VIA');
    return { gateway: view.getUint32(offset + VIA_HEADER, false) };
  }
  if (family === AF_INET6) {
    if (octets !== 16) return refuse(extack, 'EINVAL', 'Invalid IPv6 address in RTA_VIA');
    return { gateway: bytes.slice(offset + VIA_HEADER, offset + VIA_HEADER + 16) };
  }
  return refuse(extack, 'EINVAL', 'Unsupported address family in RTA_VIA');
}

/** Reads the attributes of one next hop; of several with one type the first counts, as `nla_find` has it. */
export function readNexthop({ bytes, offset, length }: Span, extack: netlink_ext_ack | null): NexthopAttributes | number {
  const found = new Map<number, Span>();
  const cursor = new AttributeCursor();
  cursor.reset(bytes, offset, offset + length);
  while (cursor.next()) {
    if (!found.has(cursor.type)) found.set(cursor.type, { bytes, offset: cursor.offset, length: cursor.length });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const direct = found.get(RTA_GATEWAY);
  const via = found.get(RTA_VIA);
  if (direct !== undefined && via !== undefined) {
    return refuse(extack, 'EINVAL', 'Nexthop configuration can not contain both GATEWAY and VIA');
  }
  let gateway: Gateway | null = null;
  if (direct !== undefined) {
    if (direct.length < 4) return refuse(extack, 'EINVAL', 'Invalid IPv4 address in RTA_GATEWAY');
    gateway = view.getUint32(direct.offset, false);
  } else if (via !== undefined) {
    const read = gatewayFromVia(via, extack);
    if (typeof read === 'number') return read;
    ({ gateway } = read);
  }
  const flow = found.get(RTA_FLOW);
  if (flow !== undefined && flow.length < 4) return refuse(extack, 'EINVAL', 'Invalid RTA_FLOW');
  const type = found.get(RTA_ENCAP_TYPE);
  return {
    gateway,
    hasGateway: direct !== undefined || via !== undefined,
    flow: flow === undefined ? undefined : view.getUint32(flow.offset, true),
    encap: found.has(RTA_ENCAP),
    encapType: type === undefined || type.length < 2 ? 0 : view.getUint16(type.offset, true),
  };
}
