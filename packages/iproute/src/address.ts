import {
  IFA_ADDRESS,
  IFA_ANYCAST,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_MULTICAST,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  ifa_cacheinfo,
  ifaddrmsg,
} from '@netdevkit/bindings';
import type { Message } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import type { RawAttribute } from './link.ts';

/** For how long an address lives, in seconds. */
export interface AddressLifetime {
  /** For how long it may be chosen for new connections; `Infinity`: for ever. */
  readonly preferred: number;
  /** For how long it stays; `Infinity`: for ever. */
  readonly valid: number;
}

/** An address of a link, as `ip address` shows it. C twin: `struct ifaddrmsg` and the `IFA_*` attributes. */
export interface Address {
  /** `AF_INET` or `AF_INET6`. */
  readonly family: number;
  /** The index of its link. */
  readonly index: number;
  /** The address. */
  readonly local: string | undefined;
  /** The other end of a link between two points; else the address itself. */
  readonly address: string | undefined;
  /** The length of the prefix in bits. */
  readonly prefixLength: number;
  /** `RT_SCOPE_*`. */
  readonly scope: number;
  /** `IFA_F_*`. */
  readonly flags: number;
  /** Where to all of the network are reached. IPv4. */
  readonly broadcast: string | undefined;
  /** The anycast address that it tells of, in the dump of those. */
  readonly anycast: string | undefined;
  /** The name that IPv4 knows it by. */
  readonly label: string | undefined;
  /** The metric of the route to its network. */
  readonly metric: number | undefined;
  /** `IFAPROT_*`: who made it. */
  readonly protocol: number | undefined;
  /** For how long it lives from now. */
  readonly lifetime: AddressLifetime | undefined;
  /** When it was made, in hundredths of a second since the machine started. */
  readonly created: number | undefined;
  /** When it was changed last, likewise. */
  readonly updated: number | undefined;
  /** The number of its namespace, where that is another. */
  readonly targetNetnsid: number | undefined;
  /** The group that it tells of, in the dump of those. */
  readonly multicast: string | undefined;
  /** What this package does not decode. */
  readonly others: readonly RawAttribute[];
}

const FOREVER = 0xffff_ffff;

/**
 * Reads an address out of an `RTM_NEWADDR`, `RTM_DELADDR`, `RTM_GETMULTICAST` or `RTM_GETANYCAST` answer.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for an `ifaddrmsg`
 */
export function parseAddress(message: Message): Address | undefined {
  if (message.payloadLength < ifaddrmsg.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, ifaddrmsg.SIZE);
  const info = has.view(IFA_CACHEINFO, ifa_cacheinfo.SIZE);
  return {
    family: ifaddrmsg.ifa_family(view, at),
    index: ifaddrmsg.ifa_index(view, at),
    local: has.ip(IFA_LOCAL),
    address: has.ip(IFA_ADDRESS),
    prefixLength: ifaddrmsg.ifa_prefixlen(view, at),
    scope: ifaddrmsg.ifa_scope(view, at),
    // The header has room for the first eight only.
    flags: has.u32(IFA_FLAGS) ?? ifaddrmsg.ifa_flags(view, at),
    broadcast: has.ip(IFA_BROADCAST),
    anycast: has.ip(IFA_ANYCAST),
    multicast: has.ip(IFA_MULTICAST),
    label: has.text(IFA_LABEL),
    metric: has.u32(IFA_RT_PRIORITY),
    protocol: has.u8(IFA_PROTO),
    lifetime:
      info === undefined
        ? undefined
        : { preferred: secondsOf(ifa_cacheinfo.ifa_prefered(info, 0)), valid: secondsOf(ifa_cacheinfo.ifa_valid(info, 0)) },
    created: info === undefined ? undefined : ifa_cacheinfo.cstamp(info, 0),
    updated: info === undefined ? undefined : ifa_cacheinfo.tstamp(info, 0),
    targetNetnsid: has.s32(IFA_TARGET_NETNSID),
    others: has.others(),
  };
}

function secondsOf(value: number): number {
  return value === FOREVER ? Infinity : value;
}
