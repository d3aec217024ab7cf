import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_DEPRECATED,
  IFA_F_MCAUTOJOIN,
  IFA_F_PERMANENT,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_MAX,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  ifa_cacheinfo,
  ifaddrmsg,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
} from '@netdevkit/bindings';
import { IFNAMSIZ, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { cutString, isText, refuse } from '../rtnetlink/link-request.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { requesterOf } from '../rtnetlink/newlink.ts';
import type { Devinet } from './devinet.ts';
import type { Igmp } from './igmp.ts';
import { INFINITY_LIFE_TIME, inetIfaMatch, sameSubnet, type InIfaddr } from './in-device.ts';
import { isMulticast, maskOf } from './ipv4-address.ts';

/** What the attributes of an IPv4 address may hold. From net/ipv4/devinet.c:ifa_ipv4_policy. */
export const IFA_IPV4_POLICY: ReturnType<typeof policies> = policies(IFA_MAX, {
  [IFA_LOCAL]: { type: 'NLA_U32' },
  [IFA_ADDRESS]: { type: 'NLA_U32' },
  [IFA_BROADCAST]: { type: 'NLA_U32' },
  [IFA_LABEL]: { type: 'NLA_STRING', len: IFNAMSIZ - 1 },
  [IFA_CACHEINFO]: { type: 'NLA_UNSPEC', len: ifa_cacheinfo.SIZE },
  [IFA_FLAGS]: { type: 'NLA_U32' },
  [IFA_RT_PRIORITY]: { type: 'NLA_U32' },
  [IFA_TARGET_NETNSID]: { type: 'NLA_S32' },
  [IFA_PROTO]: { type: 'NLA_U8' },
});

/** What {@link IfaddrRequests} stands on. */
export interface IfaddrRequestsDeps {
  readonly devinet: Devinet;
  readonly igmp: Igmp;
  readonly faults: Faults;
  /** `fib_modify_prefix_metric`: the prefix route of an address gets another metric. */
  readonly modifyMetric: (ifa: InIfaddr, metric: number) => void;
}

/** An address as a request describes it, and how long it is to live. */
interface Wanted {
  readonly ifa: InIfaddr;
  readonly valid: number;
  readonly preferred: number;
}

/**
 * RTM_NEWADDR and RTM_DELADDR of IPv4: net/ipv4/devinet.c.
 */
export class IfaddrRequests {
  readonly #deps: IfaddrRequestsDeps;
  readonly #table = new AttributeTable(IFA_MAX);

  constructor(deps: IfaddrRequestsDeps) {
    this.#deps = deps;
  }

  // From net/ipv4/devinet.c:inet_rtm_newaddr.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { devinet, igmp, modifyMetric } = this.#deps;
    const wanted = this.#parse(request, extack);
    if (typeof wanted === 'number') return wanted;
    const { ifa, valid, preferred } = wanted;
    const present = ifa.local === 0 ? undefined : ifa.inDevice.addresses.find((other) => sameSubnet(other, ifa) && other.local === ifa.local);
    if (present === undefined) {
      setLifetime(ifa, valid, preferred, devinet.now());
      if ((ifa.flags & IFA_F_MCAUTOJOIN) !== 0) {
        const error = igmp.autojoin(ifa);
        if (error < 0) {
          extack._msg = 'ipv4: Multicast auto join failed';
          return error;
        }
      }
      return devinet.insert(ifa, requesterOf(request), extack);
    }
    if ((request.flags & NLM_F_EXCL) !== 0 || (request.flags & NLM_F_REPLACE) === 0) {
      return refuse(extack, 'EEXIST', 'ipv4: Address already assigned');
    }
    if (present.metric !== ifa.metric) {
      modifyMetric(present, ifa.metric);
      present.metric = ifa.metric;
    }
    present.proto = ifa.proto;
    setLifetime(present, valid, preferred, devinet.now());
    devinet.changed(present, requesterOf(request));
    return 0;
  };

  // From net/ipv4/devinet.c:inet_rtm_deladdr.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace } = request;
    const { devinet, igmp } = this.#deps;
    const table = this.#table;
    const error = parseMessageAttributes(table, bytes, offset, ifaddrmsg.SIZE, IFA_IPV4_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    const dev = namespace.byIndex(ifaddrmsg.ifa_index(view, header));
    const inDevice = dev === undefined ? undefined : devinet.inDevice(dev);
    if (inDevice === undefined) return refuse(extack, 'ENODEV', 'ipv4: Device not found');
    const local = table.be32(IFA_LOCAL);
    const label = table.string(IFA_LABEL);
    const address = table.be32(IFA_ADDRESS);
    const prefixLength = ifaddrmsg.ifa_prefixlen(view, header);
    const found = inDevice.addresses.find(
      (ifa) =>
        (local === undefined || ifa.local === local) &&
        (label === undefined || ifa.label === label) &&
        (address === undefined || (prefixLength === ifa.prefixLength && inetIfaMatch(address, ifa))),
    );
    if (found === undefined) return refuse(extack, 'EADDRNOTAVAIL', 'ipv4: Address not found');
    if (isMulticast(found.address)) igmp.autoleave(found);
    devinet.delete(found, requesterOf(request));
    return 0;
  };

  // From net/ipv4/devinet.c:rtm_to_ifaddr.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): Wanted | number {
    const { bytes, offset, view, namespace } = request;
    const { devinet, faults } = this.#deps;
    const table = this.#table;
    const error = parseMessageAttributes(table, bytes, offset, ifaddrmsg.SIZE, IFA_IPV4_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    const prefixLength = ifaddrmsg.ifa_prefixlen(view, header);
    if (prefixLength > 32) return refuse(extack, 'EINVAL', 'ipv4: Invalid prefix length');
    const local = table.be32(IFA_LOCAL);
    if (local === undefined) return refuse(extack, 'EINVAL', 'ipv4: Local address is not supplied');
    const dev = namespace.byIndex(ifaddrmsg.ifa_index(view, header));
    if (dev === undefined) return refuse(extack, 'ENODEV', 'ipv4: Device not found');
    const inDevice = devinet.inDevice(dev);
    if (inDevice === undefined || faults.shouldFail('in_ifaddr')) return -errno.ENOBUFS;
    devinet.devconf(namespace, dev)?.setAll();
    const label = cutString(table, IFA_LABEL, IFNAMSIZ) ?? dev.name;
    // Unlike Linux, whose labels are octets.
    if (!isText(label)) return -errno.EINVAL;
    const ifa: InIfaddr = {
      inDevice,
      local,
      address: table.be32(IFA_ADDRESS) ?? local,
      prefixLength,
      mask: maskOf(prefixLength),
      broadcast: table.be32(IFA_BROADCAST) ?? 0,
      scope: ifaddrmsg.ifa_scope(view, header),
      label,
      flags: table.u32(IFA_FLAGS) ?? ifaddrmsg.ifa_flags(view, header),
      metric: table.u32(IFA_RT_PRIORITY) ?? 0,
      proto: table.u8(IFA_PROTO) ?? 0,
      validLft: 0,
      preferredLft: 0,
      cstamp: 0,
      tstamp: 0,
    };
    let valid = INFINITY_LIFE_TIME;
    let preferred = INFINITY_LIFE_TIME;
    const cache = table.offset(IFA_CACHEINFO);
    if (cache !== -1) {
      valid = ifa_cacheinfo.ifa_valid(view, cache);
      preferred = ifa_cacheinfo.ifa_prefered(view, cache);
      if (valid === 0 || preferred > valid) return refuse(extack, 'EINVAL', 'ipv4: address lifetime invalid');
    }
    return { ifa, valid, preferred };
  }
}

// From net/ipv4/devinet.c:set_ifa_lifetime.
function setLifetime(ifa: InIfaddr, valid: number, preferred: number, now: number): void {
  ifa.flags &= ~(IFA_F_PERMANENT | IFA_F_DEPRECATED);
  if (valid === INFINITY_LIFE_TIME) ifa.flags |= IFA_F_PERMANENT;
  else ifa.validLft = valid;
  if (preferred !== INFINITY_LIFE_TIME) {
    if (preferred === 0) ifa.flags |= IFA_F_DEPRECATED;
    ifa.preferredLft = preferred;
  }
  ifa.tstamp = now;
  if (ifa.cstamp === 0) ifa.cstamp = now;
}
