import {
  IFF_ALLMULTI,
  IFF_DYNAMIC,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_NOTRAILERS,
  IFF_PROMISC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_LINKMODE,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NEW_IFINDEX,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PROTO_DOWN,
  IFLA_TARGET_NETNSID,
  IFLA_TXQLEN,
  IFNAMSIZ,
  ifinfomsg,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import type { AttributeObject } from './generated/link-data.ts';
import { parseLinkAddress } from './link-address.ts';
import { encodeData } from './link-data.ts';
import type { LinkChanges, LinkGroup, LinkSpec, LinkTarget } from './link-spec.ts';
import { utf8 } from './utf8.ts';

/** Writes a `struct ifinfomsg`. */
export function putHeader(writer: MessageWriter, index: number, flags: number, change: number): void {
  const at = writer.reserve(ifinfomsg.SIZE);
  ifinfomsg.set_ifi_index(writer.view, at, index);
  ifinfomsg.set_ifi_flags(writer.view, at, flags);
  ifinfomsg.set_ifi_change(writer.view, at, change);
}

/** Writes the header of a request about a link, and the attribute that names it unless the header does. */
export function putTarget(writer: MessageWriter, target: LinkTarget | LinkGroup, flags = 0, change = 0): void {
  if (typeof target === 'number') {
    putHeader(writer, integer('index', target, 1, 0x7fff_ffff), flags, change);
    return;
  }
  putHeader(writer, 0, flags, change);
  if (typeof target === 'string') putName(writer, target);
  else putU32(writer, IFLA_GROUP, 'group', target.group);
}

/** A name in the attribute that has room for it. */
export function putName(writer: MessageWriter, name: string): void {
  // From net/core/rtnetlink.c:rtnl_dev_get. Both attributes search both kinds of names, but only one takes long ones.
  putText(writer, utf8(name).length < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, 'name', name);
}

/** What the flags of a change become: the bits that are set, and those that are meant. */
export function flagsOf(changes: LinkChanges): { readonly flags: number; readonly change: number } {
  let flags = 0;
  let change = 0;
  const note = (wanted: boolean | undefined, bit: number): void => {
    if (wanted === undefined) return;
    change |= bit;
    if (wanted) flags |= bit;
  };
  note(changes.up, IFF_UP);
  note(not(changes.arp), IFF_NOARP);
  note(changes.multicast, IFF_MULTICAST);
  note(changes.allMulticast, IFF_ALLMULTI);
  note(changes.promisc, IFF_PROMISC);
  note(changes.dynamic, IFF_DYNAMIC);
  note(not(changes.trailers), IFF_NOTRAILERS);
  return { flags, change };
}

/** Writes the attributes of a change, all but the name. */
export function putChanges(writer: MessageWriter, changes: LinkChanges): void {
  putAddress(writer, IFLA_ADDRESS, changes.address);
  putAddress(writer, IFLA_BROADCAST, changes.broadcast);
  putU32(writer, IFLA_MTU, 'mtu', changes.mtu);
  putU32(writer, IFLA_TXQLEN, 'txQueueLen', changes.txQueueLen);
  putU32(writer, IFLA_GROUP, 'group', changes.group);
  if (changes.alias !== undefined) putAlias(writer, changes.alias);
  putU32(writer, IFLA_MASTER, 'master', changes.master);
  putSwitch(writer, IFLA_CARRIER, changes.carrier);
  putSwitch(writer, IFLA_PROTO_DOWN, changes.protoDown);
  putU8(writer, IFLA_OPERSTATE, 'operState', changes.operState);
  putU8(writer, IFLA_LINKMODE, 'linkMode', changes.linkMode);
  putU32(writer, IFLA_GSO_MAX_SIZE, 'gsoMaxSize', changes.gsoMaxSize);
  putU32(writer, IFLA_GSO_MAX_SEGS, 'gsoMaxSegs', changes.gsoMaxSegs);
  putU32(writer, IFLA_GRO_MAX_SIZE, 'groMaxSize', changes.groMaxSize);
  putU32(writer, IFLA_GSO_IPV4_MAX_SIZE, 'gsoIpv4MaxSize', changes.gsoIpv4MaxSize);
  putU32(writer, IFLA_GRO_IPV4_MAX_SIZE, 'groIpv4MaxSize', changes.groIpv4MaxSize);
  putU32(writer, IFLA_NEW_IFINDEX, 'newIndex', changes.newIndex);
  putNamespace(writer, changes);
  putInfo(writer, changes);
}

/** Writes what only a new link has. */
export function putSpec(writer: MessageWriter, spec: LinkSpec): void {
  putU32(writer, IFLA_NUM_TX_QUEUES, 'numTxQueues', spec.numTxQueues);
  putU32(writer, IFLA_NUM_RX_QUEUES, 'numRxQueues', spec.numRxQueues);
  putU32(writer, IFLA_LINK, 'link', spec.link);
  putS32(writer, IFLA_LINK_NETNSID, 'linkNetnsid', spec.linkNetnsid);
}

/**
 * Writes a string.
 *
 * @throws RangeError: it has a NUL, which would end it early
 */
export function putText(writer: MessageWriter, type: number, label: string, value: string): void {
  writer.putString(type, text(label, value));
}

/**
 * Writes an unsigned number of 32 bits, if there is one.
 *
 * @throws RangeError: it does not fit
 */
export function putU32(writer: MessageWriter, type: number, label: string, value: number | undefined): void {
  if (value !== undefined) writer.putU32(type, integer(label, value, 0, 0xffff_ffff));
}

/**
 * Writes a signed number of 32 bits, if there is one.
 *
 * @throws RangeError: it does not fit
 */
export function putS32(writer: MessageWriter, type: number, label: string, value: number | undefined): void {
  if (value !== undefined) writer.putS32(type, integer(label, value, -0x8000_0000, 0x7fff_ffff));
}

/**
 * Checks a number that the caller gave.
 *
 * @throws RangeError: it is no integer from `min` to `max`
 */
export function integer(label: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${label}: expected an integer from ${String(min)} to ${String(max)}, got ${String(value)}`);
}

function text(label: string, value: string): string {
  if (!value.includes('\0')) return value;
  throw new RangeError(`${label}: expected no NUL, got ${JSON.stringify(value)}`);
}

/** Writes a number of 8 bits, if there is one. */
export function putU8(writer: MessageWriter, type: number, label: string, value: number | undefined): void {
  if (value !== undefined) writer.putU8(type, integer(label, value, 0, 0xff));
}

function putSwitch(writer: MessageWriter, type: number, value: boolean | undefined): void {
  if (value !== undefined) writer.putU8(type, value ? 1 : 0);
}

function putAddress(writer: MessageWriter, type: number, value: string | Uint8Array | undefined): void {
  if (value !== undefined) writer.putBytes(type, typeof value === 'string' ? parseLinkAddress(value) : value);
}

function putAlias(writer: MessageWriter, alias: string): void {
  // From net/core/dev.c:dev_set_alias. Its length is the attribute's, which the final NUL of a string would add to.
  writer.putBytes(IFLA_IFALIAS, utf8(text('alias', alias)));
}

function putNamespace(writer: MessageWriter, { netns }: LinkChanges): void {
  if (netns === undefined) return;
  if ('pid' in netns) putU32(writer, IFLA_NET_NS_PID, 'netns.pid', netns.pid);
  else if ('fd' in netns) putU32(writer, IFLA_NET_NS_FD, 'netns.fd', netns.fd);
  else putS32(writer, IFLA_TARGET_NETNSID, 'netns.nsid', netns.nsid);
}

function putInfo(writer: MessageWriter, changes: LinkChanges): void {
  const { kind, data, slaveKind, slaveData } = changes;
  if (data !== undefined && kind === undefined) throw new TypeError('data: expected a kind beside it, got none');
  if (slaveData !== undefined && slaveKind === undefined) throw new TypeError('slaveData: expected a slaveKind beside it, got none');
  if (kind === undefined && slaveKind === undefined) return;
  const info = writer.nestStart(IFLA_LINKINFO);
  if (kind !== undefined) putText(writer, IFLA_INFO_KIND, 'kind', kind);
  putData(writer, IFLA_INFO_DATA, data, (inside) => encodeData('data', IFLA_INFO_DATA, { kind: kind ?? '', data: inside }));
  if (slaveKind !== undefined) putText(writer, IFLA_INFO_SLAVE_KIND, 'slaveKind', slaveKind);
  putData(writer, IFLA_INFO_SLAVE_DATA, slaveData, (inside) =>
    encodeData('slaveData', IFLA_INFO_SLAVE_DATA, { 'slave-kind': slaveKind ?? '', 'slave-data': inside }),
  );
  writer.nestEnd(info);
}

function putData(
  writer: MessageWriter,
  type: number,
  data: AttributeObject | ((writer: MessageWriter) => void) | undefined,
  encoded: (data: AttributeObject) => Uint8Array,
): void {
  if (data === undefined) return;
  const nest = writer.nestStart(type);
  if (typeof data === 'function') data(writer);
  else writer.append(encoded(data));
  writer.nestEnd(nest);
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
