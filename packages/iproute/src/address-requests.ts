import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
  ifa_cacheinfo,
  ifaddrmsg,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { parseAddress, type Address, type AddressLifetime } from './address.ts';
import { parseIpAddress, parseIpPrefix } from './ip-address.ts';
import { acknowledged } from './link-requests.ts';
import type { DumpRequest, Request } from './request.ts';
import { integer, putText, putU32, putU8 } from './write-link.ts';

/** An address to be made, changed or deleted. */
export interface AddressSpec {
  /** The index of its link. */
  readonly index: number;
  /** The address with the length of its network's prefix: `192.0.2.1/24`. Without a length, the address alone. */
  readonly address: string;
  /** The other end, where the link has only two. The prefix is then the other end's. */
  readonly peer?: string;
  /** Where to all of the network are reached. IPv4. `auto`: the last address of the network, as `brd +`. */
  readonly broadcast?: string;
  /** `RT_SCOPE_*`. @defaultValue 0, everywhere; `RT_SCOPE_HOST` for `127.0.0.0/8` */
  readonly scope?: number;
  /** `IFA_F_*`. */
  readonly flags?: number;
  /** The name that IPv4 is to know it by: the link's, perhaps with `:` and more behind it. */
  readonly label?: string;
  /** The metric of the route to its network. */
  readonly metric?: number;
  /** `IFAPROT_*`: who makes it. */
  readonly protocol?: number;
  /** For how long it is to live. @defaultValue for ever */
  readonly lifetime?: AddressLifetime;
}

/** Which addresses a dump is about. */
export interface AddressFilter {
  /** `AF_INET` or `AF_INET6`. */
  readonly family?: number;
  /** Those of this link. */
  readonly index?: number;
  /** Those of this scope. */
  readonly scope?: number;
}

const FOREVER = 0xffff_ffff;
const SCOPE_HOST = 254;

/**
 * The request that makes an address. C twin: `RTM_NEWADDR` with `NLM_F_CREATE | NLM_F_EXCL`; `ip address add`.
 *
 * @param spec - which
 * @throws RangeError when it is run: no address
 * @throws KernelError when it is run: `EEXIST`, `ENODEV`, `EINVAL`
 */
export function addAddress(spec: AddressSpec): Request<void> {
  return newAddress(spec, NLM_F_CREATE | NLM_F_EXCL);
}

/**
 * The request that makes an address or changes it. C twin: `RTM_NEWADDR` with `NLM_F_CREATE | NLM_F_REPLACE`;
 * `ip address replace`.
 *
 * @param spec - which
 */
export function replaceAddress(spec: AddressSpec): Request<void> {
  return newAddress(spec, NLM_F_CREATE | NLM_F_REPLACE);
}

/**
 * The request that changes an address. C twin: `RTM_NEWADDR` with `NLM_F_REPLACE`; `ip address change`.
 *
 * IPv4 makes an address that is not there all the same.
 *
 * @param spec - which
 */
export function changeAddress(spec: AddressSpec): Request<void> {
  return newAddress(spec, NLM_F_REPLACE);
}

/**
 * The request that deletes an address. C twin: `RTM_DELADDR`; `ip address delete`.
 *
 * @param spec - which: its link, address, peer and label count
 * @throws KernelError when it is run: `EADDRNOTAVAIL`: there is none
 */
export function deleteAddress(spec: AddressSpec): Request<void> {
  return acknowledged('RTM_DELADDR', RTM_DELADDR, 0, (writer) => {
    putAddress(writer, spec);
  });
}

/**
 * The request for addresses. C twin: `RTM_GETADDR` with `NLM_F_DUMP`; `ip address show`.
 *
 * @param filter - which: a kernel from 4.20 on leaves out those of other links; see {@link matchesAddress}
 */
export function dumpAddresses(filter: AddressFilter = {}): DumpRequest<Address> {
  return {
    op: 'RTM_GETADDR',
    type: RTM_GETADDR,
    answerType: RTM_NEWADDR,
    encode(writer) {
      const at = writer.reserve(ifaddrmsg.SIZE);
      ifaddrmsg.set_ifa_family(writer.view, at, integer('family', filter.family ?? 0, 0, 0xff));
      ifaddrmsg.set_ifa_index(writer.view, at, integer('index', filter.index ?? 0, 0, 0x7fff_ffff));
    },
    accept: parseAddress,
  };
}

/** Whether an address is one that a filter asks for. */
export function matchesAddress(address: Address, filter: AddressFilter): boolean {
  return (
    (filter.family === undefined || address.family === filter.family) &&
    (filter.index === undefined || address.index === filter.index) &&
    (filter.scope === undefined || address.scope === filter.scope)
  );
}

function newAddress(spec: AddressSpec, flags: number): Request<void> {
  return acknowledged('RTM_NEWADDR', RTM_NEWADDR, flags, (writer) => {
    putAddress(writer, spec);
  });
}

function putAddress(writer: MessageWriter, spec: AddressSpec): void {
  const own = parseIpPrefix(spec.address);
  const peer = spec.peer === undefined ? undefined : parseIpPrefix(spec.peer);
  if (peer !== undefined && peer.family !== own.family) {
    throw new RangeError(`peer: expected an address of the family of ${spec.address}, got ${JSON.stringify(spec.peer)}`);
  }
  const { octets, length } = peer ?? own;
  const at = writer.reserve(ifaddrmsg.SIZE);
  ifaddrmsg.set_ifa_family(writer.view, at, own.family);
  ifaddrmsg.set_ifa_prefixlen(writer.view, at, length);
  ifaddrmsg.set_ifa_scope(writer.view, at, integer('scope', spec.scope ?? defaultScope(own.octets), 0, 0xff));
  ifaddrmsg.set_ifa_index(writer.view, at, integer('index', spec.index, 1, 0x7fff_ffff));
  writer.putBytes(IFA_LOCAL, own.octets);
  writer.putBytes(IFA_ADDRESS, octets);
  if (spec.broadcast !== undefined) {
    writer.putBytes(IFA_BROADCAST, spec.broadcast === 'auto' ? lastOf(octets, length) : parseIpAddress(spec.broadcast));
  }
  if (spec.label !== undefined) putText(writer, IFA_LABEL, 'label', spec.label);
  putU32(writer, IFA_FLAGS, 'flags', spec.flags);
  putU32(writer, IFA_RT_PRIORITY, 'metric', spec.metric);
  putU8(writer, IFA_PROTO, 'protocol', spec.protocol);
  if (spec.lifetime !== undefined) putLifetime(writer, spec.lifetime);
}

function putLifetime(writer: MessageWriter, { preferred, valid }: AddressLifetime): void {
  const place = writer.reserveAttribute(IFA_CACHEINFO, ifa_cacheinfo.SIZE);
  const seconds = (label: string, value: number): number => (value === Infinity ? FOREVER : integer(label, value, 0, FOREVER - 1));
  ifa_cacheinfo.set_ifa_prefered(writer.view, place, seconds('lifetime.preferred', preferred));
  ifa_cacheinfo.set_ifa_valid(writer.view, place, seconds('lifetime.valid', valid));
}

function defaultScope(octets: Uint8Array): number {
  return octets.length === 4 && octets[0] === 127 ? SCOPE_HOST : 0;
}

/** The last address of a network: all bits behind the prefix are set. */
function lastOf(octets: Uint8Array, length: number): Uint8Array {
  return octets.map((octet, at) => octet | (0xff >> Math.min(8, Math.max(0, length - at * 8))));
}
