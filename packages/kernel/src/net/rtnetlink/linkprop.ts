import { IFLA_ALT_IFNAME, IFLA_PROP_LIST, NLA_HDRLEN, RTM_NEWLINKPROP } from '@netdevkit/bindings';
import { ALTIFNAMSIZ, type net_device, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, parseAttributes, Validation } from '@netdevkit/netlink';
import type { DeviceConfig } from '../core/dev-config.ts';
import type { Devices } from '../core/dev.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { ensureUniqueNetns } from './link-netns.ts';
import { IFLA_POLICY } from './link-policy.ts';
import { isText, refuse, type LinkRequests } from './link-request.ts';

/** The longest attribute, in octets. */
const LONGEST = 0xffff;
/** Octets that an alternative name takes in a message at most. */
const ALTNAME_SIZE = NLA_HDRLEN + ALTIFNAMSIZ;

/**
 * RTM_NEWLINKPROP and RTM_DELLINKPROP: alternative names. From net/core/rtnetlink.c:rtnl_linkprop.
 */
export class LinkProp {
  readonly #devices: Devices;
  readonly #config: DeviceConfig;
  readonly #requests: LinkRequests;

  constructor(devices: Devices, config: DeviceConfig, requests: LinkRequests) {
    this.#devices = devices;
    this.#config = config;
    this.#requests = requests;
  }

  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number =>
    this.#requests.with((link) => {
      const { tb } = link;
      let error = link.parse(request, Validation.STRICT, extack);
      if (error === 0) error = ensureUniqueNetns(tb, true, extack);
      if (error < 0) return error;
      if (!link.named) return -errno.EINVAL;
      const dev = link.find(request.namespace);
      if (dev === undefined) return -errno.ENODEV;
      if (!tb.has(IFLA_PROP_LIST)) return 0;

      const cursor = new AttributeCursor();
      const at = tb.offset(IFLA_PROP_LIST);
      cursor.reset(tb.bytes, at, at + tb.length(IFLA_PROP_LIST));
      let changed = false;
      while (cursor.next()) {
        if (cursor.type !== IFLA_ALT_IFNAME) continue;
        error = this.#altname(request.type === RTM_NEWLINKPROP, dev, cursor, extack);
        // As on Linux, names before the one that fails stay, and nobody is told of them.
        if (error < 0) return error;
        changed = true;
      }
      if (changed) this.#devices.states.stateChange(dev);
      return 0;
    });

  // From net/core/rtnetlink.c:rtnl_alt_ifname.
  #altname(adds: boolean, dev: net_device, cursor: AttributeCursor, extack: netlink_ext_ack): number {
    const { bytes, offset, length } = cursor;
    const error = parseAttributes(null, bytes, offset - NLA_HDRLEN, length + NLA_HDRLEN, IFLA_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    const name = cursor.string();
    if (!adds) return this.#config.removeAltname(dev, name);
    const { length: count } = dev.altnames;
    const size = (count === 0 ? 0 : NLA_HDRLEN + count * ALTNAME_SIZE) + ALTNAME_SIZE;
    if (size >= LONGEST) return refuse(extack, 'EINVAL', 'effective property list too long');
    return isText(name) ? this.#config.addAltname(dev, name) : -errno.EINVAL;
  }
}
