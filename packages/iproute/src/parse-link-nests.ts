import {
  AF_INET6,
  IFLA_ALT_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET6_FLAGS,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_KIND,
  IFLA_PROTO_DOWN_REASON_VALUE,
  IFLA_XDP_ATTACHED,
  IFLA_XDP_PROG_ID,
  rtnl_link_ifmap,
} from '@netdevkit/bindings';
import { AttributeCursor } from '@netdevkit/netlink';
import type { AttributeObject, AttributeValue } from './generated/link-data.ts';
import { decodeInfo } from './link-data.ts';
import type { LinkInet6, LinkInfo, LinkMap, LinkXdp } from './link.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function nest(cursor: AttributeCursor): AttributeCursor {
  const inside = new AttributeCursor();
  cursor.enter(inside);
  return inside;
}

/** `IFLA_LINKINFO`. */
export function readInfo(cursor: AttributeCursor): LinkInfo {
  const info: Mutable<LinkInfo> = { kind: undefined, data: undefined, dataOctets: undefined, slaveKind: undefined, slaveData: undefined, xstats: undefined };
  let isMore = false;
  const inside = nest(cursor);
  while (inside.next()) {
    if (inside.type === IFLA_INFO_KIND) info.kind = inside.string();
    else if (inside.type === IFLA_INFO_SLAVE_KIND) info.slaveKind = inside.string();
    else isMore = true;
    if (inside.type === IFLA_INFO_DATA) info.dataOctets = inside.octets();
  }
  // Most links have a kind alone, which needs no schema.
  if (!isMore) return info;
  const decoded = decodeInfo(cursor);
  info.data = objectOf(decoded.data);
  info.slaveData = objectOf(decoded['slave-data']);
  info.xstats = decoded.xstats;
  return info;
}

/** What is no object cannot be told by names: it stays what it is. */
function objectOf(value: AttributeValue | undefined): AttributeObject | undefined {
  if (value === undefined || isObject(value)) return value;
  return { '#trailing': value };
}

function isObject(value: AttributeValue): value is AttributeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `IFLA_PROP_LIST`. */
export function readAltNames(cursor: AttributeCursor): string[] {
  const names: string[] = [];
  const inside = nest(cursor);
  while (inside.next()) if (inside.type === IFLA_ALT_IFNAME) names.push(inside.string());
  return names;
}

/** `IFLA_XDP`. */
export function readXdp(cursor: AttributeCursor): LinkXdp {
  const xdp: Mutable<LinkXdp> = { attached: 0, progId: undefined };
  const inside = nest(cursor);
  while (inside.next()) {
    if (inside.type === IFLA_XDP_ATTACHED) xdp.attached = inside.u8() ?? 0;
    else if (inside.type === IFLA_XDP_PROG_ID) xdp.progId = inside.u32();
  }
  return xdp;
}

/** `IFLA_PROTO_DOWN_REASON`. */
export function readProtoDownReason(cursor: AttributeCursor): number | undefined {
  const inside = nest(cursor);
  while (inside.next()) if (inside.type === IFLA_PROTO_DOWN_REASON_VALUE) return inside.u32();
  return undefined;
}

/** What IPv6 says in `IFLA_AF_SPEC`. */
export function readInet6(cursor: AttributeCursor): LinkInet6 | undefined {
  const families = nest(cursor);
  while (families.next()) {
    if (families.type !== AF_INET6) continue;
    const inet6: Mutable<LinkInet6> = { flags: undefined, addrGenMode: undefined };
    const inside = nest(families);
    while (inside.next()) {
      if (inside.type === IFLA_INET6_FLAGS) inet6.flags = inside.u32();
      else if (inside.type === IFLA_INET6_ADDR_GEN_MODE) inet6.addrGenMode = inside.u8();
    }
    return inet6;
  }
  return undefined;
}

/** `IFLA_MAP`; `undefined` when it is too short. */
export function readMap(cursor: AttributeCursor): LinkMap | undefined {
  if (cursor.length < rtnl_link_ifmap.SIZE) return undefined;
  const { view, offset } = cursor;
  return {
    memStart: rtnl_link_ifmap.mem_start(view, offset),
    memEnd: rtnl_link_ifmap.mem_end(view, offset),
    baseAddr: rtnl_link_ifmap.base_addr(view, offset),
    irq: rtnl_link_ifmap.irq(view, offset),
    dma: rtnl_link_ifmap.dma(view, offset),
    port: rtnl_link_ifmap.port(view, offset),
  };
}
