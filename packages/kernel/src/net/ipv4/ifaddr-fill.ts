import {
  AF_INET,
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_PERMANENT,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  ifa_cacheinfo,
  ifaddrmsg,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { finish } from '../rtnetlink/tell.ts';
import { INFINITY_LIFE_TIME, type InIfaddr } from './in-device.ts';

/** Octets that a message about an address takes at most: `inet_nlmsg_size` and its header. */
export const IFADDR_SIZE = 128;

/** What a message about an address bears beside the address. */
export interface IfaddrMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
  /** The number by which the asker named the namespace, -1 for its own. */
  readonly nsid: number;
}

/** What is left of a lifetime. */
export interface Lifetimes {
  readonly valid: number;
  readonly preferred: number;
}

/**
 * What is left of lifetimes, in seconds.
 *
 * @param age - seconds since they were set
 */
export function remaining({ valid, preferred }: Lifetimes, age: number): Lifetimes {
  if (preferred === INFINITY_LIFE_TIME) return { valid, preferred };
  return {
    preferred: Math.max(0, preferred - age),
    valid: valid === INFINITY_LIFE_TIME ? valid : Math.max(0, valid - age),
  };
}

/**
 * Writes `IFA_CACHEINFO`.
 *
 * @param cstamp - milliseconds since boot, as `tstamp`
 */
export function putCacheinfo(writer: MessageWriter, { valid, preferred }: Lifetimes, cstamp: number, tstamp: number): void {
  const at = writer.reserveAttribute(IFA_CACHEINFO, ifa_cacheinfo.SIZE);
  if (at === -1) return;
  ifa_cacheinfo.set_ifa_prefered(writer.view, at, preferred);
  ifa_cacheinfo.set_ifa_valid(writer.view, at, valid);
  // On the wire in hundredths of a second.
  ifa_cacheinfo.set_cstamp(writer.view, at, Math.floor(cstamp / 10));
  ifa_cacheinfo.set_tstamp(writer.view, at, Math.floor(tstamp / 10));
}

/**
 * Writes a message about an address. From net/ipv4/devinet.c:inet_fill_ifaddr.
 *
 * @param now - milliseconds since boot
 * @returns 0, or -EMSGSIZE
 */
export function fillIfaddr(writer: MessageWriter, ifa: InIfaddr, message: IfaddrMessage, now: number): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(ifaddrmsg.SIZE);
  if (at !== -1) {
    ifaddrmsg.set_ifa_family(writer.view, at, AF_INET);
    ifaddrmsg.set_ifa_prefixlen(writer.view, at, ifa.prefixLength);
    ifaddrmsg.set_ifa_flags(writer.view, at, ifa.flags & 0xff);
    ifaddrmsg.set_ifa_scope(writer.view, at, ifa.scope);
    ifaddrmsg.set_ifa_index(writer.view, at, ifa.inDevice.dev.ifindex);
  }
  if (message.nsid >= 0) writer.putS32(IFA_TARGET_NETNSID, message.nsid);
  if (ifa.address !== 0) writer.putBe32(IFA_ADDRESS, ifa.address);
  if (ifa.local !== 0) writer.putBe32(IFA_LOCAL, ifa.local);
  if (ifa.broadcast !== 0) writer.putBe32(IFA_BROADCAST, ifa.broadcast);
  if (ifa.label !== '') writer.putString(IFA_LABEL, ifa.label);
  if (ifa.proto !== 0) writer.putU8(IFA_PROTO, ifa.proto);
  writer.putU32(IFA_FLAGS, ifa.flags);
  if (ifa.metric !== 0) writer.putU32(IFA_RT_PRIORITY, ifa.metric);
  const lifetimes =
    (ifa.flags & IFA_F_PERMANENT) !== 0
      ? { valid: INFINITY_LIFE_TIME, preferred: INFINITY_LIFE_TIME }
      : remaining({ valid: ifa.validLft, preferred: ifa.preferredLft }, Math.floor((now - ifa.tstamp) / 1000));
  putCacheinfo(writer, lifetimes, ifa.cstamp, ifa.tstamp);
  return finish(writer, mark);
}
